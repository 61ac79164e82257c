"""What Twilio lists: lost messages and statuses as their webhooks would have made them, and sends in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web

from hoopoe.channels.contract import (
    Address,
    Button,
    ButtonsContent,
    ItemKind,
    OutboundContent,
    StatusName,
    TextContent,
)
from hoopoe.channels.parts import Absent, Found, Listing, Unsure
from hoopoe.channels.twilio.listing import find_sent, list_missing, read_moment
from hoopoe.channels.twilio.parse import parse_message, parse_status
from hoopoe.channels.twilio.split import split_form
from hoopoe.kernel.json import Json, JsonObject
from tests.channels.twilio.server import ACCOUNT, BASIC, CREDENTIALS, NUMBER, ROOT, TOKEN, error, run_nobody, run_twilio

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CUSTOMER = "966501112233"
OPAQUE = "01939f6e-0000-7000-8000-000000000001.1"


def row(sid: str, /, *, after: float = 0, is_sent: bool = False, **changes: Json) -> JsonObject:
    """A message as Twilio lists it, so many seconds after noon."""
    at = format_datetime(NOON + timedelta(seconds=after))
    ours, theirs = f"whatsapp:{NUMBER}", f"whatsapp:+{CUSTOMER}"
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "from": ours if is_sent else theirs,
        "to": theirs if is_sent else ours,
        "direction": "outbound-api" if is_sent else "inbound",
        "body": "مرحبا",
        "num_media": "0",
        "status": "delivered" if is_sent else "received",
        "error_code": None,
        "error_message": None,
        "date_created": at,
        "date_sent": at,
        "date_updated": at,
        **changes,
    }


class Lists:
    """Twilio's lists, narrowed by `To` and `From` as it does, two rows a page."""

    def __init__(self, *rows: JsonObject, page_size: int = 2, fails_at: int | None = None) -> None:
        self.rows, self.page_size, self.fails_at = rows, page_size, fails_at
        self.media: list[str] = []

    async def __call__(self, request: web.Request) -> web.Response:
        if request.path.endswith("/Media.json"):
            self.media.append(request.path)
            found = [{"sid": "ME1", "content_type": "image/jpeg"}, {"sid": "ME2", "content_type": "image/png"}]
            return web.json_response({"media_list": found})
        page = int(request.query.get("Page", "0"))
        if page == self.fails_at:
            return web.json_response(error(20500), status=500)
        wanted = [
            each
            for each in self.rows
            if request.query.get("To", each["to"]) == each["to"]
            and request.query.get("From", each["from"]) == each["from"]
        ]
        begin = page * self.page_size
        more = len(wanted) > begin + self.page_size
        following = f"{ROOT}/Messages.json?Page={page + 1}&PageToken=t{page + 1}" if more else None
        return web.json_response({"messages": wanted[begin : begin + self.page_size], "next_page_uri": following})


async def missed(url: str, *, known: Sequence[str] = (), since: float = -60, until: float = 600) -> Listing:
    async def choose_missing(keys: Sequence[str]) -> Sequence[str]:
        return [key for key in keys if key not in known]

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await list_missing(
            session,
            base_url=url,
            credentials=CREDENTIALS,
            since=NOON + timedelta(seconds=since),
            until=NOON + timedelta(seconds=until),
            choose_missing=choose_missing,
        )


async def look_for(
    url: str, content: OutboundContent, *, known: Sequence[str] = (), recipient: Address | None = None
) -> Found | Absent | Unsure:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await find_sent(
            session,
            base_url=url,
            credentials=CREDENTIALS,
            recipient=recipient or Address(phone=CUSTOMER),
            content=content,
            opaque=OPAQUE,
            since=NOON,
            until=NOON + timedelta(seconds=120),
            known=known,
        )


