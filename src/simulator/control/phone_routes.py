"""`/phones`: people, their threads, and what they do."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from simulator.config import PersonConfig
from simulator.control.answers import answer
from simulator.control.message_schemas import MediaIn, MessageIn
from simulator.control.schemas import NumberIn, PersonChange, ReadIn, UserIdIn
from simulator.control.writing import write_message
from simulator.jsontypes import JsonObject, load_json
from simulator.moves import change_number, change_user_id
from simulator.phones import (
    PhoneError,
    add_person,
    get_channel,
    get_or_add_person,
    get_person,
    read_thread,
)
from simulator.simulator import Simulator
from simulator.state import Message, Person
from simulator.views import say_time, view_message
from simulator.world import World


def make_phone_router(simulator: Simulator) -> APIRouter:
    """The routes, over one simulator. `{number}` is a number in any spelling, or a user id."""
    world = simulator.world
    router = APIRouter(prefix="/phones", tags=["phones"])

    @router.get("")
    async def get_phones() -> Response:
        """Everybody, with the threads they have."""
        return answer({"phones": [_view_person(world, person) for person in world.state.people.values()]})

    @router.post("", status_code=201)
    async def post_phone(config: PersonConfig) -> Response:
        return answer(_view_person(world, add_person(world, config)), 201)

    @router.get("/{number}")
    async def get_phone(number: str) -> Response:
        return answer(_view_person(world, get_person(world, number)))

    @router.patch("/{number}")
    async def patch_phone(number: str, body: PersonChange) -> Response:
        """Block or unblock the business, go out of reach or come back, read at once or not, take a username.

        A username hides the number; an empty one shows it again.
        """
        person = get_person(world, number)
        came_back = body.reachable is True and not person.is_reachable
        person.name = body.name or person.name
        person.language = body.language or person.language
        person.username = person.username if body.username is None else body.username
        person.has_blocked = person.has_blocked if body.blocked is None else body.blocked
        person.is_auto_read = person.is_auto_read if body.auto_read is None else body.auto_read
        person.is_reachable = person.is_reachable if body.reachable is None else body.reachable
        world.put_person(person)
        if came_back:
            simulator.statuses.person_came_back(person.key)
        return answer(_view_person(world, person))

    @router.post("/{number}/number")
    async def post_number(number: str, body: NumberIn) -> Response:
        """Move to another number: the business is told, the old number is nobody's."""
        return answer(_view_person(world, change_number(simulator, get_person(world, number), body.number)))

    @router.post("/{number}/user-id")
    async def post_user_id(number: str, body: UserIdIn | None = None) -> Response:
        """Get another user id: the business is told, the old one is nobody's."""
        user_id = body.user_id if body is not None else None
        return answer(_view_person(world, change_user_id(simulator, get_person(world, number), user_id)))

    @router.delete("/{number}", status_code=204)
    async def delete_phone(number: str) -> None:
        """The person leaves WhatsApp: messages to them fail from now on."""
        world.remove_person(get_person(world, number))

    @router.get("/{number}/messages")
    async def get_messages(
        number: str,
        after: str = "",
        channel: str = "",
        limit: Annotated[int, Query(ge=1)] = 1_000,
    ) -> Response:
        """What is on the phone, oldest first, behind the message `after`; `in` was received by the phone."""
        person = get_person(world, number)
        own = get_channel(world, channel) if channel else None
        thread = world.state.threads.get(person.key, [])
        start = _place_behind(thread, after) if after else 0
        found = [
            view_message(world.state, message)
            for message in thread[start:]
            if own is None or message.phone_number_id == own.phone_number_id
        ]
        return answer({"messages": [*found[:limit]], "has_more": len(found) > limit})

    @router.post("/{number}/messages", status_code=201)
    async def post_message(number: str, request: Request) -> Response:
        """Write from a phone: JSON as MessageIn, or multipart with to, type, caption, voice, animated and file.

        A plausible number that nobody has becomes a new person.
        """
        body = await _read_message(request)
        channel = get_channel(world, body.to)
        person = get_or_add_person(world, number)
        message = write_message(simulator, person, channel, body, base_url=str(request.base_url).rstrip("/"))
        return answer(view_message(world.state, message), 201)

    @router.post("/{number}/read")
    async def post_read(number: str, body: ReadIn | None = None) -> Response:
        """Open the thread: everything received becomes read, and the app is told."""
        person = get_person(world, number)
        to = body.to if body is not None else None
        return answer({"read": read_thread(simulator, person, get_channel(world, to) if to else None)})

    return router


def _place_behind(thread: list[Message], message_id: str) -> int:
    """Who asks for news asks for the end: look from there. PhoneError 404."""
    for place in range(len(thread) - 1, -1, -1):
        if thread[place].id == message_id:
            return place + 1
    raise PhoneError(404, "unknown_message", f"No message on this phone has the id {message_id!r}.")


async def _read_message(request: Request) -> MessageIn:
    """ValidationError or PhoneError (400) when the request is no message."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        try:
            given = load_json(await request.body())
        except ValueError as error:
            raise PhoneError(400, "not_json", f"The body is not JSON: {error}") from error
        return MessageIn.model_validate(given)
    async with request.form() as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise PhoneError(422, "file_missing", "The part `file` is missing.")
        kind = str(form.get("type") or "image")
        media = MediaIn(
            data=base64.b64encode(await file.read()).decode(),
            mime_type=file.content_type or "application/octet-stream",
            filename=file.filename,
            caption=str(form["caption"]) if form.get("caption") else None,
            voice=True if form.get("voice") == "true" else None,
            animated=True if form.get("animated") == "true" else None,
        )
        return MessageIn.model_validate({"to": str(form.get("to") or ""), "type": kind, kind: media})


def _view_person(world: World, person: Person) -> JsonObject:
    threads: dict[str, list[Message]] = {}
    for message in world.state.threads.get(person.key, []):
        threads.setdefault(message.phone_number_id, []).append(message)
    return {
        "number": f"+{person.number}" if person.number else None,
        "user_id": person.user_id,
        "username": person.username or None,
        "name": person.name,
        "language": person.language,
        "blocked": person.has_blocked,
        "auto_read": person.is_auto_read,
        "reachable": person.is_reachable,
        "threads": [_view_thread(world, person, own, messages) for own, messages in threads.items()],
    }


def _view_thread(world: World, person: Person, phone_number_id: str, messages: list[Message]) -> JsonObject:
    ends_at = world.window_ends_at(phone_number_id, person.key)
    typing_until = world.typing_until.get((phone_number_id, person.key), 0)
    return {
        "phone_number_id": phone_number_id,
        "messages": len(messages),
        "unread": sum(1 for message in messages if message.is_from_business and message.status != "read"),
        "last_message": view_message(world.state, messages[-1]),
        "window_ends_at": None if ends_at is None else say_time(ends_at),
        "is_window_open": ends_at is not None and world.now() < ends_at,
        "is_typing": typing_until > world.now(),
    }
