"""What Twilio has of a number, by its REST API: for webhooks that were lost, and for sends in doubt.

Twilio does not try a webhook again, and its lists are the only other way to a message. Source: Twilio,
messaging/api/message-resource (read multiple) and messaging/api/media-resource.

A row knows less than a webhook does: it has the text of a tapped button but not its id, no place of a location,
no profile name and no user id beside a number. What is caught up by it reads as a text, or as a media message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from hoopoe.channels.contract import Address, ButtonsContent, ListContent, LocationContent, OutboundContent, TextContent
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.network import NETWORK_ERRORS
from hoopoe.channels.parts import Absent, Found, Item, Listing, Missing, Unsure
from hoopoe.channels.twilio.build import build_content, write_address, write_place
from hoopoe.channels.twilio.client import (
    MAX_PAGES,
    ROWS_PER_PAGE,
    Credentials,
    Hosts,
    get_json,
    read_next_page,
    read_rows,
)
from hoopoe.channels.twilio.fields import read_code, read_count, read_error, read_id, read_text
from hoopoe.channels.twilio.split import INBOUND, OPAQUE_KEY, RECEIVED_KEY, split_form
from hoopoe.kernel.json import JsonObject

# Twilio's clock and ours may differ by so much.
SLACK: Final = timedelta(seconds=30)
MEDIA_AT_ONCE: Final = 4


async def list_missing(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    credentials: Credentials,
    since: datetime,
    until: datetime,
    choose_missing: Missing,
) -> Listing:
    """Messages to the number, and statuses of those from it, that nobody told us of, the oldest first. Never raises.

    Each item is as its webhook would have made it, with the same key. `choose_missing` says which keys are not
    known: only for these is media asked for. `problem` says why there may be more; None: these are all.
    """
    ours = f"whatsapp:+{credentials.number.removeprefix('+')}"
    received, problem = await _list_rows(session, base_url, credentials, {"To": ours}, since)
    sent, sent_problem = await _list_rows(session, base_url, credentials, {"From": ours}, since)
    rows = {item.key: (item, row) for row in received if _is_before(row, until) for item in read_received(row)}
    missing = await choose_missing([*rows])
    gate = asyncio.Semaphore(MEDIA_AT_ONCE)

    async def complete(item: Item, row: JsonObject) -> Item | None:
        async with gate:
            return await _add_media(session, base_url, credentials, item, row)

    wanted = [rows[key] for key in rows if key in missing]
    completed = await asyncio.gather(*(complete(item, row) for item, row in wanted))
    messages = [item for item in completed if item is not None]
    if len(messages) < len(completed):
        problem = problem or "the media of a message could not be listed"
    statuses = {item.key: item for row in sent if _is_before(row, until) for item in read_sent(row)}
    unheard = await choose_missing([*statuses])
    told = [item for key, item in statuses.items() if key in unheard]
    return Listing((*reversed(messages), *reversed(told)), problem or sent_problem)


def read_received(row: JsonObject) -> Sequence[Item]:
    """The item of a message that came in; none for a row of anything else."""
    if read_text(row.get("direction")) != "inbound":
        return ()
    params = [
        ("MessageSid", read_text(row.get("sid")) or ""),
        ("AccountSid", read_text(row.get("account_sid")) or ""),
        ("From", read_text(row.get("from")) or ""),
        ("To", read_text(row.get("to")) or ""),
        ("Body", read_text(row.get("body")) or ""),
        ("NumMedia", str(read_count(row.get("num_media")))),
        ("SmsStatus", INBOUND[0]),
    ]
    return _stamp(split_form(params)[0].items, row)


def read_sent(row: JsonObject) -> Sequence[Item]:
    """The item of a sent message's status, as a callback would have told it; none where it changes nothing."""
    status = read_text(row.get("status"))
    if read_text(row.get("direction")) == "inbound" or status is None:
        return ()
    params = [
        ("MessageSid", read_text(row.get("sid")) or ""),
        ("AccountSid", read_text(row.get("account_sid")) or ""),
        ("From", read_text(row.get("from")) or ""),
        ("To", read_text(row.get("to")) or ""),
        ("MessageStatus", status),
    ]
    if row.get("error_code") is not None:
        params += [
            ("ErrorCode", str(read_code(row.get("error_code")))),
            ("ErrorMessage", read_text(row.get("error_message")) or ""),
        ]
    return _stamp(split_form(params)[0].items, row)