async def test_what_came_is_listed_by_page_the_oldest_first() -> None:
    lists = Lists(row("SM3", after=3), row("SM2", after=2), row("SM1", after=1))
    async with run_twilio(lists) as twilio:
        found = await missed(twilio.url)
    assert found.problem is None
    assert [item.key for item in found.items] == ["m:SM1", "m:SM2", "m:SM3"]
    message = parse_message(found.items[0].payload)
    assert (message.provider_id, message.text, message.sender.phone) == ("SM1", "مرحبا", CUSTOMER)
    assert message.sent_at == NOON + timedelta(seconds=1)
    assert twilio.authorizations == {BASIC}
    asked = [query for _, _, query, _ in twilio.asked if "To" in query]
    assert asked[0] == {"To": f"whatsapp:{NUMBER}", "DateSent>": "2026-11-21T11:59:00Z", "PageSize": "100"}
    assert asked[1] == {**asked[0], "Page": "1", "PageToken": "t1"}


async def test_a_listed_message_has_the_key_and_the_lane_of_its_webhook() -> None:
    form = [
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("From", f"whatsapp:+{CUSTOMER}"),
        ("To", f"whatsapp:{NUMBER}"),
        ("Body", "مرحبا"),
        ("WaId", CUSTOMER),
        ("SmsStatus", "received"),
    ]
    [change] = split_form(form)
    async with run_twilio(Lists(row("SM1"))) as twilio:
        [item] = (await missed(twilio.url)).items
    assert (item.kind, item.key, item.address) == (
        change.items[0].kind,
        change.items[0].key,
        change.items[0].address,
    )


async def test_only_what_is_missing_asks_for_its_media() -> None:
    lists = Lists(row("MM2", after=1, num_media="2", body=""), row("MM1", num_media="1"))
    async with run_twilio(lists) as twilio:
        [item] = (await missed(twilio.url, known=["m:MM1"])).items
    assert lists.media == [f"{ROOT}/Messages/MM2/Media.json"]
    assert item.payload["MediaUrl1"] == f"{twilio.url}{ROOT}/Messages/MM2/Media/ME2"
    assert (item.payload["MediaContentType0"], item.payload["NumMedia"]) == ("image/jpeg", "2")


async def test_a_message_whose_media_cannot_be_listed_is_left_for_the_next_look() -> None:
    lists = Lists(row("SM2", after=1), row("MM1", num_media="1"))

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("/Media.json"):
            return web.json_response(error(20500), status=500)
        return await lists(request)

    async with run_twilio(answer) as twilio:
        found = await missed(twilio.url)
    assert [item.key for item in found.items] == ["m:SM2"]
    assert found.problem is not None


async def test_statuses_of_what_was_sent_are_listed_too() -> None:
    rows = (
        row("SM3", after=3, is_sent=True, status="undelivered", error_code=63016, error_message="outside the window"),
        row("SM2", after=2, is_sent=True, status="queued"),
        row("SM1", after=1, is_sent=True),
    )
    async with run_twilio(Lists(*rows)) as twilio:
        found = await missed(twilio.url)
    assert [item.kind for item in found.items] == [ItemKind.STATUS, ItemKind.STATUS]
    first, second = [parse_status(item.payload) for item in found.items]
    assert (first.provider_id, first.status, first.opaque) == ("SM1", StatusName.DELIVERED, None)
    assert (second.status, second.error.code if second.error else None) == (StatusName.FAILED, 63016)


async def test_what_is_too_young_is_left_to_its_webhook() -> None:
    async with run_twilio(Lists(row("SM2", after=90), row("SM1"))) as twilio:
        assert [item.key for item in (await missed(twilio.url, until=60)).items] == ["m:SM1"]


async def test_what_could_not_be_read_is_said() -> None:
    rows = (row("SM3", after=3), row("SM2", after=2), row("SM1", after=1))
    async with run_twilio(Lists(*rows, fails_at=1)) as twilio:
        found = await missed(twilio.url)
        assert ([item.key for item in found.items], found.problem) == (["m:SM2", "m:SM3"], "HTTP 500, 20500: no")
    async with run_nobody() as url:
        found = await missed(url)
    assert found.items == ()
    assert TOKEN not in (found.problem or TOKEN)


@pytest.mark.parametrize(
    "changes", [{"sid": None}, {"from": "+966501112233"}, {"date_sent": "soon", "date_created": None}]
)
async def test_a_row_that_cannot_be_filed_stops_no_other(changes: JsonObject) -> None:
    async with run_twilio(Lists(row("SM2", after=1, **changes), row("SM1"))) as twilio:
        assert [item.key for item in (await missed(twilio.url)).items] == ["m:SM1"]


