"""What every provider must hold to, whichever it is."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import Accepted, Address, Doubtful, Provider, ReadReceipt, Refused, TextContent
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.explain import explain
from hoopoe.channels.registry import Adapter, adapter_for
from tests.channels.test_split import json_values

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
    assert all(limit > 0 for limit in dataclasses.astuple(adapter.capabilities))


def test_a_text_at_the_limit_is_built_and_one_more_character_is_not(adapter: Adapter) -> None:
    most = adapter.capabilities.text_body
    assert adapter.build_request(TextContent("ي" * most), recipient=NADA, opaque=None, reply_to=None)
    with pytest.raises(ContentRefused) as refused:
        adapter.build_request(TextContent("ي" * (most + 1)), recipient=NADA, opaque=None, reply_to=None)
    assert refused.value.field == "body"


def test_nothing_is_built_for_nobody(adapter: Adapter) -> None:
    with pytest.raises(ContentRefused) as refused:
        adapter.build_request(TextContent("salam"), recipient=Address(), opaque=None, reply_to=None)
    assert refused.value.field == "recipient"
    assert adapter.build_request(ReadReceipt("wamid.X"), recipient=Address(), opaque=None, reply_to=None)


def test_no_signature_is_no_signature(adapter: Adapter) -> None:
    assert not adapter.is_signature_valid(b"{}", None, b"secret")
    assert not adapter.is_signature_valid(b"{}", b"", b"secret")


@given(st.sampled_from(Provider), st.integers(100, 599), json_values | st.none())
def test_every_answer_says_one_of_three(provider: Provider, status: int, answer: object) -> None:
    body = repr(answer).replace("'", '"').replace("None", "null").encode("utf-8", "replace")
    result = adapter_for(provider).read_answer(status, body)
    assert isinstance(result, Accepted | Refused | Doubtful)
    if not 200 <= status < 300:
        assert not isinstance(result, Accepted)
