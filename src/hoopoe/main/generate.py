"""Files that are made from code: `python -m hoopoe.main.generate` writes them, `--check` fails when one is stale.

To add a file, write a function that returns its text and list it in `GENERATED`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hoopoe.channels.account_page import make_page as make_account_events_page
from hoopoe.channels.comparison import render_comparison as make_providers_page
from hoopoe.channels.messages_page import make_page as make_messages_page
from hoopoe.channels.reference import render_reference as make_provider_errors_page
from hoopoe.flows.definition.schema import render_page as make_blueprint_page
from hoopoe.flows.definition.schema import render_schema as make_blueprint_schema
from hoopoe.flows.exchange.mapping_page import render_page as render_imports_page
from hoopoe.flows.nodes.reference import render_reference as make_nodes_page
from hoopoe.identity.roles import PERMISSION_WORDS, PERMISSIONS, Role
from hoopoe.kernel.errors import list_refusals
from hoopoe.kernel.http.shapes import first_line
from hoopoe.kernel.settings import PROJECT, Settings
from hoopoe.main.http_app import make_http_app
from hoopoe.main.settings_page import make_page as make_settings_page

MADE_BY: Final = "<!-- Made by `python -m hoopoe.main.generate`. Change the code, not this file. -->"


def make_openapi() -> str:
    """The API's description, which the dashboard's client is made from."""
    # Defaults, whatever the environment says: the file must come out alike everywhere.
    app = make_http_app(Settings.model_construct(cors_origins=(), web_dist=PROJECT / "web" / "dist"))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def make_errors_page() -> str:
    """Every refusal with its code."""
    lines = [
        "# Errors",
        "",
        MADE_BY,
        "",
        'Every refusal has one shape: `{"error": {"code", "message", "details", "request_id"}}`. The request id',
        "is also the header `X-Request-Id`, and stands in the log.",
        "",
        "| code | status | when | message |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{kind.code}` | {kind.status} | {first_line(kind)} | {kind.message} |" for kind in list_refusals()]
    return "\n".join(lines) + "\n"


def make_roles_page() -> str:
    """Who may do what."""
    lines = [
        "# Roles and permissions",
        "",
        MADE_BY,
        "",
        "A role is a member's place in one workspace. A personal access token may what its member may.",
        "",
        "| permission | " + " | ".join(Role) + " | what it allows |",
        "|---|" + ":-:|" * len(Role) + "---|",
    ]
    for permission, words in PERMISSION_WORDS.items():
        marks = " | ".join("yes" if permission in PERMISSIONS[role] else "" for role in Role)
        lines.append(f"| `{permission}` | {marks} | {words} |")
    return "\n".join(lines) + "\n"


GENERATED: Final[dict[str, Callable[[], str]]] = {
    "web/openapi.json": make_openapi,
    "docs/reference/errors.md": make_errors_page,
    "docs/reference/roles.md": make_roles_page,
    "docs/reference/settings.md": make_settings_page,
    "docs/reference/nodes.md": make_nodes_page,
    "docs/reference/blueprint.md": make_blueprint_page,
    "docs/reference/blueprint.schema.json": make_blueprint_schema,
    "docs/reference/imports.md": lambda: render_imports_page(MADE_BY),
    "docs/reference/messages.md": make_messages_page,
    "docs/reference/account-events.md": make_account_events_page,
    "docs/reference/provider-errors.md": make_provider_errors_page,
    "docs/reference/providers.md": make_providers_page,
}


def find_stale(root: Path = PROJECT) -> list[str]:
    """The generated files that are not what the code would make now."""
    return [path for path, make in GENERATED.items() if not _is_same(root / path, make())]


def _is_same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write the files, or check them; returns the exit status."""
    if arguments == ["--check"]:
        stale = find_stale()
        for path in stale:
            sys.stderr.write(f"{path} is stale: run python -m hoopoe.main.generate\n")
        return 1 if stale else 0
    if arguments:
        sys.stderr.write("usage: python -m hoopoe.main.generate [--check]\n")
        return 2
    for path, make in GENERATED.items():
        file = PROJECT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
