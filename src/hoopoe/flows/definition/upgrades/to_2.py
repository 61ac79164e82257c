"""Shape 2: the names that other builders use. Edges have `sourceHandle`, credentials a service and an id.

Shape 1 had `schema_version`, `source_handle`, and the names of credentials alone. A file that says nothing of its
shape may have either spelling.
"""

from __future__ import annotations

from hoopoe.kernel.json import Json, JsonObject


def upgrade(data: JsonObject) -> JsonObject:
    """A blueprint of shape 1 as one of shape 2."""
    upgraded = {key: value for key, value in data.items() if key != "schema_version"}
    upgraded["spec_version"] = 2
    edges, credentials = data.get("edges"), data.get("credentials")
    if isinstance(edges, list):
        upgraded["edges"] = [_upgrade_edge(edge) for edge in edges]
    if isinstance(credentials, list):
        upgraded["credentials"] = [{"service": each} if isinstance(each, str) else each for each in credentials]
    return upgraded


def _upgrade_edge(edge: Json) -> Json:
    if not isinstance(edge, dict) or "source_handle" not in edge or "sourceHandle" in edge:
        return edge
    return {("sourceHandle" if key == "source_handle" else key): value for key, value in edge.items()}
