"""`/phones/{number}`: what others do in a person's thread with a number: its owner on the phone, another app."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field, JsonValue

from simulator.control.answers import answer
from simulator.control.message_schemas import MessageIn
from simulator.control.schemas import Model
from simulator.control.writing import write_echo
from simulator.jsontypes import JsonObject
from simulator.owner import Past, decline_history, hand_over, import_history, require_meta, tell_book
from simulator.phones import get_channel, get_or_add_person
from simulator.simulator import Simulator
from simulator.views import view_message


class PastIn(Model):
    """A message of before. `text` is a text; anything else is named by `type`, with its object as `content`."""

    sender: Literal["owner", "person"] = "person"
    seconds_ago: float = Field(ge=0)
    text: str | None = None
    type: str = "text"
    content: dict[str, JsonValue] = Field(default_factory=dict)
    status: str = "READ"
    id: str | None = Field(default=None, min_length=1)

    def make_past(self) -> Past:
        content: JsonObject = {"body": self.text} if self.text is not None else {**self.content}
        return Past(self.sender == "owner", self.seconds_ago, self.type, content, self.status, self.id)


class HistoryIn(Model):
    """What was said before. `declined`: the owner does not share it."""

    to: str = Field(description="The channel's number in any spelling, or its phone_number_id.")
    messages: tuple[PastIn, ...] = ()
    per_chunk: int = Field(default=1000, ge=1)
    declined: bool = False
    in_book: bool = Field(default=False, description="The owner's contact book has the person: the name is told too.")


class HandoverIn(Model):
    """Another app gives the thread to the app that is connected (`control_passed`), or takes it (`control_taken`)."""

    to: str = Field(description="The channel's number in any spelling, or its phone_number_id.")
    type: Literal["control_passed", "control_taken"]
    role: str = "ai_agent"
    note: str | None = None
    summary: str | None = None


def make_owner_router(simulator: Simulator) -> APIRouter:
    """The routes, over one simulator. `{number}` is a number in any spelling, or a user id."""
    world = simulator.world
    router = APIRouter(prefix="/phones/{number}", tags=["owner"])

    @router.post("/echoes", status_code=201)
    async def post_echo(number: str, body: MessageIn, request: Request) -> Response:
        """The owner of the number `to` writes to this person on the phone: text, files, places, cards, or `raw`."""
        channel = require_meta(get_channel(world, body.to))
        person = get_or_add_person(world, number)
        message = write_echo(simulator, person, channel, body, base_url=str(request.base_url).rstrip("/"))
        return answer(view_message(world.state, message), 201)

    @router.post("/history", status_code=201)
    async def post_history(number: str, body: HistoryIn) -> Response:
        """Import what the owner and this person wrote before, in chunks, newest first."""
        channel = require_meta(get_channel(world, body.to))
        person = get_or_add_person(world, number)
        if body.declined:
            decline_history(simulator, person, channel)
            return answer({"ids": []}, 201)
        past = [each.make_past() for each in body.messages]
        ids = import_history(simulator, person, channel, past, per_chunk=body.per_chunk)
        if body.in_book:
            tell_book(simulator, person, channel)
        return answer({"ids": [*ids]}, 201)

    @router.post("/handovers", status_code=201)
    async def post_handover(number: str, body: HandoverIn) -> Response:
        """Change who has this person's thread."""
        channel = require_meta(get_channel(world, body.to))
        person = get_or_add_person(world, number)
        hand_over(simulator, person, channel, body.type, role=body.role, note=body.note, summary=body.summary)
        return answer({"type": body.type, "role": body.role}, 201)

    return router
