"""Which parts of a signed request are whose."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel, hash_verify_token
from hoopoe.channels.parts import Change
from hoopoe.kernel.ids import new_id
from hoopoe.webhooks.routing import Outcome, lane_of, route_changes


def make_channel(number: str, secret: str, account: str = "acct") -> RoutedChannel:
    return RoutedChannel(
        workspace_id=new_id(),
        id=new_id(),
        provider=Provider.META,
        number=f"+{number}",
        sender_id=number,
        account_id=account,
        signing_secret=secret.encode(),
        access_token="token",
        verify_token_hash=hash_verify_token(f"verify-{number}"),
        updated_at=datetime.now(UTC),
    )


def make_directory(*channels: RoutedChannel) -> ChannelDirectory:
    directory = ChannelDirectory()
    directory.replace(1, list(channels))
    return directory


def make_change(number: str | None, account: str | None = "acct") -> Change:
    return Change(field="messages", sender_id=number, account_id=account, raw={})


def test_a_body_signed_by_one_tenant_gives_nothing_to_another() -> None:
    ours, theirs = make_channel("1", "ours"), make_channel("2", "theirs", account="other")
    routed = route_changes(
        [make_change("1"), make_change("2", "other")],
        make_directory(ours, theirs),
        provider=Provider.META,
        is_signed_by=lambda secret: secret == b"ours",
    )
    assert routed.outcome is Outcome.PARTLY_STORED
    assert routed.status == 200
    assert [taken.channel.id for taken in routed.taken] == [ours.id]


def test_channels_that_share_an_app_are_served_by_one_check() -> None:
    asked: list[bytes] = []

    def is_signed_by(secret: bytes) -> bool:
        asked.append(secret)
        return True

    one, two = make_channel("1", "app"), make_channel("2", "app", account="other")
    routed = route_changes(
        [make_change("1"), make_change("2"), make_change("1")],
        make_directory(one, two),
        provider=Provider.META,
        is_signed_by=is_signed_by,
    )
    assert len(routed.taken) == 3
    assert asked == [b"app"]


@pytest.mark.parametrize(
    ("changes", "outcome", "status"),
    [
        ([make_change("9")], Outcome.UNKNOWN_CHANNEL, 200),
        ([], Outcome.UNKNOWN_CHANNEL, 200),
        ([make_change("1")], Outcome.FORBIDDEN, 403),
        ([make_change("9"), make_change("1")], Outcome.FORBIDDEN, 403),
    ],
)
def test_nothing_is_taken_without_a_signature(changes: list[Change], outcome: Outcome, status: int) -> None:
    routed = route_changes(
        changes, make_directory(make_channel("1", "ours")), provider=Provider.META, is_signed_by=lambda _: False
    )
    assert (routed.outcome, routed.status, routed.taken) == (outcome, status, ())


def test_a_part_about_an_account_goes_to_all_its_channels() -> None:
    one, two, stranger = make_channel("1", "app"), make_channel("2", "app"), make_channel("3", "app", account="x")
    routed = route_changes(
        [make_change(None)],
        make_directory(one, two, stranger),
        provider=Provider.META,
        is_signed_by=lambda _: True,
    )
    assert {taken.channel.id for taken in routed.taken} == {one.id, two.id}


def test_verify_tokens_are_known_by_hash() -> None:
    directory = make_directory(make_channel("1", "app"))
    assert directory.knows_verify_token("verify-1")
    assert not directory.knows_verify_token("verify-2")
    assert not directory.knows_verify_token("")


def test_a_lane_is_one_person_on_one_channel() -> None:
    channel, other = UUID(int=1), UUID(int=2)
    assert lane_of(channel, "966500000101") == lane_of(channel, "966500000101")
    assert lane_of(channel, "966500000101") != lane_of(other, "966500000101")
    assert lane_of(channel, "966500000101") != lane_of(channel, "966500000102")
    assert -(2**63) <= lane_of(channel, "سارة") < 2**63
