"""What every provider must hold to, whichever it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import (
    Accepted,
    Address,
    Doubtful,
    MediaKind,
    OutboundContent,
    Provider,
    ReadReceipt,
    Refused,
    SendResult,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused, ErrorKind
from hoopoe.channels.explain import explain
from hoopoe.channels.media import MediaProblem
from hoopoe.channels.meta import build as meta_build
from hoopoe.channels.meta.read import read_answer as meta_read_answer
from hoopoe.channels.parts import WebhookRequest
from hoopoe.channels.registry import Adapter, adapter_for, adapter_of_webhook
from hoopoe.channels.twilio import build as twilio_build
from hoopoe.channels.twilio.read import read_answer as twilio_read_answer
from hoopoe.media.problems import RULES, Problem
from hoopoe.media.types import TAKEN
from tests.channels.test_split import json_values

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NADA = Address(phone="966501112233")


@pytest.fixture(params=Provider, ids=lambda provider: str(provider.value))
def provider(request: pytest.FixtureRequest) -> Provider:
    return Provider(request.param)


@pytest.fixture
def adapter(provider: Provider) -> Adapter:
    return adapter_for(provider)


def test_its_rules_are_what_people_are_told(provider: Provider, adapter: Adapter) -> None:
    assert adapter.rules
    for code, rule in adapter.rules.items():
        assert rule.code == code
        assert explain(provider, code) is rule


def test_every_limit_lets_something_through(adapter: Adapter) -> None:
    limits = dataclasses.asdict(adapter.capabilities)
    # The one number that may be nothing: whoever does not try again says so.
    assert limits.pop("webhook_retry_hours") >= 0
    numbers = [limit for limit in limits.values() if isinstance(limit, int | float) and not isinstance(limit, bool)]
    assert numbers
    assert all(number > 0 for number in numbers)
    assert set(adapter.capabilities.media) == set(MediaKind)
    for limit in adapter.capabilities.media.values():
        assert limit.types
        assert 0 < limit.most <= (limit.most_moving or limit.most)


def test_what_may_be_uploaded_may_be_sent_as_something(adapter: Adapter) -> None:
    assert frozenset().union(*(limit.types for limit in adapter.capabilities.media.values())) == TAKEN


def test_why_a_file_was_not_given_has_words() -> None:
    assert {problem.value for problem in MediaProblem} <= {problem.value for problem in Problem}
    assert set(RULES) == set(Problem)


def test_a_request_without_a_header_is_signed_by_nobody(adapter: Adapter) -> None:
    body = b"{}" if adapter.provider is Provider.META else b"MessageSid=SM1"
    for headers in ({}, {b"x-hub-signature-256": b"", b"x-twilio-signature": b""}):
        reading = adapter.read_webhook(WebhookRequest("https://hoopoe.example/hook", headers, body, NOW))
        assert reading is not None
        assert reading.has_signature is bool(headers)
        assert not reading.is_signed_by(b"secret")


@given(st.sampled_from(Provider), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_body_is_read_or_refused(provider: Provider, body: bytes) -> None:
    reading = adapter_for(provider).read_webhook(WebhookRequest("https://hoopoe.example/hook?a=1", {}, body, NOW))
    assert reading is None or not any(map(reading.is_signed_by, (b"", b"secret")))


@pytest.mark.parametrize(
    ("content_type", "provider"),
    [
        (b"application/x-www-form-urlencoded", Provider.TWILIO),
        (b"Application/X-WWW-Form-Urlencoded; charset=UTF-8", Provider.TWILIO),
        (b"application/json", Provider.META),
        (b"", Provider.META),
    ],
)
def test_the_body_tells_whose_webhook_it_is(content_type: bytes, provider: Provider) -> None:
    assert adapter_of_webhook(content_type).provider is provider


@dataclass(frozen=True)
class Builder:
    """How each provider makes its request, and what its answer comes to."""

    build: Callable[[OutboundContent | ReadReceipt, Address], object]
    read: Callable[[int, bytes], SendResult]


BUILDERS = {
    Provider.META: Builder(
        lambda content, recipient: meta_build.build_request(content, recipient=recipient, opaque=None, reply_to=None),
        meta_read_answer,
    ),
    Provider.TWILIO: Builder(
        lambda content, recipient: twilio_build.build_request(
            content,
            recipient=recipient,
            opaque=None,
            reply_to=None,
            sender_number="+966112223344",
            status_callback_url=None,
        ),
        twilio_read_answer,
    ),
}


def test_a_text_at_the_limit_is_built_and_one_more_character_is_not(adapter: Adapter) -> None:
    most, builder = adapter.capabilities.text_body, BUILDERS[adapter.provider]
    assert builder.build(TextContent("ي" * most), NADA)
    with pytest.raises(ContentRefused) as refused:
        builder.build(TextContent("ي" * (most + 1)), NADA)
    assert refused.value.field == "body"


def test_nothing_is_built_for_nobody(adapter: Adapter) -> None:
    builder = BUILDERS[adapter.provider]
    with pytest.raises(ContentRefused) as refused:
        builder.build(TextContent("salam"), Address())
    assert refused.value.field == "recipient"
    assert builder.build(ReadReceipt("wamid.X"), Address())


def test_a_closed_window_has_words(adapter: Adapter) -> None:
    assert adapter.rules[adapter.window_closed_code].kind is ErrorKind.WINDOW_CLOSED


@given(st.sampled_from(Provider), st.integers(100, 599), json_values | st.none())
def test_every_answer_says_one_of_three(provider: Provider, status: int, answer: object) -> None:
    body = repr(answer).replace("'", '"').replace("None", "null").encode("utf-8", "replace")
    result = BUILDERS[provider].read(status, body)
    assert isinstance(result, Accepted | Refused | Doubtful)
    if not 200 <= status < 300:
        assert not isinstance(result, Accepted)