# --- Sends in doubt -------------------------------------------------------------------------------

TEXT = TextContent("your order is ready")
MENU = ButtonsContent("What's next?\n\nChoose:", (Button("d", "Delivery"), Button("p", "Pickup")), header="Qamar")


def sent(sid: str, body: str = TEXT.body, *, after: float = 1, **changes: Json) -> JsonObject:
    return row(sid, after=after, is_sent=True, body=body, **changes)


async def test_a_send_is_found_by_recipient_text_and_time() -> None:
    async with run_twilio(Lists(sent("SM9", "another"), sent("SM8"), sent("SM1", after=-600))) as twilio:
        found = await look_for(twilio.url, TEXT)
    assert isinstance(found, Found)
    assert found.provider_id == "SM8"
    [item] = found.items
    status = parse_status(item.payload)
    assert (status.opaque, status.provider_id, status.status) == (OPAQUE, "SM8", StatusName.DELIVERED)


async def test_its_status_has_a_key_of_its_own() -> None:
    """The callback may have come before anybody knew whose it was, and used up the usual key."""
    async with run_twilio(Lists(sent("SM8"))) as twilio:
        found = await look_for(twilio.url, TEXT)
    assert isinstance(found, Found)
    assert [item.key for item in found.items] == [f"d:{OPAQUE}:s:SM8:delivered"]


async def test_one_that_is_still_queued_is_found_without_a_status() -> None:
    async with run_twilio(Lists(sent("SM8", status="queued", date_sent=None))) as twilio:
        assert await look_for(twilio.url, TEXT) == Found("SM8")
    assert "DateSent>" not in twilio.asked[0][2]


async def test_the_same_text_that_another_send_has_is_not_it() -> None:
    async with run_twilio(Lists(sent("SM8"))) as twilio:
        assert await look_for(twilio.url, TEXT, known=["SM8"]) == Absent()


async def test_two_that_could_be_it_are_no_answer() -> None:
    async with run_twilio(Lists(sent("SM9"), sent("SM8"))) as twilio:
        assert isinstance(await look_for(twilio.url, TEXT), Unsure)


async def test_what_is_in_no_list_was_never_taken() -> None:
    async with run_twilio(Lists(sent("SM8", "another"), sent("SM7", after=-600), sent("SM6", after=600))) as twilio:
        assert await look_for(twilio.url, TEXT) == Absent()


async def test_half_a_list_is_no_proof() -> None:
    rows = [sent(f"SM{n}", "another") for n in range(5)]
    async with run_twilio(Lists(*rows, fails_at=1)) as twilio:
        assert await look_for(twilio.url, TEXT) == Unsure("HTTP 500, 20500: no")
    async with run_nobody() as url:
        assert isinstance(await look_for(url, TEXT), Unsure)


async def test_an_account_that_blanks_its_texts_is_matched_by_time() -> None:
    async with run_twilio(Lists(sent("SM8", ""))) as twilio:
        found = await look_for(twilio.url, TEXT)
    assert isinstance(found, Found)


async def test_a_menu_is_found_by_its_text_filled_in() -> None:
    async with run_twilio(Lists(sent("SM8", "*Qamar*\n\nWhat's next?\n\nChoose:"))) as twilio:
        found = await look_for(twilio.url, MENU)
        assert isinstance(found, Found)
    async with run_twilio(Lists(sent("SM8", "Qamar, shown in another way"))) as twilio:
        assert isinstance(await look_for(twilio.url, MENU), Unsure)
    async with run_twilio(Lists()) as twilio:
        assert await look_for(twilio.url, MENU) == Absent()


async def test_somebody_without_an_address_cannot_be_looked_for() -> None:
    async with run_nobody() as url:
        assert isinstance(await look_for(url, TEXT, recipient=Address(name="Noura")), Unsure)


@pytest.mark.parametrize("value", [None, "", "soon", 5])
def test_what_is_no_time(value: object) -> None:
    assert read_moment(value) is None
