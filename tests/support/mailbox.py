"""A mail server for tests: speaks enough SMTP to be given mails, and may refuse them."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Mailbox:
    """What was mailed. `refusals` are answered to the next mails, one after the other, before any is taken."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 mailbox.test ESMTP")
        while line := await reader.readline():
            verb = line.decode(errors="replace").strip().upper()
            if verb.startswith("EHLO"):
                say("250-mailbox.test")
                say("250 AUTH PLAIN")
            elif verb.startswith("AUTH"):
                self.logins.append(line.decode().split()[-1])
                say("235 welcome")
            elif verb.startswith("RCPT") and self.refusals:
                say(self.refusals.pop(0))
            elif verb == "DATA":
                say("354 go on")
                raw = await reader.readuntil(b"\r\n.\r\n")
                message = email.message_from_bytes(raw[:-5].replace(b"\r\n..", b"\r\n."), policy=email.policy.default)
                self.mails.append(message)
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 fine")
        writer.close()


@asynccontextmanager
async def open_mailbox() -> AsyncIterator[Mailbox]:
    """A mail server on a free port."""
    mailbox = Mailbox()
    server = await asyncio.start_server(mailbox.talk, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        mailbox.url = f"smtp://hoopoe:p%40ss@{host}:{port}"
        yield mailbox
