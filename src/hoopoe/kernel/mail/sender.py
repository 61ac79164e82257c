"""Sends the mails that wait, through the server that the settings name.

At least once: a worker that dies between the server's yes and the row's end sends a mail twice. Without a server
a mail is said in the log instead: in development with its text, elsewhere without, for it holds a link that
logs in.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.mail.queue import MAX_ATTEMPTS, Mail, WaitingMail, claim_mails, end_mail, put_off_mail
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.wake import wait_for_work

log = structlog.get_logger()

POLL_SECONDS: Final = 5.0
AT_ONCE: Final = 10
SEND_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """`smtp://user:password@host:587` (TLS as soon as the server offers it) or `smtps://…:465`."""

    host: str
    port: int
    is_tls: bool
    user: str | None
    password: str | None = field(repr=False)

    @classmethod
    def read(cls, url: str) -> MailServer:
        """From SMTP_URL."""
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (465 if is_tls else 587),
            is_tls=is_tls,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


@dataclass(slots=True)
class MailSender:
    """Runs until cancelled. `server` None: mails are said in the log."""

    pool: Pool
    bus: Bus
    keyring: Keyring
    server: MailServer | None
    sender: str
    is_development: bool
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Send what is due, and look again at every hint."""
        self.bus.listen(Topic.MAILS, self.wake.set)
        while True:
            sent = 0
            try:
                sent = await self.send_due()
            except TROUBLE as error:
                log.warning("mails_not_claimed", error=str(error))
            if sent == 0:
                await wait_for_work(self.wake, POLL_SECONDS)

    async def send_due(self) -> int:
        """Send one batch; returns how many mails were taken."""
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            claimed = await claim_mails(conn, self.keyring, limit=AT_ONCE)
        await asyncio.gather(*(self._send(waiting) for waiting in claimed))
        return len(claimed)

    async def _send(self, waiting: WaitingMail) -> None:
        is_over = waiting.mail is None or waiting.attempts >= MAX_ATTEMPTS
        if waiting.mail is None:
            log.error("mail_unreadable", mail_id=str(waiting.id))
        else:
            try:
                await self._hand_over(waiting.mail)
                is_over = True
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                # Not the mail's text: it holds links that log in.
                log.warning("mail_not_sent", to=waiting.mail.recipient, attempt=waiting.attempts, error=str(error))
                is_over = is_over or _is_refused_for_good(error)
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            await (end_mail(conn, waiting.id) if is_over else put_off_mail(conn, waiting))

    async def _hand_over(self, mail: Mail) -> None:
        if self.server is None:
            log.warning("mail_without_server", to=mail.recipient, subject=mail.subject)
            if self.is_development:
                # For the person at this machine, and on purpose past what the logs hide: the link is the whole point.
                log.warning("mail_printed", letter=f"{mail.recipient}\n{mail.subject}\n\n{mail.text}")
            return
        await aiosmtplib.send(
            make_message(mail, self.sender),
            hostname=self.server.host,
            port=self.server.port,
            username=self.server.user,
            password=self.server.password,
            use_tls=self.server.is_tls,
            timeout=SEND_SECONDS,
        )


def make_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as the world knows it. A line break in a header is refused by the library, never sent."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="hoopoe.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _is_refused_for_good(error: Exception) -> bool:
    """A 5xx answer about the mail itself: trying again changes nothing. Trouble with the login may pass."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code >= 500 for refused in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500
