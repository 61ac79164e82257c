"""Secret addresses over HTTP, made by members and called by other systems; and when a schedule runs next."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Header, Query, Request

from hoopoe.conversations.errors import WindowClosed
from hoopoe.flows.beginning import calls, hooks, schemas
from hoopoe.flows.beginning.budgets import CallLimits
from hoopoe.flows.beginning.errors import BotNotAnswering, NobodyToStart, NoWebhookTrigger, TooManyCalls, WithAPerson
from hoopoe.flows.beginning.schedules import foresee
from hoopoe.flows.nodes.schedules import Times
from hoopoe.flows.nodes.weekdays import Weekday
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import BodyTooLarge, IdempotencyKeyReused, NotFound
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

# The body is read by hand: a call that is none is noted as well, and its sender finds out why.
_FIELDS: Final[dict[str, Any]] = {**schemas.HookCall.model_json_schema(), "additionalProperties": True}
_CALL: Final = {"application/json": {"schema": {name: _FIELDS[name] for name in _FIELDS if name != "$defs"}}}

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


def _read_own_url(request: Request) -> str:
    return settings_of(request).own_url()


def _read_limits(request: Request) -> CallLimits:
    settings = settings_of(request)
    return CallLimits(settings.hook_calls_per_minute, settings.workspace_hook_calls_per_minute)


Limits = Annotated[CallLimits, Depends(_read_limits)]
OwnUrl = Annotated[str, Depends(_read_own_url)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, description="Each key starts a flow once.")]
At = Annotated[str, Query(pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["09:00"])]
Weekdays = Annotated[
    list[Weekday] | None, Query(max_length=7, description="None: every day.", examples=[["sun", "thu"]])
]
DayOfMonth = Annotated[int | None, Query(ge=1, le=31, description="31 is the last one of each month.", examples=[1])]

# How many runs are foretold: enough to see the rhythm.
_FORESEEN: Final = 3


@router.get("/schedule-runs", responses=refusals())
async def list_schedule_runs(
    conn: Conn, scope: MayRead, at: At, weekdays: Weekdays = None, day_of_month: DayOfMonth = None
) -> schemas.ScheduleRuns:
    """When a schedule would start its flow next, published or not: the next three times."""
    times = Times(at=at, weekdays=weekdays or [], day_of_month=day_of_month)
    zone, found = await foresee(conn, scope.workspace_id, times, _FORESEEN)
    return schemas.ScheduleRuns(timezone=zone, data=found)


@router.get("/bots/{bot_id}/hooks", responses=refusals())
async def list_hooks(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.Hooks:
    """The addresses at which other systems start this bot's flow, without what makes them secret."""
    return schemas.Hooks(data=await hooks.list_hooks(conn, scope, bot_id))


@router.post("/bots/{bot_id}/hooks", status_code=201, responses=refusals(NoWebhookTrigger))
async def create_hook(
    conn: Conn, scope: MayWrite, own_url: OwnUrl, bot_id: UUID, given: schemas.HookCreate
) -> schemas.HookCreated:
    """Make an address for a trigger that starts on a webhook. The one before, if there was one, ends: at once, or as
    late as you say.
    """
    created = await hooks.create_hook(
        conn, scope, bot_id, node_id=given.node_id, keep_former_seconds=given.keep_former_seconds
    )
    return schemas.HookCreated(**created.hook.model_dump(), url=f"{own_url}/api/hooks/{created.token}")


@router.delete("/bots/{bot_id}/hooks/{hook_id}", status_code=204, responses=refusals())
async def delete_hook(conn: Conn, scope: MayWrite, bot_id: UUID, hook_id: UUID) -> None:
    """End an address."""
    await hooks.delete_hook(conn, scope, bot_id, hook_id)


@router.get("/bots/{bot_id}/hooks/{hook_id}/calls", responses=refusals())
async def list_hook_calls(conn: Conn, scope: MayRead, bot_id: UUID, hook_id: UUID) -> schemas.HookEvents:
    """What became of the last calls of an address."""
    return schemas.HookEvents(data=await hooks.list_calls(conn, scope, bot_id, hook_id))


@router.post(
    "/hooks/{token}",
    status_code=202,
    openapi_extra={"requestBody": {"required": True, "content": _CALL}},
    responses=refusals(
        NotFound,
        NobodyToStart,
        BotNotAnswering,
        NoWebhookTrigger,
        WithAPerson,
        WindowClosed,
        TooManyCalls,
        BodyTooLarge,
        IdempotencyKeyReused,
        is_public=True,
    ),
)
async def call_hook(request: Request, limits: Limits, token: str, key: Key = None) -> schemas.HookTaken:
    """Start a flow for one person who wrote before. What is sent is read as `{{ message.form }}`.

    At most 64 KB. With an `Idempotency-Key` a call may be made again without starting anything twice.
    """
    body = await calls.read_body(request.stream())
    return await calls.take_call(work_of(request), token, body=body, key=key, limits=limits)
