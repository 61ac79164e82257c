"""The bots that a bot of a file runs (`run_flow`), out of files: what `hoopoe bot play | test --with` is given.

A flow names another by its bot's id, which an exported file does not hold. So `ID=FILE` says it, and `FILE` alone is
enough where it cannot be meant otherwise: a flow of another product, a bare blueprint with its `bot_id`, or one file
for one id that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson

from hoopoe.flows.definition import Blueprint, FlowInvalid, compile_flow, parse_blueprint
from hoopoe.flows.engine import Flow, Library
from hoopoe.flows.engine.contract import MAX_STACK_DEPTH
from hoopoe.flows.exchange import ExchangeError, ImportedBot, read_bytes
from hoopoe.flows.runner.libraries import read_reference
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import SettingsError

_FIRST_VERSION: Final = 1_000  # below are those of the stage


@dataclass(frozen=True, slots=True)
class OtherBot:
    """A bot that may be run. `id`: None where its file does not say it. `path`: of that file, for words."""

    id: UUID | None
    path: str
    blueprint: Blueprint


def read_others(given: Sequence[str]) -> list[OtherBot]:
    """The bots of `--with`: `FILE` or `ID=FILE`. Raises `SettingsError` with the file that cannot be read."""
    return [bot for each in given for bot in _read_other(each)]


def list_siblings(path: str, bots: Iterable[ImportedBot]) -> list[OtherBot]:
    """The bots of one file, for each other: a file of another product has several, and says their ids."""
    read = [OtherBot(_as_id(bot.key), path, parse_blueprint(bot.blueprint)) for bot in bots]
    return [bot for bot in read if bot.id is not None]


def make_library(flow: Flow, others: Sequence[OtherBot]) -> Library:
    """All that a flow runs, that those run, and so on, as far as it is among the others.

    Whatever number of a version a flow names: the file is meant. Raises `SettingsError` for a bot that is run and has
    errors, for two with the same id, and where it cannot be said which bot a file is.
    """
    known = _index(flow, others)
    versions, references = {flow.version_id: flow}, dict[str, str]()
    waiting = [flow]
    for _ in range(MAX_STACK_DEPTH):
        called = sorted({name for each in waiting for name in each.calls} - references.keys())
        waiting = []
        for name in called:
            bot_id, _number = read_reference(name)
            if bot_id not in known:
                continue
            version_id = str(UUID(int=_FIRST_VERSION + list(known).index(bot_id)))
            if version_id not in versions:
                versions[version_id] = _compile(known[bot_id], version_id)
                waiting.append(versions[version_id])
            references[name] = version_id
    return Library(versions, references)


def _read_other(given: str) -> list[OtherBot]:
    named, separator, rest = given.partition("=")
    bot_id = _as_id(named) if separator else None
    path = rest if bot_id is not None else given
    try:
        content = Path(path).read_bytes()
        bots = read_bytes(content).bots
    except OSError as error:
        raise SettingsError(f"--with: {error.strerror}: {path}") from None
    except ExchangeError as error:
        raise SettingsError(f"--with: {path}: {error}") from None
    if bot_id is None:
        return [
            OtherBot(_as_id(bot.key) or _read_own_id(content), path, parse_blueprint(bot.blueprint)) for bot in bots
        ]
    if len(bots) != 1:
        raise SettingsError(f"--with: {path}: it has {len(bots)} bots, so no id can be given for it.")
    return [OtherBot(bot_id, path, parse_blueprint(bots[0].blueprint))]


def _read_own_id(content: bytes) -> UUID | None:
    """Whose a bare blueprint says it is. The content was read as a file already."""
    data: JsonObject = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    return _as_id(data.get("bot_id"))


def _index(flow: Flow, others: Sequence[OtherBot]) -> Mapping[UUID, OtherBot]:
    known: dict[UUID, OtherBot] = {}
    unnamed = [each for each in others if each.id is None]
    for each in others:
        if each.id is None:
            continue
        if each.id in known and known[each.id].blueprint != each.blueprint:
            raise SettingsError(f"--with: {known[each.id].path} and {each.path} are both the bot {each.id}.")
        known[each.id] = each
    if not unnamed:
        return known
    asked = {bot_id for name in _list_calls(flow, others) if (bot_id := read_reference(name)[0]) not in known}
    if len(asked) == len(unnamed) == 1:
        return {**known, asked.pop(): unnamed[0]}
    if not asked:
        return known
    ids = ", ".join(sorted(map(str, asked)))
    raise SettingsError(f"--with: {unnamed[0].path} does not say which bot it is: write ID=FILE. Asked for: {ids}.")


def _list_calls(flow: Flow, others: Sequence[OtherBot]) -> set[str]:
    """What is asked for by the flow, or by any of the others that can be read as a flow."""
    calls = set(flow.calls)
    for other in others:
        try:
            calls |= compile_flow(other.blueprint, version_id=str(UUID(int=_FIRST_VERSION))).calls
        except FlowInvalid:
            continue  # said by `make_library` where it is run
    return calls


def _compile(bot: OtherBot, version_id: str) -> Flow:
    try:
        return compile_flow(bot.blueprint, version_id=version_id)
    except FlowInvalid as error:
        words = f"{bot.path}: The bot has errors; see `hoopoe bot lint`. The first: {error.faults[0].message}"
        raise SettingsError(f"{bot.blueprint.name!r} is run, and cannot be. {words}") from None


def _as_id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
