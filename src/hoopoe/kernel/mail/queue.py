"""Mails that wait. A mail is put down in the very transaction that it tells of; nobody waits for it to leave.

What a mail says is sealed: it holds links that log in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject, dump_json, load_json
from hoopoe.kernel.secrets import Keyring, SealedError

MAX_ATTEMPTS: Final = 8
FIRST_RETRY_SECONDS: Final = 10
# How long a claimed mail is left alone: longer than a mail server may take.
LEASE_SECONDS: Final = 120

CLAIM: Final = """
update mails set attempts = attempts + 1, next_at = now() + make_interval(secs => $2)
where id in (select id from mails where next_at <= now() order by next_at limit $1 for update skip locked)
returning id, sealed, attempts
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: plain text, one recipient."""

    recipient: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A claimed mail. None: nobody can read it any more (the master key is gone)."""

    id: UUID
    attempts: int
    mail: Mail | None


async def put_mail(conn: Connection, keyring: Keyring, mail: Mail) -> None:
    """Put a mail down. It leaves after the commit, and not without one."""
    mail_id = new_id()
    content: JsonObject = {"recipient": mail.recipient, "subject": mail.subject, "text": mail.text}
    sealed = keyring.seal(dump_json(content), context=_context(mail_id))
    await conn.execute("insert into mails (id, sealed) values ($1, $2)", mail_id, sealed)


async def claim_mails(conn: Connection, keyring: Keyring, *, limit: int) -> list[WaitingMail]:
    """Take mails that are due; others leave them alone for `LEASE_SECONDS`."""
    rows = await conn.fetch(CLAIM, limit, LEASE_SECONDS)
    return [WaitingMail(row["id"], row["attempts"], _open(row["id"], row["sealed"], keyring)) for row in rows]


async def end_mail(conn: Connection, mail_id: UUID) -> None:
    """The mail has left, or was given up."""
    await conn.execute("delete from mails where id = $1", mail_id)


async def put_off_mail(conn: Connection, waiting: WaitingMail) -> None:
    """Try again: after ten seconds, twenty, forty …, at most an hour."""
    seconds = min(FIRST_RETRY_SECONDS * 2.0 ** (waiting.attempts - 1), 3600.0)
    await conn.execute(
        "update mails set next_at = now() + make_interval(secs => $2) where id = $1", waiting.id, seconds
    )


def _open(mail_id: UUID, sealed: bytes, keyring: Keyring) -> Mail | None:
    try:
        content = load_json(keyring.open(sealed, context=_context(mail_id)))
    except SealedError:
        return None
    if not isinstance(content, dict):
        return None
    return Mail(str(content["recipient"]), str(content["subject"]), str(content["text"]))


def _context(mail_id: UUID) -> str:
    return f"mail/{mail_id}"
