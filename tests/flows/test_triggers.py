"""Which trigger a message starts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hoopoe.flows.engine import Incoming, TriggerInput, TriggerMismatch, find_trigger, start
from hoopoe.flows.nodes.schedules import Schedule, Times
from hoopoe.kernel.json import JsonObject

from .scenarios import load_flow, make_message
from .test_engine import ENV, node


def triggers(*configs: JsonObject) -> JsonObject:
    nodes = [{"id": f"t{i}", "type": "whatsapp_trigger", "config": config} for i, config in enumerate(configs)]
    edges = [{"id": f"e{i}", "source": f"t{i}", "target": "say"} for i in range(len(configs))]
    return {"name": "x", "nodes": [*nodes, node("say", "whatsapp_reply", message="Hi")], "edges": edges}


@pytest.mark.parametrize(
    ("text", "is_new", "found"),
    [
        ("menu", False, "t2"),
        ("MENU!", True, "t2"),
        ("the menu please", False, "t3"),
        ("submenu", False, "t0"),
        ("order 12", False, "t4"),
        ("order", False, "t4"),
        ("reorder", False, "t0"),
        ("hello", True, "t1"),
        ("hello", False, "t0"),
        ("", False, "t0"),
        ("طَلَب جديد", False, "t4"),
    ],
)
def test_the_most_specific_trigger_wins_whatever_the_order(text: str, is_new: bool, found: str) -> None:
    flow = load_flow(
        triggers(
            {"trigger_type": "any_message"},
            {"trigger_type": "new_conversation"},
            {"trigger_type": "keyword", "keywords": ["menu"]},
            {"trigger_type": "keyword", "keywords": ["menu please"], "match": "contains"},
            {"trigger_type": "keyword", "keywords": ["order", "طلب"], "match": "starts_with"},
        )
    )
    trigger = find_trigger(flow, TriggerInput(make_message(text), is_new))
    assert trigger is not None
    assert trigger.node_id == found
    assert start(flow, TriggerInput(make_message(text), is_new), ENV).events[0].node_id == found


def test_only_interrupting_triggers_break_into_a_session_and_never_for_a_tap() -> None:
    flow = load_flow(
        triggers(
            {"trigger_type": "keyword", "keywords": ["stop"], "interrupts": True},
            {"trigger_type": "keyword", "keywords": ["menu"]},
        )
    )
    tap = Incoming("button_reply", "stop", payload_id="x", title="stop")
    assert find_trigger(flow, TriggerInput(make_message("stop")), interrupts_only=True) is not None
    assert find_trigger(flow, TriggerInput(make_message("menu")), interrupts_only=True) is None
    assert find_trigger(flow, TriggerInput(tap), interrupts_only=True) is None
    assert find_trigger(flow, TriggerInput(tap)) is not None


def test_a_message_that_starts_nothing_is_refused() -> None:
    flow = load_flow(triggers({"trigger_type": "new_conversation"}))
    with pytest.raises(TriggerMismatch):
        start(flow, TriggerInput(make_message("hi")), ENV)


KINDS = triggers(
    {"trigger_type": "any_message"},
    {"trigger_type": "keyword", "keywords": ["margherita", "طلب جديد"], "match": "near"},
    {"trigger_type": "keyword", "keywords": [r"^order\s*#?\d{3,}", "(a+)+b"], "match": "regex"},
    {"trigger_type": "button", "button_ids": ["menu", "order"]},
    {"trigger_type": "referral", "source_ids": ["ad-7"]},
    {"trigger_type": "location"},
    {"trigger_type": "media", "kinds": ["voice", "image"]},
    {"trigger_type": "schedule", "schedule": {"tags": ["vip"]}},
    {"trigger_type": "webhook"},
    {"trigger_type": "webhook"},
)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("margarita", "t1"),
        ("طلب جديدد", "t1"),
        ("pizza", "t0"),
        ("Order #123 please", "t2"),
        ("order ١٢٣", "t2"),
        ("my order 123", "t0"),
        ("a" * 4_000, "t0"),  # a pattern that other engines never finish
        ({"type": "button_reply", "text": "Menu", "payload_id": "menu"}, "t3"),
        ({"type": "button_reply", "text": "margherita", "payload_id": "gone"}, "t1"),
        ({"text": "hi", "referral": {"source_id": "ad-7"}}, "t4"),
        ({"text": "hi", "referral": {"source_id": "ad-8"}}, "t0"),
        ({"text": "margherita", "referral": {"source_id": "ad-7"}}, "t1"),
        ({"type": "location", "location": {"latitude": 1}}, "t5"),
        ({"type": "image", "media": {"media_id": "m"}}, "t6"),
        ({"type": "audio", "media": {"media_id": "m", "voice": True}}, "t6"),
        ({"type": "audio", "media": {"media_id": "m"}}, "t0"),
        ({"type": "document", "media": {"media_id": "m"}}, "t0"),
    ],
)
def test_what_starts_which_trigger(message: str | JsonObject, found: str) -> None:
    trigger = find_trigger(load_flow(KINDS), TriggerInput(make_message(message)))
    assert trigger is not None
    assert trigger.node_id == found


def test_what_nobody_wrote_starts_the_trigger_that_it_names_and_no_other() -> None:
    flow = load_flow(KINDS)
    for type_, node_id, found in (("webhook", "t9", "t9"), ("schedule", "t7", "t7"), ("schedule", "t8", None)):
        trigger = find_trigger(flow, TriggerInput(Incoming(type_, form={"a": 1}), node_id=node_id))
        assert (trigger.node_id if trigger is not None else None) == found


def test_a_priority_comes_before_everything_else() -> None:
    flow = load_flow(
        triggers(
            {"trigger_type": "keyword", "keywords": ["menu"]},
            {"trigger_type": "any_message", "priority": 1},
            {"trigger_type": "keyword", "keywords": ["stop"], "priority": 2},
        )
    )
    for text, found in (("menu", "t1"), ("stop", "t2")):
        trigger = find_trigger(flow, TriggerInput(make_message(text)))
        assert trigger is not None
        assert trigger.node_id == found


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        ({"at": "09:00"}, "2026-03-01T08:59:00+03:00", "2026-03-01T09:00:00+03:00"),
        ({"at": "09:00"}, "2026-03-01T09:00:00+03:00", "2026-03-02T09:00:00+03:00"),
        ({"weekdays": ["fri"]}, "2026-03-01T09:00:00+03:00", "2026-03-06T09:00:00+03:00"),
        ({"day_of_month": 31}, "2026-02-01T09:00:00+03:00", "2026-02-28T09:00:00+03:00"),
        ({"day_of_month": 29}, "2027-02-28T09:00:00+03:00", "2027-03-29T09:00:00+03:00"),
        ({"day_of_month": 1}, "2026-03-01T09:00:00+03:00", "2026-04-01T09:00:00+03:00"),
    ],
)
def test_when_a_schedule_is_due_next(schedule: JsonObject, now: str, due: str) -> None:
    found = Schedule(tags=["vip"], **schedule).next_after(datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(due)


def test_a_schedule_keeps_its_hour_when_clocks_change() -> None:
    now = datetime.fromisoformat("2026-03-28T12:00:00+01:00").astimezone(ZoneInfo("Europe/Berlin"))
    assert str(Schedule(tags=["vip"], at="09:00").next_after(now)) == "2026-03-29 09:00:00+02:00"
    assert str(Schedule(tags=["vip"], at="02:30").next_after(now)) == "2026-03-29 03:30:00+02:00"


def test_the_next_few_runs_are_the_ones_that_come_after_each_other_over_a_change_of_clocks() -> None:
    now = datetime(2026, 3, 27, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [str(at) for at in Times(at="02:30").list_next(now, 3)] == [
        "2026-03-28 02:30:00+01:00",
        "2026-03-29 03:30:00+02:00",
        "2026-03-30 02:30:00+02:00",
    ]
    assert [f"{at:%a %d}" for at in Times(weekdays=["sun", "thu"]).list_next(now, 3)] == ["Sun 29", "Thu 02", "Sun 05"]


def test_a_time_that_comes_twice_in_autumn_is_run_once() -> None:
    schedule, zone = Schedule(tags=["vip"], at="02:30"), ZoneInfo("Europe/Berlin")
    first = schedule.next_after(datetime(2026, 10, 24, 12, tzinfo=zone))
    assert str(first) == "2026-10-25 02:30:00+02:00"
    again = datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=1)
    for ran in (first, again):
        assert ran is not None
        assert str(schedule.next_after(ran)) == "2026-10-26 02:30:00+01:00"


def test_a_year_of_runs_has_one_on_each_day_of_every_zone() -> None:
    for name in ("Europe/Berlin", "America/New_York", "Asia/Riyadh", "Australia/Lord_Howe", "America/Santiago"):
        at: datetime | None = datetime(2026, 1, 1, tzinfo=ZoneInfo(name))
        days = []
        for _ in range(364):
            assert at is not None
            at = Schedule(tags=["vip"], at="02:15").next_after(at)
            days.append(at.date() if at is not None else None)
        assert len(set(days)) == 364, name
