"""Playing imported bots: what a person says goes in, what the person is shown comes out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson

from hoopoe.channels.contract import ButtonsContent, ListContent, MediaContent, OutboundContent, TextContent
from hoopoe.flows import engine
from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.engine import EffectWait, ErrorRaised, Flow, FlowFailed, HandedToHuman, MessageQueued, Session, Sprint
from hoopoe.flows.exchange import Imported, read_bytes
from hoopoe.kernel.json import JsonObject
from tests.flows.scenarios import make_env, take_step

FOLDER = Path(__file__).parent
FILE_ID = "00000000-0000-4000-8000-000000000001"


def files(name: str) -> list[Path]:
    """The foreign files of a format, ours all of them."""
    return [path for path in sorted((FOLDER / name).glob("*.json")) if not path.name.endswith(".play.json")]


def load(path: Path) -> Imported:
    return read_bytes(path.read_bytes())


def show(content: OutboundContent) -> str:
    """A message as one line for each part that is read."""
    match content:
        case TextContent(body=body):
            return body
        case ButtonsContent(body=body, buttons=buttons):
            return f"{body} [{'] ['.join(button.title for button in buttons)}]"
        case ListContent(body=body, sections=sections):
            rows = [row for section in sections for row in section.rows]
            return f"{body} [{'] ['.join(': '.join(filter(None, (row.title, row.description))) for row in rows)}]"
        case MediaContent(kind=kind, caption=caption):
            return f"{kind}: {caption or ''}".strip()
        case _:
            return str(asdict(content))


def summarize(sprint: Sprint) -> JsonObject:
    said: JsonObject = {}
    for event in sprint.events:
        match event:
            case MessageQueued():
                said.setdefault("says", []).append(show(event.content))
            case HandedToHuman():
                said["handed_over"] = event.note
            case ErrorRaised() | FlowFailed():
                said.setdefault("errors", []).append(event.code)
    said["then"] = sprint.wait.type if sprint.wait is not None else str(sprint.session.status)
    return orjson.loads(orjson.dumps(said))


def _library(flows: dict[str, Flow]) -> tuple[object, ...]:
    """The bots of the file for those that run each other, where the engine can."""
    made = getattr(engine, "Library", None)
    return () if made is None else (made(flows, {key: key for key in flows}),)


def play(imported: Imported, scenario: JsonObject) -> list[JsonObject]:
    """What the person is shown after each step; the first bot of the file begins. Every file can be fetched."""
    library = {bot.key: compile_flow(parse_blueprint(bot.blueprint), version_id=bot.key) for bot in imported.bots}
    flow = library[imported.bots[0].key]
    session: Session | None = None
    results: list[JsonObject] = []
    for step in scenario["steps"]:
        env = make_env({**scenario.get("env", {}), **step.get("env", {})})
        sprint = take_step(flow, session, step, env, *_library(library))
        summary = summarize(sprint)
        while isinstance(sprint.wait, EffectWait) and sprint.wait.effect.kind == "fetch_file":
            fetched = {"effect": {"ok": True, "file_id": FILE_ID}}
            sprint = take_step(flow, sprint.session, fetched, env, *_library(library))
            summary = _join(summary, summarize(sprint))
        session = sprint.session
        results.append(summary)
    return results


def _join(first: JsonObject, second: JsonObject) -> JsonObject:
    """Two sprints as one: a file is fetched in between, which nobody sees."""
    lists = {name: [*first.get(name, []), *second.get(name, [])] for name in ("says", "errors")}
    return {**first, **second, **{name: found for name, found in lists.items() if found}}
