"""The simulator's own log, as the judge reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.judge import NO_NUMBER, Answer, Change, Key, Post, Takeover
from tests.support.simulator import JsonObject, SimulatorClient

NUMBERED = re.compile(r"#(\d+)#")
PAGE = 20_000


def read_number(text: object) -> int | None:
    """The number in a text such as `you said #12#`; None: it is none of the load's."""
    found = NUMBERED.search(str(text))
    return int(found[1]) if found is not None else None


@dataclass(frozen=True)
class Told:
    """What the provider told us of a load, by its log: each webhook with when it was posted and answered.

    A row of the log is written when its try has ended, in whatever way.
    """

    posts: list[Post] = field(default_factory=list)
    takeovers: list[Takeover] = field(default_factory=list)
    changes: set[Change] = field(default_factory=set)

    def read(self, rows: Iterable[JsonObject]) -> None:
        for row in rows:
            if row["ms"] is not None:
                ended = float(row["at"])
                begun = ended - float(row["ms"]) / 1000
                self._read_body(json.loads(row["body"]), begun, ended if row["status"] == 200 else None)

    def _read_body(self, body: JsonObject, begun: float, acknowledged: float | None) -> None:
        for value in (change["value"] for entry in body["entry"] for change in entry["changes"]):
            line = value["metadata"]["phone_number_id"]
            for echo in value.get("message_echoes", ()):
                self.takeovers.append(Takeover(line, echo["to"], begun, acknowledged))
            for message in value.get("messages", ()):
                change = _read_change(line, message)
                number = read_number(_read_words(message))
                if change is not None and acknowledged is not None:
                    self.changes.add(change)
                elif change is None and number is not None:
                    self.posts.append(Post(Key(line, message["from"], number), begun, acknowledged))


def _read_words(message: JsonObject) -> str:
    """What a message says: its text, the caption of its picture, the title of what was tapped."""
    kind = message["type"]
    part = message.get(kind) or {}
    if kind == "interactive":
        part = part[part["type"]]
    return str(part.get("body") or part.get("caption") or part.get("title") or part.get("text") or "")


def _read_change(line: str, message: JsonObject) -> Change | None:
    match message:
        case {"type": "reaction", "reaction": {"message_id": target, "emoji": emoji}}:
            return Change(line, message["from"], target, "reaction", emoji)
        case {"type": "edit", "edit": {"original_message_id": target, "message": {"text": {"body": body}}}}:
            return Change(line, message["from"], target, "edit", body)
        case _:
            return None


def read_answers(accepted: Iterable[JsonObject]) -> list[Answer]:
    """The answers that the provider accepted, in its order."""
    answers = []
    for row in accepted:
        number = read_number(row["body"])
        key = Key(row["phone_number_id"], str(row["to"]).removeprefix("+"), NO_NUMBER if number is None else number)
        answers.append(Answer(key, str(row["biz_opaque_callback_data"]).partition(".")[0]))
    return answers


async def fetch_told(simulator: SimulatorClient, *, after: int) -> Told:
    """What was told behind a row of the log."""
    told = Told()
    for kind in ("message", "event"):
        place = after
        while True:
            page = await simulator.call("GET", f"/world/log?after={place}&kind={kind}&limit={PAGE}")
            told.read(page["log"])
            if len(page["log"]) < PAGE:
                break
            place = page["last_seq"]
    return told


async def fetch_answers(simulator: SimulatorClient, *, after: int) -> list[Answer]:
    """The accepted answers behind so many accepted messages."""
    return read_answers((await simulator.call("GET", f"/world/accepted?after={after}"))["accepted"])


async def read_place(simulator: SimulatorClient) -> tuple[int, int]:
    """Where the log and the list of accepted messages end just now."""
    log = await simulator.call("GET", "/world/log?limit=1")
    world = await simulator.world()
    return log["last_seq"], world["counts"]["accepted"]
