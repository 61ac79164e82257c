"""The thin client of Meta's Graph API. It keeps no state and never logs a token."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from hoopoe.channels.contract import (
    Address,
    Doubtful,
    OutboundContent,
    ProviderError,
    ReadReceipt,
    Refused,
    SendResult,
    Signal,
)
from hoopoe.channels.errors import NOT_REACHED, ContentRefused
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.meta.read import read_answer
from hoopoe.channels.network import read_retry_after
from hoopoe.channels.wire import AnswerLostError, NotConnectedError, Wire

NOT_REACHED_SECONDS = 1.0
CONTENT_CODE = 100


@dataclass(frozen=True, slots=True)
class Credentials:
    """What sending through one number needs."""

    phone_number_id: str
    access_token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The token, as Graph asks for it. It goes into a request and nowhere else."""
        return {"Authorization": f"Bearer {self.access_token}"}


async def send(
    wire: Wire,
    *,
    base_url: str,
    version: str,
    credentials: Credentials,
    content: OutboundContent | Signal,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
    media_id: str | None = None,
) -> SendResult:
    """Send one thing. Never raises for what the provider or the network does.

    No connection at all is a certain refusal; anything that breaks after the request may have left is
    doubt.
    """
    try:
        body = build_request(content, recipient=recipient, opaque=opaque, reply_to=reply_to, media_id=media_id)
    except ContentRefused as refused:
        return Refused(ProviderError(CONTENT_CODE, "WhatsApp would not take this message", str(refused)))
    url = f"{base_url}/{version}/{credentials.phone_number_id}/messages"
    headers = credentials.headers | {"Content-Type": "application/json"}
    try:
        # A redirect is not followed: it would carry the message, and the token, to somebody else.
        answer = await wire.post(url, orjson.dumps(body), headers)
    except NotConnectedError as error:
        away = ProviderError(NOT_REACHED, "WhatsApp could not be reached", str(error))
        return Refused(away, NOT_REACHED_SECONDS, is_passing=True)
    except (AnswerLostError, TimeoutError) as error:
        return Doubtful(f"the answer was lost: {type(error).__name__} {error}".rstrip())
    return read_answer(
        answer.status,
        answer.body,
        retry_after=read_retry_after(answer.headers),
        has_id=not isinstance(content, ReadReceipt),
    )
