"""The webhook journal on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.channels.contract import ItemKind, Provider
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.webhooks.routing import SignatureVerdict

MAX_REPLAYED: Final = 100
MAX_WAIT_SECONDS: Final = 10.0


class ItemResult(StrEnum):
    """What became of one part of a webhook.

    `ignored`: kept raw, but nothing in it is ours to handle. `refused`: it named a channel whose secret did not
    sign it. `answered`: a provider's check of the address.
    """

    STORED = "stored"
    UNREADABLE = "unreadable"
    IGNORED = "ignored"
    REFUSED = "refused"
    ANSWERED = "answered"


class RequestResult(StrEnum):
    """What became of a request, by its parts. `partly`: some of it was stored, some was not."""

    STORED = "stored"
    PARTLY = "partly"
    UNREADABLE = "unreadable"
    IGNORED = "ignored"
    REFUSED = "refused"
    ANSWERED = "answered"


class InputState(StrEnum):
    """Where one thing that a webhook told stands now. `missing`: it has not been put in line."""

    HANDLED = "handled"
    WAITING = "waiting"
    DEAD = "dead"
    MISSING = "missing"


class WebhookItem(Wire):
    """One part of a webhook that belonged to this workspace, raw."""

    id: UUID
    received_at: datetime
    channel_id: UUID | None
    field: str | None
    result: ItemResult
    reason: str | None
    items: int
    raw: JsonValue


class WebhookItemPage(Page[WebhookItem]):
    """Parts of webhooks, the newest first."""


class JournalChannel(Wire):
    """A channel as a line of the journal names it."""

    id: UUID
    name: str
    number: str
    provider: Provider


class WebhookRequest(Wire):
    """One request of a provider, as far as it is this workspace's.

    What belongs to the request as a whole (method, path, headers, body, time) is null where it carried parts of
    other workspaces too.
    """

    id: UUID = Field(description="The request id: the provider was answered with it in `X-Request-Id`.")
    received_at: datetime
    channels: list[JournalChannel]
    fields: list[str]
    result: RequestResult
    verdict: SignatureVerdict
    items: int = Field(description="How many messages, statuses and the like it told of.")
    is_whole: bool = Field(description="All of it is this workspace's.")
    method: str | None
    path: str | None
    status: int | None = Field(description="What it was answered with.")
    took_ms: float | None = Field(description="From its first byte until it went to the disk, in milliseconds.")
    body_bytes: int | None


class WebhookRequestPage(Page[WebhookRequest]):
    """Requests, the newest first. A page with a cursor may be short: a search stops after so many requests."""

    searched_to: datetime | None = Field(
        description="How far back a search has looked, where it stopped before it had found enough."
    )


class WebhookInput(Wire):
    """One message, status or the like that a part tells of, and where it stands."""

    kind: ItemKind
    provider_id: str = Field(description="The provider's id of the message that it is, or is about.")
    key: str
    state: InputState


class WebhookPart(Wire):
    """One part of a request: one change, of one channel."""

    id: UUID
    channel_id: UUID | None
    field: str
    result: ItemResult
    reason: str | None
    raw: JsonValue
    inputs: list[WebhookInput]


class WebhookRequestDetails(WebhookRequest):
    """A request with its parts, its headers and its bytes."""

    headers: dict[str, str] | None
    body: str | None = Field(description="As text; bytes that are none are shown as U+FFFD.")
    is_body_cut: bool = Field(description="Of a request that nobody vouches for only the beginning is kept.")
    parts: list[WebhookPart]


WaitSeconds = Annotated[
    float,
    Field(ge=0, le=MAX_WAIT_SECONDS, description="How long to wait for the workers to handle it before answering."),
]


class ReplayRequest(Input):
    """Requests to put in line once more. What was handled already is not handled again."""

    model_config = example({"ids": ["0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"]})

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_REPLAYED)]
    wait_seconds: WaitSeconds = 2.0


class ReplayResult(Wire):
    """What a replay came to, counted in messages, statuses and the like."""

    requests: int
    handled_now: int
    handled_already: int
    waiting: int = Field(description="In line; the workers have not come to it yet.")
    dead: int = Field(description="It could not be handled this time either: see the dead letters.")
    unreadable: int
    refused: int = Field(description="Parts that no channel's secret signed: they are never replayed.")
    ignored: int = Field(description="Parts that hold nothing to handle.")
    summary: str = Field(examples=["1 handled now, 3 were handled already."])
