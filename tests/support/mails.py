"""The postman: carries what waits in the database to a mailbox, when a test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.mail.sender import MailSender, MailServer
from tests.support.api import Api
from tests.support.mailbox import Mailbox, open_mailbox


@dataclass(frozen=True)
class Postman:
    """Our own sender, by hand, and a mail server that is not ours."""

    sender: MailSender
    mailbox: Mailbox

    async def deliver(self) -> int:
        """Send what is due; how many mails were taken."""
        taken = 0
        while step := await self.sender.send_due():
            taken += step
        return taken

    def to(self, email: str) -> list[EmailMessage]:
        return [mail for mail in self.mailbox.mails if mail["to"] == email]


@pytest.fixture
async def postman(api: Api, pool: Pool) -> AsyncIterator[Postman]:
    async with open_mailbox() as mailbox:
        server = MailServer.read(mailbox.url)
        services = api.services
        sender = MailSender(
            pool, services.bus, services.keyring, server, "Hoopoe <hoopoe@cafe.example>", is_development=False
        )
        yield Postman(sender, mailbox)
