"""Secret addresses over HTTP: made by members, called by other systems."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from hoopoe.flows.beginning import hooks, schemas
from hoopoe.flows.beginning.errors import NobodyToStart, NoWebhookTrigger
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


def _read_own_url(request: Request) -> str:
    return settings_of(request).own_url()


OwnUrl = Annotated[str, Depends(_read_own_url)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, description="Each key starts a flow once.")]


@router.get("/bots/{bot_id}/hooks", responses=refusals())
async def list_hooks(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.Hooks:
    """The addresses at which other systems start this bot's flow, without what makes them secret."""
    return schemas.Hooks(data=await hooks.list_hooks(conn, scope, bot_id))


@router.post("/bots/{bot_id}/hooks", status_code=201, responses=refusals(NoWebhookTrigger))
async def create_hook(
    conn: Conn, scope: MayWrite, own_url: OwnUrl, bot_id: UUID, given: schemas.HookCreate
) -> schemas.HookCreated:
    """Make an address for a trigger that starts on a webhook. The one before, if there was one, ends."""
    created = await hooks.create_hook(conn, scope, bot_id, node_id=given.node_id)
    return schemas.HookCreated(**created.hook.model_dump(), url=f"{own_url}/api/hooks/{created.token}")


@router.delete("/bots/{bot_id}/hooks/{hook_id}", status_code=204, responses=refusals())
async def delete_hook(conn: Conn, scope: MayWrite, bot_id: UUID, hook_id: UUID) -> None:
    """End an address."""
    await hooks.delete_hook(conn, scope, bot_id, hook_id)


@router.post("/hooks/{token}", status_code=202, responses=refusals(NotFound, NobodyToStart, is_public=True))
async def call_hook(request: Request, token: str, given: schemas.HookCall, key: Key = None) -> schemas.HookTaken:
    """Start a flow for one person who wrote before. What is sent is read as `{{ message.form }}`."""
    conversation_id = await hooks.take_call(work_of(request), token, given=given, key=key)
    return schemas.HookTaken(conversation_id=conversation_id)
