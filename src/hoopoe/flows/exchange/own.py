"""Our own file: a bot with its languages, tests, table schemas and the names of what it needs. Never a secret.

{"format": "hoopoe.bot", "format_version": 1, "name": …, "blueprint": …, "languages": […], "tests": […],
 "tables": […], "credentials": [{"name": …, "service": …}]}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.flows.definition import Blueprint, BlueprintError, dump_blueprint, parse_blueprint
from hoopoe.flows.exchange.contract import ExchangeError, Format, Imported, ImportedBot, Missing
from hoopoe.flows.exchange.leaving import leave_secrets
from hoopoe.flows.exchange.reading import as_list, as_object, as_objects, as_text
from hoopoe.kernel.json import Json, JsonObject

FORMAT: Final = "hoopoe.bot"
FORMAT_VERSION: Final = 1
MAX_TESTS: Final = 500
MAX_TABLES: Final = 50
_KNOWN: Final = frozenset(
    {"format", "format_version", "name", "blueprint", "languages", "tests", "tables", "credentials"}
)


def export_bot(
    name: str, blueprint: JsonObject, *, tests: Sequence[JsonObject] = (), tables: Sequence[JsonObject] = ()
) -> JsonObject:
    """A bot as one file, the same for the same bot. What a blueprint says of where it comes from stays behind, and so
    does a secret that was typed into it (`leaving`).
    """
    stored = dump_blueprint(parse_blueprint(blueprint))
    stored.pop("bot_id", None)
    stored, secrets = leave_secrets(stored)
    credentials = list[Json](_credentials(stored))
    known = {as_text(each.get("name")) for each in as_objects(credentials)}
    credentials += [{"name": name, "service": ""} for name in secrets if name not in known]
    if "credentials" in stored and all(isinstance(each, dict) for each in as_list(stored["credentials"])):
        # Which of a workspace's own credentials was used is nobody else's.
        stored["credentials"] = [{**need, "credential_id": None} for need in as_objects(stored["credentials"])]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": name,
        "blueprint": stored,
        "languages": as_list(stored.get("languages")),
        "tests": list[Json](tests),
        "tables": list[Json](tables),
        "credentials": credentials,
    }


def is_own(data: JsonObject) -> bool:
    """Whether this is our file, or a bare blueprint."""
    return data.get("format") == FORMAT or (isinstance(data.get("nodes"), list) and isinstance(data.get("edges"), list))


def read_own(data: JsonObject) -> Imported:
    """Our file, or a bare blueprint. Raises `ExchangeError` with the place of what is wrong."""
    is_wrapped = data.get("format") == FORMAT
    if is_wrapped:
        _check_shape(data)
    given = as_object(data.get("blueprint")) if is_wrapped else data
    prefix = "blueprint" if is_wrapped else ""
    try:
        blueprint = parse_blueprint(given)
    except BlueprintError as error:
        fault = error.faults[0]
        place = ".".join(part for part in (prefix, fault.field or "") if part)
        raise ExchangeError(fault.code, fault.message, place=place) from error
    stored = dump_blueprint(blueprint)
    stored.pop("bot_id", None)
    missing = [Missing("credential", as_text(need["name"])) for need in _credentials(stored)]
    missing += [Missing("credential", as_text(each.get("name"))) for each in as_objects(data.get("credentials"))]
    missing += [Missing("flow", key) for key in _called(blueprint)]
    bot = ImportedBot(
        key="bot",
        name=as_text(data.get("name")) or blueprint.name,
        blueprint=stored,
        missing=tuple(dict.fromkeys(each for each in missing if each.name)),
        tests=tuple(as_objects(data.get("tests"))),
        tables=tuple(as_objects(data.get("tables"))),
    )
    return Imported(Format.HOOPOE, (bot,))


def _check_shape(data: JsonObject) -> None:
    version = data.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ExchangeError("wrong_type", "This must be a number from 1 on.", place="format_version")
    if version > FORMAT_VERSION:
        message = f"This file is of a newer Hoopoe: version {version}; {FORMAT_VERSION} is read here."
        raise ExchangeError("too_new", message, place="format_version")
    for name in data:
        if name not in _KNOWN:
            raise ExchangeError("unknown_field", "There is no such field.", place=name)
    if not isinstance(data.get("blueprint"), dict):
        raise ExchangeError("missing", "The file has no blueprint.", place="blueprint")
    if not as_text(data.get("name")).strip():
        raise ExchangeError("missing", "The bot has no name.", place="name")
    for name, most in (("tests", MAX_TESTS), ("tables", MAX_TABLES), ("credentials", 50)):
        items = data.get(name, [])
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise ExchangeError("wrong_type", "This must be a list of objects.", place=name)
        if len(items) > most:
            raise ExchangeError("too_many", f"There may be {most} at most.", place=name)


def _credentials(blueprint: JsonObject) -> list[JsonObject]:
    """The credentials that a blueprint names, and those that its nodes use by name."""
    found: dict[str, str] = {}
    for each in as_list(blueprint.get("credentials")):
        service = as_text(as_object(each).get("service"))
        name = as_text(each) if isinstance(each, str) else as_text(as_object(each).get("name")) or service
        if name:
            found.setdefault(name, service)
    for node in as_objects(blueprint.get("nodes")):
        name = as_text(as_object(node.get("config")).get("credential"))
        if name:
            found.setdefault(name, "")
    return [{"name": name, "service": service} for name, service in found.items()]


def _called(blueprint: Blueprint) -> list[str]:
    """The bots that this one runs: they are not in its file."""
    called = [as_text(node.config.get("bot_id")) for node in blueprint.nodes if node.type == "run_flow"]
    return list(dict.fromkeys(key for key in called if key))
