"""What follows from a failed message for more than that message: its channel stops, or its person is written no more.

Providers say so in the answer to a send or in a status that comes later; both come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import Course, ErrorRule
from hoopoe.channels.explain import explain
from hoopoe.channels.trouble import stop_channels
from hoopoe.contacts.consents import MARKETING, Consent, ConsentMethod, ConsentState, record_consents
from hoopoe.conversations.outbox.bury import FailedSend
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.webhooks.turns import Afterwards

LOCATE: Final = """
select failed.code, failed.at, message.workspace_id, message.channel_id, conversation.contact_id, channel.provider
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
    as failed (workspace_id, message_id, code, at)
cross join lateral (
    select workspace_id, channel_id, conversation_id from messages
    where workspace_id = failed.workspace_id and id = failed.message_id limit 1
) as message
cross join lateral (
    select contact_id from conversations
    where workspace_id = message.workspace_id and id = message.conversation_id limit 1
) as conversation
cross join lateral (
    select provider from channels where workspace_id = message.workspace_id and id = message.channel_id limit 1
) as channel
"""


async def draw_consequences(conn: Connection, failed: Sequence[FailedSend]) -> Sequence[Afterwards]:
    """Note the opt-outs that these failures speak of; returns what stops the channels that they speak of. Few do.

    Who comes here holds messages, and channels are locked by who then wants them: see `Afterwards`.
    """
    grave = [each for each in failed if _may_be_grave(each.code)]
    if not grave:
        return ()
    rows = await conn.fetch(
        LOCATE,
        [each.workspace_id for each in grave],
        [each.message_id for each in grave],
        [each.code for each in grave],
        [each.at for each in grave],
    )
    rules = [explain(Provider(row["provider"]), int(row["code"])) for row in rows]
    await _note_opt_outs(
        conn, [row for row, rule in zip(rows, rules, strict=True) if rule.course is Course.STOP_PERSON]
    )
    stopping = sorted(
        ((row, rule) for row, rule in zip(rows, rules, strict=True) if rule.course is Course.STOP_CHANNEL),
        key=lambda each: each[0]["at"],
    )
    if not stopping:
        return ()
    rules_of = {(row["workspace_id"], row["channel_id"]): rule for row, rule in stopping}
    told_at = {(row["workspace_id"], row["channel_id"]): row["at"] for row, _ in stopping}
    return (partial(stop_channels, stopped=rules_of, told_at=told_at),)


def _may_be_grave(code: str) -> bool:
    """Whether some provider means more than the message by this code. Our own codes follow from what is known here."""
    if not (code.isascii() and code.isdigit()):
        return False
    rules: list[ErrorRule] = [explain(provider, int(code)) for provider in Provider]
    return any(rule.course in (Course.STOP_PERSON, Course.STOP_CHANNEL) for rule in rules)


async def _note_opt_outs(conn: Connection, rows: Sequence[Record]) -> None:
    """What the person says to us, or to the provider, after the failure counts for more, whenever we hear of it."""
    if not rows:
        return
    refused = {(row["workspace_id"], row["contact_id"]): row for row in sorted(rows, key=lambda row: row["at"])}
    await record_consents(
        conn,
        [
            Consent(
                workspace_id,
                contact_id,
                MARKETING,
                ConsentState.OPTED_OUT,
                ConsentMethod.PROVIDER,
                row["at"],
                f"{row['provider']} {row['code']}",
            )
            for (workspace_id, contact_id), row in sorted(refused.items())
        ],
    )
