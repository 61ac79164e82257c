"""Rows of the journal as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.channels.contract import Provider
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.webhooks import journal_schemas as schemas
from hoopoe.webhooks.journal_queries import load_input_states, load_parts, load_whole
from hoopoe.webhooks.replay import KeptInput, list_inputs, read_part
from hoopoe.webhooks.routing import SignatureVerdict

SHOWN_STATES = {"done": schemas.InputState.HANDLED}


async def show_requests(
    conn: Connection, scope: WorkspaceScope, requests: Sequence[Sequence[Record]]
) -> list[schemas.WebhookRequest]:
    """Requests, each by its own parts, with the names of their channels."""
    channels = await _load_channels(conn, scope, [row for parts in requests for row in parts])
    return [_show_request(parts, channels) for parts in requests]


async def read_details(conn: Connection, scope: WorkspaceScope, request_id: UUID) -> schemas.WebhookRequestDetails:
    """One request with its own parts. Raises `NotFound` where nothing of it is this workspace's."""
    rows = (await load_parts(conn, scope, [request_id])).get(request_id)
    if not rows:
        raise NotFound
    channels = await _load_channels(conn, scope, rows)
    inputs = [list_inputs(row, read_part(row)) for row in rows]
    states = await load_input_states(conn, scope, [each.key for listed in inputs for each in listed])
    whole = await load_whole(conn, scope, request_id, rows[0]["received_at"])
    return schemas.WebhookRequestDetails(
        **_show_request(rows, channels).model_dump(),
        headers=whole["headers"] if whole is not None else None,
        body=whole["body"].decode("utf-8", "replace") if whole is not None else None,
        is_body_cut=whole is not None and whole["body_bytes"] > len(whole["body"]),
        parts=[_show_part(row, listed, states) for row, listed in zip(rows, inputs, strict=True)],
    )


def _show_part(row: Record, inputs: Sequence[KeptInput], states: dict[tuple[UUID, str], str]) -> schemas.WebhookPart:
    return schemas.WebhookPart(
        id=row["id"],
        channel_id=row["channel_id"],
        field=row["field"],
        result=_result_of(row),
        reason=row["reason"] if row["outcome"] == "unreadable" else None,
        raw=row["raw"],
        inputs=[
            schemas.WebhookInput(
                kind=each.item.kind,
                provider_id=each.provider_id,
                key=each.item.key,
                state=_show_state(states.get(each.key)),
            )
            for each in inputs
        ],
    )


def _show_state(state: str | None) -> schemas.InputState:
    if state is None:
        return schemas.InputState.MISSING
    return SHOWN_STATES.get(state) or schemas.InputState(state)


def _show_request(rows: Sequence[Record], channels: dict[UUID, schemas.JournalChannel]) -> schemas.WebhookRequest:
    first = rows[0]
    results = {_result_of(row) for row in rows}
    result = schemas.RequestResult(results.pop().value) if len(results) == 1 else schemas.RequestResult.PARTLY
    verdict = first["verdict"] or (first["reason"] if first["outcome"] == "refused" else SignatureVerdict.VALID)
    ids = dict.fromkeys(row["channel_id"] for row in rows)
    return schemas.WebhookRequest(
        id=first["journal_id"],
        received_at=first["received_at"],
        channels=[channels[id_] for id_ in ids if id_ in channels],
        fields=list(dict.fromkeys(row["field"] for row in rows)),
        result=result,
        verdict=SignatureVerdict(verdict),
        items=sum(row["item_count"] for row in rows),
        is_whole=first["is_whole"],
        method=first["method"],
        path=first["path"],
        status=first["status"],
        took_ms=first["took_us"] / 1000 if first["took_us"] is not None else None,
        body_bytes=first["body_bytes"],
    )


def _result_of(row: Record) -> schemas.ItemResult:
    return schemas.ItemResult.IGNORED if row["outcome"] == "kept" else schemas.ItemResult(row["outcome"])


async def _load_channels(
    conn: Connection, scope: WorkspaceScope, rows: Sequence[Record]
) -> dict[UUID, schemas.JournalChannel]:
    found = await conn.fetch(
        "select id, name, number, provider from channels where workspace_id = $1 and id = any ($2::uuid[])",
        scope.workspace_id,
        list({row["channel_id"] for row in rows if row["channel_id"] is not None}),
    )
    return {
        row["id"]: schemas.JournalChannel(
            id=row["id"], name=row["name"], number=row["number"], provider=Provider(row["provider"])
        )
        for row in found
    }
