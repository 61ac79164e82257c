"""What stays behind when a bot goes out as a file: secrets that somebody typed into its steps.

A step that calls another system gets the name of a credential instead, so that it is not published elsewhere before
that is there. All are listed by name, as those of foreign files are. What is filled in (`{{ … }}`) is no secret yet.
"""

from __future__ import annotations

from typing import Final

from hoopoe.flows.exchange.reading import as_object, as_objects, as_text
from hoopoe.flows.nodes.call_secrets import drop_user, is_secret_header, is_secret_parameter, split_parameters
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.secret_names import is_secret
from hoopoe.kernel.secret_shapes import hide_looks

_CALLS: Final = frozenset({"http_request", "webhook_callback"})
_NAMED: Final = ("body", "payload", "inputs", "values")
"""Settings that hold values by the names that others gave them."""
MAX_NAME: Final = 120


def leave_secrets(blueprint: JsonObject) -> tuple[JsonObject, list[str]]:
    """A blueprint without what looks like a secret or is called one, and the names of what was taken out."""
    found: list[str] = []
    kept: JsonObject = {**blueprint}
    kept["nodes"] = [_leave_of_node(node, found) for node in as_objects(blueprint.get("nodes"))]
    named = as_object(_leave_named(as_object(blueprint.get("variables")), found))
    if named:
        kept["variables"] = {name: _leave_looks(value, name, found) for name, value in named.items()}
    if "comments" in blueprint:
        kept["comments"] = _leave_looks(blueprint["comments"], "comment", found)
    return kept, [name[:MAX_NAME] for name in dict.fromkeys(found)]


def _leave_of_node(node: JsonObject, found: list[str]) -> JsonObject:
    config = as_object(node.get("config"))
    kept: JsonObject = {**config}
    if node.get("type") in _CALLS and (sent := _leave_of_call(kept)):
        found.extend(sent)
        kept["credential"] = kept.get("credential") or sent[0][:MAX_NAME]
    for name in _NAMED:
        if isinstance(kept.get(name), dict | list):
            kept[name] = _leave_named(kept[name], found)
    if isinstance(kept.get("where"), list):
        kept["where"] = [_leave_of_condition(condition, found) for condition in as_objects(kept["where"])]
    name = as_text(kept.get("variable_name"))
    if is_secret(name) and _is_typed(kept.get("value")):
        found.append(name)
        kept["value"] = ""
    kept = as_object(_leave_looks(kept, as_text(node.get("name")) or name or as_text(node.get("id")), found))
    return node if kept == config else {**node, "config": kept}


def _leave_of_condition(condition: JsonObject, found: list[str]) -> JsonObject:
    """A condition on a column of a data table without the value, where the column's name calls it a secret."""
    column = as_text(condition.get("column"))
    if not is_secret(column) or not _is_typed(condition.get("value")):
        return condition
    found.append(column)
    return {**condition, "value": ""}


def _leave_of_call(config: JsonObject) -> list[str]:
    """Take secret headers and parameters out as a whole, for a credential sends them; what they are called."""
    found: list[str] = []
    for name, is_one in (("headers", _is_header), ("query", is_secret_parameter)):
        given = config.get(name)
        if isinstance(given, dict):
            secret = [key for key, value in given.items() if is_one(key, as_text(value))]
            found.extend(secret)
            config[name] = {key: value for key, value in given.items() if key not in secret}
    if isinstance(address := config.get("url"), str):
        bare = drop_user(address)
        config["url"], names = split_parameters(bare)
        found.extend(["Authorization", *names] if bare != address else names)
    return found


def _is_header(name: str, value: str) -> bool:
    return is_secret_header(name, value) or hide_looks(value) != value


def _leave_named(value: Json, found: list[str]) -> Json:
    """Values of which those are empty that their names call a secret."""
    match value:
        case dict():
            secret = [key for key, item in value.items() if is_secret(key) and _is_typed(item)]
            found.extend(secret)
            return {key: "" if key in secret else _leave_named(item, found) for key, item in value.items()}
        case list():
            return [_leave_named(item, found) for item in value]
        case _:
            return value


def _is_typed(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "{{" not in value


def _leave_looks(value: Json, called: str, found: list[str]) -> Json:
    """Texts without what looks like a secret, which is listed by what the step is called."""
    match value:
        case str():
            shown = hide_looks(value)
            if shown != value:
                found.append(called)
            return shown
        case dict():
            return {key: _leave_looks(item, called, found) for key, item in value.items()}
        case list():
            return [_leave_looks(item, called, found) for item in value]
        case _:
            return value