async def find_sent(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    credentials: Credentials,
    recipient: Address,
    content: OutboundContent,
    opaque: str,
    since: datetime,
    until: datetime,
    known: Collection[str],
) -> Found | Absent | Unsure:
    """Whether Twilio has a message whose answer was lost. Never raises.

    A row does not carry our ids (`opaque`): the callback's address is not shown. So it is found by recipient, text and
    time (between `since` and `until`, with some slack), among those whose ids (`known`) do not belong to other sends of
    ours. `Absent` is said only when the whole time was listed and holds nothing that could be it. An account that
    blanks its texts, and the text of a menu, are matched by the recipient and the time alone.
    """
    try:
        to = write_address(recipient)
    except ContentRefused as refused:
        return Unsure(str(refused))
    params = {"To": to, "From": f"whatsapp:+{credentials.number.removeprefix('+')}"}
    rows, problem = await _list_rows(
        session, base_url, credentials, params, since - SLACK, column="date_created", has_filter=False
    )
    expected = _expect_body(content)
    candidates = [
        row
        for row in rows
        if read_text(row.get("direction")) != "inbound"
        and read_id(row.get("sid")) not in known
        and _is_before(row, until + SLACK, column="date_created")
    ]
    matching = [row for row in candidates if (read_text(row.get("body")) or "").strip() in ("", expected)]
    if len(matching) == 1 and (sid := read_id(matching[0].get("sid"))) is not None:
        return Found(sid, tuple(_claim(item, opaque) for item in read_sent(matching[0])))
    if problem is not None:
        return Unsure(problem)
    if matching:
        return Unsure(f"{len(matching)} messages of this text were sent to this person at that time")
    if candidates and not isinstance(content, TextContent):
        return Unsure("another message was sent to this person at that time: it may be this one, shown otherwise")
    return Absent()


async def _list_rows(
    session: aiohttp.ClientSession,
    base_url: str,
    credentials: Credentials,
    narrow: dict[str, str],
    since: datetime,
    *,
    column: str = "date_sent",
    has_filter: bool = True,
) -> tuple[list[JsonObject], str | None]:
    """Rows newest first, back to a moment; and why there may be more.

    Without the filter, rows that were not sent yet are among them: `DateSent>` knows only those that were.
    """
    url = f"{Hosts.of(base_url).account(credentials)}/Messages.json"
    params = narrow | {"PageSize": str(ROWS_PER_PAGE)}
    if has_filter:
        # The name ends with the sign: `DateSent>` and its `=` make "since".
        params["DateSent>"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows: list[JsonObject] = []
    try:
        for _ in range(MAX_PAGES):
            status, page = await get_json(session, url, params, credentials)
            if status != 200:
                error = read_error(page)
                said = f"HTTP {status}" + (f", {error.code}: {error.title}" if error is not None else "")
                return rows, said
            found = [*read_rows(page, "messages")]
            rows += [row for row in found if (at := read_moment(row.get(column))) is None or at >= since]
            following = read_next_page(page.get("next_page_uri"))
            oldest = read_moment(found[-1].get(column)) if found else None
            if following is None or (oldest is not None and oldest < since):
                return rows, None
            params.update(following)
    except NETWORK_ERRORS as error:
        return rows, f"the answer was lost: {type(error).__name__} {error}".rstrip()
    return rows, f"more than {MAX_PAGES * ROWS_PER_PAGE} messages"


async def _add_media(
    session: aiohttp.ClientSession, base_url: str, credentials: Credentials, item: Item, row: JsonObject
) -> Item | None:
    """The item with the addresses of its media; None when they could not be listed."""
    if not read_count(row.get("num_media")):
        return item
    hosts, sid = Hosts.of(base_url), read_id(row.get("sid")) or ""
    try:
        url = f"{hosts.account(credentials)}/Messages/{sid}/Media.json"
        status, page = await get_json(session, url, {}, credentials)
    except NETWORK_ERRORS:
        return None
    if status != 200:
        return None
    media: JsonObject = {}
    for n, each in enumerate(read_rows(page, "media_list")):
        own = read_id(each.get("sid")) or ""
        media[f"MediaUrl{n}"] = f"{hosts.account(credentials)}/Messages/{sid}/Media/{own}"
        media[f"MediaContentType{n}"] = read_text(each.get("content_type")) or ""
    return replace(item, payload={**item.payload, **media})


def _claim(item: Item, opaque: str) -> Item:
    """A status as ours: under a key of its own, because its callback may have come when nobody knew whose it was."""
    return replace(item, key=f"d:{opaque}:{item.key}", payload={**item.payload, OPAQUE_KEY: opaque})


def _stamp(items: Sequence[Item], row: JsonObject) -> Sequence[Item]:
    """Twilio's time stands in for when the request would have come."""
    at = read_moment(row.get("date_updated")) if row.get("direction") != "inbound" else None
    at = at or read_moment(row.get("date_sent")) or read_moment(row.get("date_created"))
    if at is None:
        return ()
    return tuple(replace(item, payload={**item.payload, RECEIVED_KEY: at.isoformat()}) for item in items)


def _is_before(row: JsonObject, until: datetime, *, column: str = "date_sent") -> bool:
    at = read_moment(row.get(column))
    return at is None or at <= until


def read_moment(value: object) -> datetime | None:
    """Twilio's time, as RFC 2822; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _expect_body(content: OutboundContent) -> str:
    """The text that Twilio shows of a message: of a menu, its body filled in."""
    if isinstance(content, TextContent):
        return content.body.strip()
    if isinstance(content, LocationContent):
        return write_place(content).strip()
    if not isinstance(content, ButtonsContent | ListContent):
        return ""
    built = build_content(content)
    body = built.text
    for name, value in built.variables.items():
        body = body.replace(f"{{{{{name}}}}}", value)
    return body.strip()
