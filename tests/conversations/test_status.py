"""The status of a message only moves forward, whatever order reports come in."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.conversations.status import RANKS, MessageStatus, OpaqueId, advance, parse_opaque

SOME_ID = UUID("0192f0a0-0000-7000-8000-000000000001")
REPORTED = [status for status in RANKS if status is not MessageStatus.PENDING]


@pytest.mark.parametrize("order", list(permutations([MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ])))
def test_any_order_ends_at_read(order: tuple[MessageStatus, ...]) -> None:
    status = MessageStatus.PENDING
    for reported in order:
        status = advance(status, reported)
    assert status is MessageStatus.READ


@given(st.lists(st.sampled_from(REPORTED)))
def test_it_never_goes_back(reports: list[MessageStatus]) -> None:
    status = MessageStatus.PENDING
    for reported in reports:
        after = advance(status, reported)
        assert RANKS[after] >= RANKS[status]
        status = after


def test_what_was_delivered_did_not_fail() -> None:
    assert advance(MessageStatus.DELIVERED, MessageStatus.FAILED) is MessageStatus.DELIVERED
    assert advance(MessageStatus.SENT, MessageStatus.FAILED) is MessageStatus.FAILED
    assert advance(MessageStatus.FAILED, MessageStatus.SENT) is MessageStatus.FAILED
    assert advance(MessageStatus.FAILED, MessageStatus.DELIVERED) is MessageStatus.DELIVERED


@given(st.permutations(REPORTED), st.lists(st.sampled_from(REPORTED)))
def test_the_order_of_reports_changes_nothing(order: list[MessageStatus], again: list[MessageStatus]) -> None:
    def end(reports: list[MessageStatus]) -> MessageStatus:
        status = MessageStatus.PENDING
        for reported in reports:
            status = advance(status, reported)
        return status

    assert end([*order, *again]) is end([*REPORTED])
    assert end(again) is end(again[::-1])


def test_an_incoming_message_has_no_career() -> None:
    assert advance(MessageStatus.RECEIVED, MessageStatus.READ) is MessageStatus.RECEIVED


def test_opaque_ids_come_back() -> None:
    opaque = OpaqueId(uuid4(), 3)
    assert parse_opaque(str(opaque)) == opaque


@pytest.mark.parametrize(
    "text", [None, "", "x", "1.2", f"{SOME_ID}", f"{SOME_ID}.", f"{SOME_ID}.0", f"{SOME_ID}.99999"]
)
def test_other_programs_ids_are_not_ours(text: str | None) -> None:
    assert parse_opaque(text) is None
