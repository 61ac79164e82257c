"""Twilio's webhooks at the door: signed forms in, the same messages as from anybody, nothing for strangers."""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64encode
from secrets import token_hex
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from yarl import URL

from hoopoe.channels.twilio.check import SANDBOX_NUMBER
from hoopoe.main.wiring import make_keyring
from tests.support.core import fetch_rows
from tests.support.tenants import Tenant, TwilioLine, add_twilio_line
from tests.webhooks.bodies import new_number
from tests.webhooks.conftest import Door

PATH = "/whatsapp/webhook"
THANKS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def sign_form(token: str, url: str, form: dict[str, str]) -> str:
    """As Twilio's documentation says, written down a second time."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def text_form(line: TwilioLine, text: str, *, sender: str | None = None, **more: str) -> dict[str, str]:
    sender = sender or new_number()
    return {
        "MessageSid": f"SM{token_hex(16)}",
        "AccountSid": line.account_sid,
        "From": f"whatsapp:+{sender}",
        "To": f"whatsapp:{line.number}",
        "Body": text,
        "NumMedia": "0",
        "SmsStatus": "received",
        "ProfileName": "ندى السالم",
        "WaId": sender,
    } | more


async def add_line(door: Door, **options: str) -> tuple[Tenant, TwilioLine]:
    tenant = await door.add_tenant()
    dsn = door.settings.require_database_url()
    return tenant, await add_twilio_line(dsn, make_keyring(door.settings), tenant, **options)


async def post_form(
    door: Door,
    form: dict[str, str],
    token: str | None,
    *,
    path: str = PATH,
    query: str = "",
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    url = f"{door.url}{path}{query}"
    signature = {"X-Twilio-Signature": sign_form(token, url, form)} if token is not None else {}
    content_type = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    async with door.session.post(
        url, data=urlencode(form).encode(), headers=content_type | signature | (headers or {})
    ) as answer:
        return answer.status, await answer.text()


async def contents(door: Door, line: TwilioLine, direction: str) -> list[tuple[str, object]]:
    rows = await fetch_rows(
        door.pool,
        line,
        "select type, content from messages where channel_id = $1 and direction = $2 order by id",
        line.channel_id,
        direction,
    )
    return [(row["type"], row["content"]) for row in rows]


@pytest.mark.parametrize("path", [PATH, "/api/whatsapp/webhook"])
async def test_a_signed_text_is_filed_and_answered(door: Door, path: str) -> None:
    _, line = await add_line(door)
    form = text_form(line, "هل الفرع مفتوح؟ & كم الساعة + 1")
    assert await post_form(door, form, line.auth_token, path=path) == (200, THANKS)
    await door.take_turns()
    assert await contents(door, line, "in") == [("text", {"body": form["Body"]})]
    assert len(await contents(door, line, "out")) == 1


async def test_what_twilios_own_library_signs_is_taken(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "قهوة + شاي = 100%", MediaContentType1="", Label="a=b&c")
    url = f"{door.url}{PATH}?from=sdk&x=%D9%82"
    signature = RequestValidator(line.auth_token).compute_signature(url, form)
    async with door.session.post(
        URL(url, encoded=True), data=form, headers={"X-Twilio-Signature": signature}
    ) as answer:
        assert answer.status == 200
    await door.take_turns()
    assert await contents(door, line, "in") == [("text", {"body": form["Body"]})]


async def test_every_kind_that_twilio_sends_becomes_a_message(door: Door) -> None:
    _, line = await add_line(door)
    person = new_number()
    forms = [
        text_form(line, "Yes", sender=person, ButtonPayload="yes", ButtonText="Yes", MessageType="button"),
        text_form(line, "Latte", sender=person, ListId="latte", ListTitle="Latte", MessageType="interactive"),
        text_form(line, "", sender=person, Latitude="24.7136", Longitude="46.6753", Address="العليا"),
        text_form(
            line,
            "look",
            sender=person,
            NumMedia="1",
            MediaUrl0="https://api.twilio.com/2010-04-01/m",
            MediaContentType0="image/jpeg",
        ),
        text_form(line, "", sender=person, MessageType="contacts", NumMedia="1", MediaContentType0="text/vcard"),
    ]
    for form in forms:
        assert await post_form(door, form, line.auth_token) == (200, THANKS)
    await door.take_turns()
    filed = await contents(door, line, "in")
    assert [type_ for type_, _ in filed] == ["button_reply", "list_reply", "location", "image", "unsupported"]


async def test_the_same_form_a_hundred_times_at_once_is_one_message(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "once")
    headers = {"I-Twilio-Idempotency-Token": token_hex(16)}
    answers = await asyncio.gather(*(post_form(door, form, line.auth_token, headers=headers) for _ in range(100)))
    assert set(answers) == {(200, THANKS)}
    await door.take_turns()
    assert len(await contents(door, line, "in")) == 1
    assert len(await contents(door, line, "out")) == 1


async def test_a_status_finds_its_message_by_the_query(door: Door) -> None:
    _, line = await add_line(door)
    person = new_number()
    await post_form(door, text_form(line, "hello", sender=person), line.auth_token)
    await door.take_turns()
    [sent] = await fetch_rows(
        door.pool, line, "select id from messages where channel_id = $1 and direction = 'out'", line.channel_id
    )
    for said in ("delivered", "sent"):
        form = {
            "MessageSid": f"SM{token_hex(16)}",
            "MessageStatus": said,
            "AccountSid": line.account_sid,
            "From": f"whatsapp:{line.number}",
            "To": f"whatsapp:+{person}",
        }
        assert (await post_form(door, form, line.auth_token, query=f"?message={sent['id']}.1"))[0] == 200
    await door.take_turns()
    [row] = await fetch_rows(door.pool, line, "select status from messages where id = $1", sent["id"])
    assert row["status"] == "delivered"


async def test_a_query_that_somebody_added_is_signed_too(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "hello")
    headers = {"X-Twilio-Signature": sign_form(line.auth_token, door.url + PATH, form)}
    async with door.session.post(f"{door.url}{PATH}?message=other.1", data=form, headers=headers) as answer:
        assert answer.status == 403
    assert await contents(door, line, "in") == []


async def test_who_did_not_sign_is_refused(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "hello")
    assert (await post_form(door, form, None))[0] == 403
    assert (await post_form(door, form, "another token"))[0] == 403
    signature = sign_form(line.auth_token, door.url + PATH, form)
    for changed in (form | {"Body": "hello!"}, form | {"Extra": "1"}):
        async with door.session.post(
            door.url + PATH, data=changed, headers={"X-Twilio-Signature": signature}
        ) as answer:
            assert answer.status == 403
    # The address is ours by the settings: a Host that somebody made up is no part of it.
    foreign = {"X-Twilio-Signature": sign_form(line.auth_token, f"http://evil.example{PATH}", form)}
    async with door.session.post(door.url + PATH, data=form, headers=foreign | {"Host": "evil.example"}) as answer:
        assert answer.status == 403
    await door.take_turns()
    assert await contents(door, line, "in") == []


async def test_one_tenants_token_files_nothing_for_another(door: Door) -> None:
    _, ours = await add_line(door)
    _, theirs = await add_line(door)
    assert (await post_form(door, text_form(theirs, "for them"), ours.auth_token))[0] == 403
    await door.take_turns()
    assert await contents(door, theirs, "in") == []


async def test_an_unknown_number_is_thanked_and_forgotten(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "hello") | {"To": "whatsapp:+15005550006", "AccountSid": f"AC{token_hex(16)}"}
    assert (await post_form(door, form, line.auth_token))[0] == 200
    await door.take_turns()
    assert await contents(door, line, "in") == []


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param("نص".encode(), 400, id="not ASCII"),
        pytest.param(b"&".join(b"a=1" for _ in range(2000)), 400, id="too many"),
        pytest.param(b"no=message&at=all", 200, id="of nobody"),
    ],
)
async def test_what_is_no_form_of_twilios(door: Door, raw: bytes, status: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "c2ln"}
    async with door.session.post(door.url + PATH, data=raw, headers=headers) as answer:
        assert answer.status == status


async def test_characters_that_a_database_refuses_cost_nothing(door: Door) -> None:
    _, line = await add_line(door)
    form = text_form(line, "a\x00b ") | {"ProfileName": "\x00"}
    assert (await post_form(door, form, line.auth_token))[0] == 200
    await door.take_turns()
    assert await contents(door, line, "in") == [("text", {"body": "a\ufffdb "})]


async def test_the_address_answers_metas_handshake_as_well(door: Door) -> None:
    tenant, _ = await add_line(door)
    query = {"hub.mode": "subscribe", "hub.verify_token": tenant.verify_token, "hub.challenge": "42"}
    async with door.session.get(door.url + PATH, params=query) as answer:
        assert (answer.status, await answer.text()) == (200, "42")
    async with door.session.get(door.url + PATH, params=query | {"hub.verify_token": "x"}) as answer:
        assert answer.status == 403


async def test_a_message_is_one_under_every_token(door: Door) -> None:
    """A fallback address brings the same message under another token, and an old client none at all."""
    _, line = await add_line(door)
    form = text_form(line, "once")
    for headers in ({"I-Twilio-Idempotency-Token": "a"}, {"I-Twilio-Idempotency-Token": "b"}, {}):
        assert await post_form(door, form, line.auth_token, headers=headers) == (200, THANKS)
    other = {"I-Twilio-Idempotency-Token": "a"}
    assert (await post_form(door, text_form(line, "twice"), line.auth_token, headers=other))[0] == 200
    assert await bodies(door, line) == ["once", "twice"]


async def test_two_tenants_share_the_sandbox_number_and_never_each_others_messages(door: Door) -> None:
    (_, first), (_, second) = [await add_line(door, number=SANDBOX_NUMBER) for _ in range(2)]
    for line, words in ((first, "one"), (second, "الثاني")):
        status, _ = await post_form(door, text_form(line, words), line.auth_token)
        assert status == 200
    # Signed by the one, in the name of the other.
    status, _ = await post_form(door, text_form(second, "stolen"), first.auth_token)
    assert status == 403
    for line, words in ((first, "one"), (second, "الثاني")):
        assert await bodies(door, line) == [words]


async def test_a_form_that_names_no_account_goes_to_whose_token_signed_it(door: Door) -> None:
    (_, first), (_, second) = [await add_line(door, number=SANDBOX_NUMBER) for _ in range(2)]
    form = text_form(second, "whose?")
    del form["AccountSid"]
    status, _ = await post_form(door, form, second.auth_token)
    assert status == 200
    assert (await bodies(door, first), await bodies(door, second)) == ([], ["whose?"])


async def bodies(door: Door, line: TwilioLine) -> list[object]:
    rows = await fetch_rows(
        door.pool, line, "select item->>'Body' as body from inbox where channel_id = $1 order by seq", line.channel_id
    )
    return [row["body"] for row in rows]
