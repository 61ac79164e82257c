"""One request at the door: who may knock, what is answered, what is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from hoopoe.channels.actions import update_channel
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.main.wiring import make_keyring
from tests.support.core import fetch_rows
from tests.support.desk import post_webhook, sign
from tests.support.simulator import wait_until
from tests.support.tenants import make_tenant
from tests.webhooks.bodies import body, change, entry, new_number, text_message
from tests.webhooks.conftest import Door

MEGABYTE = 1024 * 1024


def one_text(tenant, text: str = "hello") -> bytes:  # type: ignore[no-untyped-def]
    return json.dumps(body(entry(tenant, change(tenant, text_message(new_number(), text))))).encode()


async def test_the_handshake_echoes_the_challenge_to_who_knows_a_token(door: Door) -> None:
    tenant = await door.add_tenant()
    path = f"{door.url}/api/whatsapp/webhook"

    async def shake(**query: str) -> tuple[int, str]:
        async with door.session.get(path, params={f"hub.{name}": value for name, value in query.items()}) as answer:
            return answer.status, await answer.text()

    right = {"mode": "subscribe", "verify_token": tenant.verify_token, "challenge": "<b>1158201444</b>"}
    assert await shake(**right) == (200, "<b>1158201444</b>")
    for wrong in ({"verify_token": "not it"}, {"verify_token": ""}, {"mode": "unsubscribe"}, {"mode": ""}):
        status, text = await shake(**(right | wrong))
        assert (status, "1158201444" in text) == (403, False), wrong
    assert (await shake())[0] == 403


async def test_other_methods_are_told_which_there_are(door: Door) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        async with door.session.request(method, f"{door.url}/api/whatsapp/webhook") as answer:
            assert (answer.status, answer.headers["allow"]) == (405, "GET, POST"), method


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda raw, _: sign("another secret", raw), id="another secret"),
        pytest.param(lambda raw, secret: sign(secret, raw + b" "), id="other bytes"),
        pytest.param(lambda raw, secret: sign(secret, raw).removeprefix("sha256="), id="without its name"),
        pytest.param(lambda raw, secret: sign(secret, raw).replace("sha256=", "sha1="), id="another name"),
        pytest.param(lambda raw, secret: sign(secret, raw)[:-1], id="cut"),
        pytest.param(lambda raw, secret: "sha256=", id="empty"),
        pytest.param(lambda raw, secret: "sha256=" + "ٳ" * 32, id="not hexadecimal"),
        pytest.param(lambda raw, secret: None, id="missing"),
    ],
)
async def test_a_body_that_nobody_signed_is_refused_and_nothing_of_it_handled(door: Door, forge) -> None:  # type: ignore[no-untyped-def]
    tenant = await door.add_tenant()
    raw = one_text(tenant, "x" * 5000)
    assert await post_webhook(door.session, door.url, raw, signature=forge(raw, tenant.app_secret)) == 403
    desk = await door.desk(tenant)
    assert await door.filed(tenant) == []
    assert await desk.conversations() == []
    assert [await desk.journal(result) for result in ("stored", "unreadable", "ignored")] == [[], [], []]


async def test_what_nobody_signed_leaves_a_truncated_row_in_the_journal(door: Door) -> None:
    tenant = await door.add_tenant()
    raw = one_text(tenant, "x" * 5000)

    async def look() -> bool:
        # The journal keeps a sample of such requests; one of the next is in it.
        assert await post_webhook(door.session, door.url, raw, signature="sha256=00") == 403
        where = "outcome = 'forbidden' and status = 403 and body_bytes = $1 and body = $2"
        return await door.count_journal(where, len(raw), raw[:2048]) > 0

    await wait_until(look, "row of a refused request")
    assert await door.count_journal("body_bytes = $1 and octet_length(body) > 2048", len(raw)) == 0


@pytest.mark.parametrize("text", ["مرحبا، أريد قهوة", "a/b — ☕ 🌙", "\u200fقهوة\u200e", "e\u0301"])
async def test_signatures_are_over_the_bytes_as_they_came(door: Door, text: str) -> None:
    """Meta escapes what is not ASCII, and slashes; others send UTF-8. Both are signed as they are."""
    tenant = await door.add_tenant()
    message = text_message(new_number(), text)
    content = body(entry(tenant, change(tenant, message)))
    escaped = json.dumps(content).replace("/", "\\/").encode()
    assert await post_webhook(door.session, door.url, escaped, signature=sign(tenant.app_secret, escaped)) == 200
    content = body(entry(tenant, change(tenant, text_message(message["from"], text))))
    plain = json.dumps(content, ensure_ascii=False, indent=1).encode()
    assert await post_webhook(door.session, door.url, plain, signature=sign(tenant.app_secret, plain)) == 200
    assert await door.texts(tenant) == [text, text]


@pytest.mark.parametrize("raw", [b"", b"hello", b"{", b'{"entry": NaN}', b"null", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_not_json_is_said_to_be_so(door: Door, raw: bytes) -> None:
    assert await post_webhook(door.session, door.url, raw, signature=sign("any", raw)) == 400


@pytest.mark.parametrize("raw", [b"{}", b"[]", b'"x"', b"1", b'{"entry": 1}', b'{"entry": [null, {"changes": {}}]}'])
async def test_json_that_names_no_channel_is_taken_and_kept(door: Door, raw: bytes) -> None:
    assert await post_webhook(door.session, door.url, raw, signature=sign("any", raw)) == 200


async def test_an_unknown_channel_gets_200_so_that_it_is_not_sent_for_days(door: Door) -> None:
    tenant = await door.add_tenant()
    stranger = json.dumps(body({"id": "1", "changes": [change(tenant, text_message(new_number(), "hi"))]})).replace(
        tenant.phone_number_id, "999000999000999"
    )
    raw = stranger.encode()

    async def look() -> bool:
        assert await post_webhook(door.session, door.url, raw, signature=sign(tenant.app_secret, raw)) == 200
        return await door.count_journal("outcome = 'unknown_channel' and body = $1", raw[:2048]) > 0

    await wait_until(look, "row of a request for an unknown channel")
    assert await door.filed(tenant) == []


async def test_a_body_up_to_three_megabytes_is_taken(door: Door) -> None:
    tenant = await door.add_tenant()
    raw = one_text(tenant).ljust(3 * MEGABYTE)
    assert await post_webhook(door.session, door.url, raw, signature=sign(tenant.app_secret, raw)) == 200
    assert await door.texts(tenant) == ["hello"]


async def test_a_body_over_three_megabytes_is_refused_declared_or_in_chunks(door: Door) -> None:
    tenant = await door.add_tenant()
    raw = one_text(tenant).ljust(3 * MEGABYTE + 1)
    signature = sign(tenant.app_secret, raw)
    assert await post_webhook(door.session, door.url, raw, signature=signature) == 413

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), 65_536):
            yield raw[start : start + 65_536]

    assert await post_webhook(door.session, door.url, chunks(), signature=signature) == 413
    assert await door.filed(tenant) == []


async def test_an_upload_that_breaks_off_stores_nothing_and_a_slow_one_is_waited_for(door: Door) -> None:
    tenant = await door.add_tenant()
    raw = one_text(tenant)
    address = urlsplit(door.url)
    head = (
        f"POST /api/whatsapp/webhook HTTP/1.1\r\nhost: hoopoe\r\ncontent-type: application/json\r\n"
        f"x-hub-signature-256: {sign(tenant.app_secret, raw)}\r\ncontent-length: {len(raw)}\r\n\r\n"
    ).encode()
    _, broken = await asyncio.open_connection(address.hostname, address.port)
    broken.write(head + raw[:50])
    await broken.drain()
    broken.close()
    await broken.wait_closed()
    reader, slow = await asyncio.open_connection(address.hostname, address.port)
    slow.write(head)
    for start in range(0, len(raw), 100):
        slow.write(raw[start : start + 100])
        await slow.drain()
        assert await post_webhook(door.session, door.url, b"null", signature=None) == 400, "others are not held up"
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    slow.close()
    await slow.wait_closed()
    assert await door.texts(tenant) == ["hello"]


@pytest.mark.parametrize("_", range(5))
async def test_the_first_webhook_of_a_channel_that_was_connected_this_very_moment_is_kept(door: Door, _: int) -> None:
    dsn = door.settings.require_database_url()
    tenant = await make_tenant(dsn, make_keyring(door.settings), blueprint=echo_blueprint())
    assert await door.post_messages(tenant, text_message(new_number(), "first")) == 200
    assert await door.texts(tenant) == ["first"]


async def test_a_channel_in_trouble_goes_on_receiving(door: Door) -> None:
    tenant = await door.add_tenant()
    await fetch_rows(door.pool, tenant, "update channels set status = 'error', status_reason = 'The token is refused.'")
    assert await door.post_messages(tenant, text_message(new_number(), "while in trouble")) == 200
    assert await door.texts(tenant) == ["while in trouble"]


async def test_a_channel_whose_secrets_nobody_can_open_is_sent_again(door: Door) -> None:
    tenant = await door.add_tenant()
    sealed = "select app_secret, access_token from channels where id = $1"
    [kept] = await fetch_rows(door.pool, tenant, sealed, tenant.channel_id)
    spoil = "update channels set app_secret = $2, access_token = $3, updated_at = now() where id = $1"
    await fetch_rows(door.pool, tenant, spoil, tenant.channel_id, kept["access_token"], kept["app_secret"])

    async def look() -> bool:
        return await door.post_messages(tenant, text_message(new_number(), "too early")) == 503

    await wait_until(look, "refusal that the provider comes back after")
    await fetch_rows(door.pool, tenant, spoil, tenant.channel_id, kept["app_secret"], kept["access_token"])
    assert await door.post_messages(tenant, text_message(new_number(), "with the key")) == 200
    assert (await door.texts(tenant))[-1] == "with the key"


async def test_a_secret_that_was_replaced_this_very_moment_signs(door: Door) -> None:
    tenant = await door.add_tenant()
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SYSTEM)
    async with transaction(door.pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await update_channel(
            conn,
            scope,
            tenant.channel_id,
            changes={},
            secrets={"app_secret": "anothersecret0123"},
            keyring=make_keyring(door.settings),
        )
    assert (
        await door.post_messages(
            replace(tenant, app_secret="anothersecret0123"), text_message(new_number(), "signed anew")
        )
        == 200
    )
    assert await door.post_messages(tenant, text_message(new_number(), "signed as before")) == 403
    assert await door.texts(tenant) == ["signed anew"]
