"""The plain handler that the benchmark compares with: FastAPI, SQLAlchemy's ORM, one transaction a request.

What most WhatsApp back ends do: verify, parse, find or make contact and conversation, insert the message,
commit, answer. Run by `uvicorn bench.plain:app` with PLAIN_DATABASE_URL and PLAIN_SECRET.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE_URL = os.environ["PLAIN_DATABASE_URL"]
SECRET = os.environ["PLAIN_SECRET"].encode()


class Base(DeclarativeBase):
    pass


class Contact(Base):
    __tablename__ = "plain_contacts"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    phone: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]


class Conversation(Base):
    __tablename__ = "plain_conversations"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plain_contacts.id"), unique=True)
    unread: Mapped[int] = mapped_column(default=0)


class Message(Base):
    __tablename__ = "plain_messages"
    __table_args__ = (UniqueConstraint("provider_id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plain_conversations.id"))
    provider_id: Mapped[str]
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    at: Mapped[str]


engine = create_async_engine(DATABASE_URL, pool_size=20, max_overflow=0)
make_session = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/api/whatsapp/webhook")
async def receive(request: Request) -> dict[str, str]:
    raw = await request.body()
    expected = "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
        raise HTTPException(403)
    for entry in json.loads(raw)["entry"]:
        for change in entry["changes"]:
            for message in change["value"].get("messages", []):
                async with make_session() as session, session.begin():
                    known = await session.scalar(select(Message).where(Message.provider_id == message["id"]))
                    if known is not None:
                        continue
                    contact = await session.scalar(select(Contact).where(Contact.phone == message["from"]))
                    if contact is None:
                        contact = Contact(phone=message["from"], name=None)
                        session.add(contact)
                        await session.flush()
                    conversation = await session.scalar(
                        select(Conversation).where(Conversation.contact_id == contact.id)
                    )
                    if conversation is None:
                        conversation = Conversation(contact_id=contact.id, unread=0)
                        session.add(conversation)
                        await session.flush()
                    conversation.unread += 1
                    session.add(
                        Message(
                            conversation_id=conversation.id,
                            provider_id=message["id"],
                            content=message,
                            at=datetime.now(UTC).isoformat(),
                        )
                    )
    return {"status": "ok"}
