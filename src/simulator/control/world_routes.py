"""`/world`: channels, clock, faults, the wire log, what was accepted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from simulator.check import check_world
from simulator.clock import advance_clock, reset_clock
from simulator.config import ChannelConfig
from simulator.control.answers import answer
from simulator.control.schemas import AccountEventIn, AdvanceIn, FaultsIn
from simulator.jsontypes import JsonObject
from simulator.meta.account_events import tell_account_event
from simulator.meta.handshake import verify_callback
from simulator.phones import PhoneError, get_channel
from simulator.simulator import Simulator
from simulator.state import MetaChannel
from simulator.views import say_time, view_accepted, view_channel


def make_world_router(simulator: Simulator) -> APIRouter:
    """The routes, over one simulator."""
    world = simulator.world
    router = APIRouter(prefix="/world", tags=["world"])

    def view_faults() -> JsonObject:
        return {"faults": [fault.as_json() for fault in world.faults.current]}

    @router.get("")
    async def get_world() -> Response:
        """Everything at a glance. `in` counts requests to the app, `out` requests of the app."""
        return answer(
            {
                "channels": [view_channel(channel) for channel in world.state.channels.values()],
                "clock": {
                    "now": say_time(world.now()),
                    "offset_seconds": world.state.clock_offset,
                    "time_zone": world.time_zone or None,
                },
                "limits": world.settings.limits,
                **view_faults(),
                "counts": {
                    "in": world.log.to_app,
                    "out": world.log.from_app,
                    "refused": world.log.refused,
                    "accepted": len(world.state.accepted),
                },
                "check": check_world(world),
            }
        )

    @router.post("/channels", status_code=201)
    async def post_channel(config: ChannelConfig) -> Response:
        """Add a channel, or replace the one with this phone_number_id; for Twilio, this account and number."""
        channel = config.make_channel()
        known = world.find_channel(config.number)
        if known is not None and known.phone_number_id != channel.phone_number_id:
            raise PhoneError(409, "number_taken", f"The number is that of {known.phone_number_id}.")
        world.put_channel(channel)
        return answer(view_channel(channel), 201)

    @router.post("/channels/{address}/verify")
    async def verify_channel(address: str) -> Response:
        """Meta's handshake with the channel's callback."""
        channel = get_channel(world, address)
        if not isinstance(channel, MetaChannel):
            raise PhoneError(409, "no_handshake", "Twilio calls an address without asking it first.")
        problem = await verify_callback(simulator, channel.target_url, channel.verify_token)
        return answer({"ok": problem is None, "error": problem})

    @router.post("/channels/{address}/events")
    async def post_event(address: str, event: AccountEventIn) -> Response:
        """Let Meta tell the app something of a number or its account. What it says of the number is so from then on."""
        channel = get_channel(world, address)
        if not isinstance(channel, MetaChannel):
            raise PhoneError(409, "no_account_events", "Twilio tells nothing of an account.")
        is_told = tell_account_event(
            simulator, channel, event.field, event.value, time=event.time, entry_id=event.entry_id
        )
        return answer({"is_told": is_told, "channel": view_channel(channel)})

    @router.post("/clock/advance")
    async def post_advance(body: AdvanceIn) -> Response:
        """Move the clock forward; answers once every listener has."""
        return answer(await advance_clock(simulator, body.seconds))

    @router.post("/clock/reset")
    async def post_reset() -> Response:
        """Go back to real time."""
        return answer(await reset_clock(simulator))

    @router.get("/faults")
    async def get_faults() -> Response:
        return answer(view_faults())

    @router.post("/faults")
    async def post_faults(body: FaultsIn) -> Response:
        """Switch on exactly these faults; an empty list switches all off."""
        world.faults.replace([fault.make_fault() for fault in body.faults])
        world.stream.tell("faults", view_faults)
        return answer(view_faults())

    @router.get("/log")
    async def get_log(
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=20_000)] = 200,
        kind: str = "",
    ) -> Response:
        """The wire log, oldest first: without `after` the last rows, else the next. `kind` by comma."""
        kinds = frozenset(part for part in kind.split(",") if part)
        rows = world.log.read(after=after, limit=limit, kinds=kinds)
        return answer({"log": [row.as_json() for row in rows], "last_seq": rows[-1].seq if rows else after})

    @router.get("/accepted")
    async def get_accepted(
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1)] = 1_000_000,
        phone_number_id: str | None = None,
    ) -> Response:
        """Every accepted message in the order of acceptance; `seq` counts from 1."""
        rows = [
            view_accepted(seq, message)
            for seq, message in enumerate(world.state.accepted[after : after + limit], start=after + 1)
            if phone_number_id in {None, message.phone_number_id}
        ]
        return answer({"accepted": [*rows], "total": len(world.state.accepted)})

    @router.get("/media/{media_id}")
    async def get_media(media_id: str) -> Response:
        """The bytes of a file, for the page. No token: the page runs on the same machine."""
        media, data = world.state.media.get(media_id), world.store.get_media(media_id)
        if media is None or data is None:
            raise PhoneError(404, "unknown_media", "No file has this id.")
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type=media.mime_type, headers=headers)

    @router.get("/stream")
    async def get_stream() -> StreamingResponse:
        """Server-sent events: log, message, status, typing, person, person_removed, faults, clock, gap."""
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return StreamingResponse(world.stream.listen(), media_type="text/event-stream", headers=headers)

    return router
