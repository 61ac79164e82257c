"""Flows that no message starts: another system called an address, or a schedule fell due."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog

from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import TriggerInput
from hoopoe.flows.nodes.trigger_matching import WEBHOOK
from hoopoe.flows.runner.begun import CallOutcome
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.filing import reopen
from hoopoe.flows.runner.messages import load_incoming
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow

log = structlog.get_logger()

BEGINS: Final = "begins"


def is_beginning(row: InboxRow) -> bool:
    """Whether nobody wrote this, and it names the trigger that it is for."""
    return isinstance(row.item.get(BEGINS), dict)


def begin_from_outside(row: InboxRow, scene: Scene | None, talk: Conversing, written: TurnRows) -> None:
    """Start the flow that an input names, or note why not. `scene`: None where the conversation is gone."""
    begins = row.item[BEGINS]
    if not isinstance(begins, dict):
        raise TypeError("the input begins nothing")
    outcome = CallOutcome.GONE if scene is None else _begin(row, begins, scene, talk, written)
    if outcome is not CallOutcome.STARTED:
        log.info("flow_not_begun", bot_id=begins["bot_id"], node_id=begins["node_id"], outcome=outcome)
    call_id = begins.get("call_id")
    if isinstance(call_id, str):
        written.calls[row.workspace_id, UUID(call_id)] = outcome


def _begin(row: InboxRow, begins: JsonObject, scene: Scene, talk: Conversing, written: TurnRows) -> CallOutcome:
    """A session that waits goes on, unless the trigger interrupts. A call opens a closed conversation, as a message of
    the person's does: there is news for them. A schedule leaves it closed.
    """
    conversation, session, heard = scene.conversation, scene.session, row.item["heard"]
    if not isinstance(heard, dict):
        raise TypeError("the input says nothing")
    incoming, bot_id = load_incoming(heard), UUID(str(begins["bot_id"]))
    opens = conversation.mode is Mode.CLOSED and incoming.type == WEBHOOK
    if row.seq <= conversation.bot_after_seq or not (opens or conversation.mode is Mode.BOT):
        return CallOutcome.WITH_A_PERSON
    trigger = TriggerInput(incoming, node_id=str(begins["node_id"]))
    is_busy = session is not None and session.is_waiting
    chosen = talk.choose(scene, trigger, interrupts_only=is_busy, bot_id=bot_id)
    if chosen is None:
        is_there = is_busy and talk.choose(scene, trigger, bot_id=bot_id) is not None
        return CallOutcome.BUSY if is_there else CallOutcome.NOT_ANSWERING
    if opens:
        reopen(scene, written)
    return CallOutcome.STARTED if talk.begin_flow(scene, *chosen, trigger) else CallOutcome.FAILED
