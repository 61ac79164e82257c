"""Mails: sealed, sent after the commit, tried again, given up in the end."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
import structlog.testing

from hoopoe.kernel.bus import open_bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.log import hide_private
from hoopoe.kernel.mail.queue import MAX_ATTEMPTS, Mail, put_mail
from hoopoe.kernel.mail.sender import MailSender, MailServer
from hoopoe.kernel.secrets import Keyring, new_master_key
from hoopoe.kernel.settings import Settings
from tests.support.mailbox import Mailbox, open_mailbox

MAIL = Mail("noor@cafe.example", "دعوة", "الرابط:\nhttps://hoopoe.example/#secret\n.\n")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def sender(pool: Pool, settings: Settings, mailbox: Mailbox) -> AsyncIterator[MailSender]:
    """A sender with a key of its own, and no mail of others in its way."""
    await _forget_all(pool)
    async with open_bus(settings.direct_database_url()) as bus:
        keyring = Keyring([new_master_key()])
        server = MailServer.read(mailbox.url)
        yield MailSender(pool, bus, keyring, server, "Hoopoe <hoopoe@cafe.example>", is_development=False)
    await _forget_all(pool)


async def _forget_all(pool: Pool) -> None:
    async with transaction(pool, role=tenancy.PIPE) as conn:
        await conn.execute("delete from mails")


async def put(pool: Pool, sender: MailSender, mail: Mail = MAIL) -> None:
    async with transaction(pool, role=tenancy.APP) as conn:
        await put_mail(conn, sender.keyring, mail)


async def count(pool: Pool) -> int:
    async with transaction(pool, role=tenancy.PIPE) as conn:
        return int(await conn.fetchval("select count(*) from mails"))


async def make_due(pool: Pool) -> None:
    async with transaction(pool, role=tenancy.PIPE) as conn:
        await conn.execute("update mails set next_at = now()")


async def test_a_mail_arrives_as_it_was_written(pool: Pool, sender: MailSender, mailbox: Mailbox) -> None:
    await put(pool, sender)
    assert await sender.send_due() == 1
    [mail] = mailbox.mails
    assert (mail["to"], mail["subject"], mail["from"]) == (MAIL.recipient, MAIL.subject, "Hoopoe <hoopoe@cafe.example>")
    assert mail.get_content() == MAIL.text
    assert base64.b64decode(mailbox.logins[0]) == b"\x00hoopoe\x00p@ss"
    assert await count(pool) == 0


async def test_without_a_commit_nothing_leaves(pool: Pool, sender: MailSender, mailbox: Mailbox) -> None:
    with pytest.raises(RuntimeError):
        async with transaction(pool, role=tenancy.APP) as conn:
            await put_mail(conn, sender.keyring, MAIL)
            raise RuntimeError
    assert await sender.send_due() == 0


async def test_the_database_shows_nobody_what_a_mail_says(pool: Pool, sender: MailSender) -> None:
    await put(pool, sender)
    async with transaction(pool, role=tenancy.PIPE) as conn:
        sealed: bytes = await conn.fetchval("select sealed from mails")
    assert b"secret" not in sealed
    assert b"noor" not in sealed


@pytest.mark.parametrize("refusal", ["451 later", "421 busy"])
async def test_a_server_that_is_busy_is_asked_again(
    pool: Pool, sender: MailSender, mailbox: Mailbox, refusal: str
) -> None:
    await put(pool, sender)
    mailbox.refusals.append(refusal)
    assert await sender.send_due() == 1
    assert (mailbox.mails, await count(pool)) == ([], 1)
    assert await sender.send_due() == 0, "not at once"
    await make_due(pool)
    assert await sender.send_due() == 1
    assert (len(mailbox.mails), await count(pool)) == (1, 0)


async def test_a_mail_that_nobody_takes_is_given_up(pool: Pool, sender: MailSender, mailbox: Mailbox) -> None:
    await put(pool, sender)
    mailbox.refusals += ["451 later"] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        assert await count(pool) == 1
        await make_due(pool)
        await sender.send_due()
    assert (mailbox.mails, await count(pool)) == ([], 0)


async def test_a_mail_that_is_refused_for_good_is_given_up_at_once(
    pool: Pool, sender: MailSender, mailbox: Mailbox
) -> None:
    await put(pool, sender)
    mailbox.refusals.append("550 no such mailbox")
    await sender.send_due()
    assert await count(pool) == 0


async def test_two_senders_send_it_once(pool: Pool, sender: MailSender, mailbox: Mailbox) -> None:
    await put(pool, sender)
    assert await sender.send_due() + await sender.send_due() == 1
    assert len(mailbox.mails) == 1


async def test_a_mail_under_a_lost_key_is_dropped(pool: Pool, sender: MailSender, mailbox: Mailbox) -> None:
    await put(pool, sender)
    sender.keyring = Keyring([new_master_key()])
    assert await sender.send_due() == 1
    assert (mailbox.mails, await count(pool)) == ([], 0)


@pytest.mark.parametrize("is_development", [True, False])
async def test_without_a_server_the_log_says_it(pool: Pool, sender: MailSender, is_development: bool) -> None:
    sender.server, sender.is_development = None, is_development
    await put(pool, sender)
    with structlog.testing.capture_logs() as logs:
        await sender.send_due()
    printed = [str(hide_private(None, "warning", entry)) for entry in logs]
    assert sum("mail_without_server" in line for line in printed) == 1
    assert any(MAIL.recipient in line and "secret" in line for line in printed) is is_development


def test_a_server_is_read_from_its_address() -> None:
    assert MailServer.read("smtps://mail.example") == MailServer("mail.example", 465, True, None, None)
    read = MailServer.read("smtp://a%40b:c%3Ad@mail.example:2525")
    assert read == MailServer("mail.example", 2525, False, "a@b", "c:d")
    assert "c:d" not in repr(read)
