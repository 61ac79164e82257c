"""Which function answers which path of Twilio's."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from simulator.jsontypes import JsonObject
from simulator.twilio import accounts, content_edges, media_edges, messages
from simulator.wirelog import Kind

Edge = Callable[..., Awaitable[JsonObject | None]]
"""Takes the call and the sids of its path; what it answers, None for nothing (204)."""


class Route(NamedTuple):
    """`pattern` is the path, for the API of 2010 behind `Accounts/{sid}`; a star stands for a sid."""

    method: str
    pattern: str
    kind: Kind
    edge: Edge
    status: int = 200


_ROUTES: Final = (
    Route("POST", "/Messages.json", "send", messages.answer_message, 201),
    Route("GET", "/Messages.json", "account", messages.get_messages),
    Route("GET", "/Messages/*.json", "account", messages.get_message),
    Route("POST", "/Messages/*.json", "account", messages.update_message),
    Route("DELETE", "/Messages/*.json", "account", messages.delete_message),
    Route("GET", "/Messages/*/Media.json", "media", media_edges.get_media_list),
    Route("GET", "/Messages/*/Media/*.json", "media", media_edges.get_media),
    Route("DELETE", "/Messages/*/Media/*.json", "media", media_edges.delete_media),
    Route("GET", ".json", "account", accounts.get_account),
    Route("GET", "/2010-04-01/Accounts.json", "account", accounts.get_accounts),
    Route("GET", "/IncomingPhoneNumbers.json", "account", accounts.get_phone_numbers),
    Route("GET", "/v2/Channels/Senders", "account", accounts.get_senders),
    Route("GET", "/v2/Channels/Senders/*", "account", accounts.get_sender),
    Route("POST", "/v2/Indicators/Typing.json", "receipt", messages.post_typing),
    Route("POST", "/v3/Indicators/Typing.json", "receipt", messages.post_typing),
    Route("POST", "/v1/Content", "template", content_edges.post_content, 201),
    Route("GET", "/v1/Content", "template", content_edges.get_contents),
    Route("GET", "/v1/Content/*", "template", content_edges.get_content),
    Route("PUT", "/v1/Content/*", "template", content_edges.put_content),
    Route("DELETE", "/v1/Content/*", "template", content_edges.delete_content),
    Route("POST", "/v1/Content/*/ApprovalRequests/whatsapp", "template", content_edges.post_approval, 201),
    Route("GET", "/v1/Content/*/ApprovalRequests", "template", content_edges.get_approval),
    Route("GET", "/v1/ContentAndApprovals", "template", content_edges.get_contents_and_approvals),
    Route("GET", "/v2/ContentAndApprovals", "template", content_edges.get_contents_and_approvals),
)
_PATTERNS: Final = tuple(
    (route, re.compile(re.escape(route.pattern).replace(r"\*", "([A-Za-z0-9]+)"))) for route in _ROUTES
)
_ACCOUNT: Final = re.compile(r"/2010-04-01/Accounts/([A-Za-z0-9]+)(.*)")


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route for a path behind its account, and the sids in it."""
    for route, pattern in _PATTERNS:
        found = pattern.fullmatch(path) if route.method == method else None
        if found is not None:
            return route, found.groups()
    return None


def split_account(path: str) -> tuple[str, str]:
    """The account that a path names (none outside the API of 2010), and the path behind it."""
    found = _ACCOUNT.fullmatch(path)
    return (found[1], found[2]) if found is not None else ("", path)
