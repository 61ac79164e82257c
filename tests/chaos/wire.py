"""The simulator's own log, as the judge reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from tests.chaos.judge import Answer, Key, Post
from tests.support.simulator import JsonObject, SimulatorClient

NUMBERED = re.compile(r"#(\d+)#")
PAGE = 20_000


def read_number(text: object) -> int | None:
    """The number in a text such as `you said #12#`; None: it is none of the load's."""
    found = NUMBERED.search(str(text))
    return int(found[1]) if found is not None else None


def read_posts(rows: Iterable[JsonObject]) -> list[Post]:
    """Every webhook row's messages. A row is written when its try has ended, in whatever way."""
    posts = []
    for row in rows:
        if row["ms"] is None:
            continue
        ended = float(row["at"])
        begun = ended - float(row["ms"]) / 1000
        posts += [Post(key, begun, ended if row["status"] == 200 else None) for key in _read_keys(row)]
    return posts


def _read_keys(row: JsonObject) -> Iterator[Key]:
    for entry in json.loads(row["body"])["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for message in value.get("messages", ()):
                said = message.get("text", {}).get("body") or message.get("image", {}).get("caption")
                number = read_number(said)
                if number is not None:
                    yield Key(value["metadata"]["phone_number_id"], message["from"], number)


def read_answers(accepted: Iterable[JsonObject]) -> list[Answer]:
    """The answers to numbered messages among what the provider accepted, in its order."""
    answers = []
    for row in accepted:
        number = read_number(row["body"])
        if number is not None:
            key = Key(row["phone_number_id"], str(row["to"]).removeprefix("+"), number)
            answers.append(Answer(key, str(row["biz_opaque_callback_data"]).partition(".")[0]))
    return answers


async def fetch_posts(simulator: SimulatorClient, *, after: int) -> list[Post]:
    """The posts of messages behind a row of the log."""
    posts: list[Post] = []
    while True:
        page = await simulator.call("GET", f"/world/log?after={after}&kind=message&limit={PAGE}")
        posts += read_posts(page["log"])
        if len(page["log"]) < PAGE:
            return posts
        after = page["last_seq"]


async def fetch_answers(simulator: SimulatorClient, *, after: int) -> list[Answer]:
    """The accepted answers behind so many accepted messages."""
    return read_answers((await simulator.call("GET", f"/world/accepted?after={after}"))["accepted"])


async def read_place(simulator: SimulatorClient) -> tuple[int, int]:
    """Where the log and the list of accepted messages end just now."""
    log = await simulator.call("GET", "/world/log?limit=1")
    world = await simulator.world()
    return log["last_seq"], world["counts"]["accepted"]
