"""Messages that are filed and wait for the bot to hear them, because a limit puts them off.

They wait in a lane of the conversation's own, at their old places in the order. So screens show a message the
moment it is there, whoever writes meanwhile is filed at once too, and the bot hears one after the other. What comes
while something waits there waits behind it: looked at while the conversation is locked, so that nothing slips past.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from hoopoe.channels.contract import ItemKind, TextContent
from hoopoe.conversations.turns import ConversationState, Mode
from hoopoe.flows.engine import Incoming
from hoopoe.flows.runner.handlers.message import say
from hoopoe.flows.runner.messages import dump_incoming
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow, MovedRow, find_busy_lanes, move_rows
from hoopoe.webhooks.routing import hearing_lane_of

DEFAULT_LANGUAGE: Final = "en"
WAIT_WORDS: Final = {
    "en": "We have your messages. The answers come one after the other and may take a minute.",
    "ar": "وصلتنا رسائلك، وتصلك الإجابات واحدة تلو الأخرى، وقد تستغرق دقيقة.",
}


class Hearing:
    """What waits in one turn's conversations, and what the turn adds to it."""

    def __init__(self, busy: set[int]) -> None:
        self._busy = busy
        self._moved: list[MovedRow] = []
        self._shut: set[int] = set()
        self._left: list[InboxRow] = []

    def must_wait(self, scene: Scene, row: InboxRow) -> bool:
        """Whether something of the conversation waits already, which this input would overtake."""
        lane = hearing_lane_of(scene.conversation.id)
        return row.lane != lane and lane in self._busy

    def add(self, scene: Scene, row: InboxRow, kind: ItemKind, item: JsonObject, until: datetime) -> None:
        """Let an input wait there, until a domain time at least."""
        lane = hearing_lane_of(scene.conversation.id)
        self._busy.add(lane)
        self._moved.append(MovedRow(row, lane, kind, item, until))

    def put_off(self, scene: Scene, row: InboxRow, item: JsonObject, until: datetime) -> None:
        """Let one that waited go on waiting, and all that stands behind it."""
        self.add(scene, row, row.kind, item, until)
        self._shut.add(row.lane)

    def is_shut(self, row: InboxRow) -> bool:
        """Whether the input stands behind one that was put off in this turn: then it is left where it is."""
        if row.lane in self._shut:
            self._left.append(row)
            return True
        return False

    async def save(self, conn: Connection) -> Sequence[InboxRow]:
        """Write what was added; returns the inputs that are not handled yet."""
        if self._moved:
            await move_rows(conn, self._moved)
        return [*(each.row for each in self._moved), *self._left]


async def open_hearing(conn: Connection, scenes: Collection[Scene]) -> Hearing:
    """Look what waits. The conversations are locked, and this is a statement of its own: it sees all that was
    committed before the locks were had. Where no limit is set nothing waits for one.
    """
    limited = [scene for scene in scenes if scene.workspace.has_limits]
    if not limited:
        return Hearing(set())
    lanes = [(scene.conversation.workspace_id, hearing_lane_of(scene.conversation.id)) for scene in limited]
    return Hearing(await find_busy_lanes(conn, lanes))


def write_hearing(
    scene: Scene, incoming: Incoming, *, is_new: bool, provider_id: str, owes_workspace: bool
) -> JsonObject:
    """The item of an input that waits to be heard. `owes_workspace`: it took none of the workspace's tokens yet."""
    return {
        "conversation_id": str(scene.conversation.id),
        "heard": dump_incoming(incoming),
        "is_new": is_new,
        "provider_id": provider_id,
        "owes_workspace": owes_workspace,
    }


def say_that_it_takes_a_while(scene: Scene, written: TurnRows) -> None:
    """Tell the customer, in the language that they write, that every message is answered, one after the other."""
    language = scene.conversation.contact_language or DEFAULT_LANGUAGE
    text = WAIT_WORDS.get(language, WAIT_WORDS[DEFAULT_LANGUAGE])
    say(scene, TextContent(text), scene.conversation.channel_bot_id, written)


def is_with_bot(conversation: ConversationState | None) -> bool:
    """Whether the bot has the conversation, or will have it with the next message."""
    return conversation is not None and conversation.mode is not Mode.HUMAN


def is_for_bot(row: InboxRow, scene: Scene) -> bool:
    """Whether the bot has the conversation, and had it when this came."""
    conversation = scene.conversation
    return conversation.mode is Mode.BOT and row.seq > conversation.bot_after_seq
