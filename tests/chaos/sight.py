"""What people see of answers that did not leave: through the API, as their screens do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp

from tests.chaos.ground import Ground
from tests.chaos.judge import Change, Fate, Key, Unsent
from tests.chaos.wire import read_number
from tests.support.desk import Desk
from tests.support.simulator import JsonObject

STALE_REASON = "It was older than the window when it was handled: no bot heard it."
DOUBT_REASON = "Nobody knows whether it left."
PEOPLE_REASON = "The conversation is with people: the owner wrote on the phone."
PAGE = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of a thread that may stand for a missing answer."""

    unsent: Unsent
    conversation_id: str
    message_id: str


async def look_for(ground: Ground, keys: Iterable[Key]) -> list[Seen]:
    """What the threads of these messages show in place of an accepted answer. Empty: there is nothing to see."""
    threads: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key in keys:
        threads[key.line, key.customer].add(key.number)
    seen = []
    for (number_id, customer), numbers in threads.items():
        for conversation, message in await _read_threads(ground, number_id, customer):
            found = _read_message(number_id, customer, message, is_with_people=conversation["mode"] == "human")
            if found is not None and found.unsent.key.number in numbers:
                seen.append(found)
    return seen


async def look_for_changes(ground: Ground, changes: Iterable[Change]) -> set[Change]:
    """What the threads show of what customers did to their messages."""
    shown: set[Change] = set()
    for number_id, customer in sorted({(change.line, change.customer) for change in changes}):
        for _, message in await _read_threads(ground, number_id, customer):
            what = [("reaction", reaction["emoji"]) for reaction in message["reactions"]]
            if message["edited_at"] is not None:
                what.append(("edit", message["content"].get("body", "")))
            shown.update(Change(number_id, customer, message["provider_id"], *each) for each in what)
    return shown


async def _read_threads(ground: Ground, number_id: str, customer: str) -> list[tuple[JsonObject, JsonObject]]:
    """The messages of a customer on a line, each with its conversation."""
    line = ground.line_of(number_id)
    return [
        (conversation, message)
        for conversation in await line.desk.conversations(f"&q={quote(customer)}")
        if conversation["channel"]["id"] == str(line.tenant.channel_id)
        for message in await _read_thread(line.desk, conversation["id"])
    ]


async def _read_thread(desk: Desk, conversation_id: str) -> list[JsonObject]:
    messages: list[JsonObject] = []
    cursor = ""
    while True:
        page = await desk.get(f"/api/conversations/{conversation_id}/messages?limit={PAGE}{cursor}")
        messages += page["data"]
        if page["next_cursor"] is None:
            return messages
        cursor = f"&cursor={quote(page['next_cursor'])}"


def _read_message(number_id: str, customer: str, message: JsonObject, *, is_with_people: bool) -> Seen | None:
    content = message["content"]
    number = read_number(" ".join(str(content.get(name) or "") for name in ("body", "caption", "title", "text")))
    if number is None:
        return None
    key = Key(number_id, customer, number)
    if message["direction"] == "in":
        unsent = _read_unanswered(key, message, is_with_people=is_with_people)
    elif message["sending_state"] == "unknown":
        unsent = Unsent(key, Fate.UNKNOWN, DOUBT_REASON)
    elif message["status"] == "failed":
        unsent = Unsent(key, Fate.DEAD, message["failure"]["text"]["en"] if message["failure"] else "")
    else:
        unsent = None
    return Seen(unsent, message["conversation_id"], message["id"]) if unsent is not None else None


def _read_unanswered(key: Key, message: JsonObject, *, is_with_people: bool) -> Unsent | None:
    if message["is_stale"]:
        return Unsent(key, Fate.STALE, STALE_REASON)
    return Unsent(key, Fate.WITH_PEOPLE, PEOPLE_REASON) if is_with_people else None


async def answer_as_person(ground: Ground, seen: Sequence[Seen]) -> int:
    """Press "send again" on every answer in doubt that no phone has; returns how often it was taken.

    It is refused until the machine has done what it can by itself.
    """
    pressed = 0
    for each in seen:
        if each.unsent.fate is Fate.UNKNOWN:
            desk = ground.line_of(each.unsent.key.line).desk
            path = f"{desk.url}/api/conversations/{each.conversation_id}/messages/{each.message_id}/retry"
            try:
                async with desk.session.post(path, headers=desk.headers, json={}) as answer:
                    pressed += answer.status < 400
            except aiohttp.ClientError:
                continue
    return pressed
