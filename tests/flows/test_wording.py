"""What a customer reads of days and times: words in the language of the text, and ISO 8601 everywhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import ButtonsContent
from hoopoe.flows.engine import Env, MessageQueued, Session, Sprint, VariableSet
from hoopoe.flows.expressions import Wording, compile_template, compile_text, render
from hoopoe.flows.expressions.wording import say
from hoopoe.flows.nodes.moments import read_said
from hoopoe.kernel.json import Json, JsonObject
from tests.flows.scenarios import load_flow, take_step

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 3, 1, 10, tzinfo=RIYADH)


@pytest.mark.parametrize(
    ("value", "english", "arabic"),
    [
        ("2026-11-30", "Monday, 30 November 2026", "الاثنين 30 نوفمبر 2026"),
        ("2026-11-30T14:30:00+03:00", "Monday, 30 November 2026, 2:30 pm", "الاثنين 30 نوفمبر 2026 الساعة 2:30 مساء"),
        ("2026-11-30T14:30", "Monday, 30 November 2026, 2:30 pm", "الاثنين 30 نوفمبر 2026 الساعة 2:30 مساء"),
        # Another system's night is still the evening here.
        ("2026-11-30T22:05:09.5Z", "Tuesday, 1 December 2026, 1:05 am", "الثلاثاء 1 ديسمبر 2026 الساعة 1:05 صباحا"),
        ("00:15", "12:15 am", "12:15 صباحا"),
        ("12:00", "12:00 pm", "12:00 ظهرا"),
        ("23:59", "11:59 pm", "11:59 مساء"),
        *((same, same, same) for same in ("2026-02-30", "9999-12-31T23:59:00-11:00", "24:10", "2026-11-30 or so", "")),
    ],
)
def test_days_and_times_in_words(value: str, english: str, arabic: str) -> None:
    said = [say(value, Wording(language, RIYADH), may_be_time=True) for language in ("en", "ar_EG")]
    assert said == [english, arabic]


def test_there_are_no_words_in_a_language_that_is_not_known() -> None:
    assert say("2026-11-30", Wording("fr"), may_be_time=False) == "2026-11-30"


@given(
    minutes=st.integers(min_value=1, max_value=330 * 24 * 60),
    language=st.sampled_from(["en", "ar"]),
    is_brief=st.booleans(),
)
def test_a_bot_understands_what_it_said(minutes: int, language: str, is_brief: bool) -> None:
    moment, wording = NOW + timedelta(minutes=minutes), Wording(language, RIYADH, is_brief=is_brief)
    clock = moment.strftime("%H:%M")
    said = [say(value, wording, may_be_time=True) for value in (moment.date().isoformat(), moment.isoformat(), clock)]
    day, both, time = (read_said(text, NOW) for text in said)
    assert day is not None
    assert day.day == moment.date()
    assert both is not None
    assert (both.day, both.minutes) == (moment.date(), moment.hour * 60 + moment.minute)
    assert time is not None
    assert time.minutes == moment.hour * 60 + moment.minute
    assert not is_brief or max(map(len, said)) <= 20, "the title of a button"


SCOPE: dict[str, object] = {
    "day": "2026-11-30",
    "at": "14:30",
    "took": "01:45",
    "order": {"due": "2026-11-30T14:30:00Z", "days": ["2026-12-01", "2026-12-02"], "at": "14:30"},
}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ day }} {{ at }} {{ took }}", "Monday, 30 November 2026 2:30 pm 01:45"),
        ("{{ order.due }}, {{ order.at }}", "Monday, 30 November 2026, 5:30 pm, 14:30"),
        ("{% if day %}{{ missing | default: day }}{% endif %}", "Monday, 30 November 2026"),
        ("{{ order.days | first }} {{ order.days | at: 1 }}", "Tuesday, 1 December 2026 Wednesday, 2 December 2026"),
        # Whoever writes how it is to look is obeyed.
        ("{{ day | date: '%Y-%m-%d' }} {{ day | append: '!' }}", "2026-11-30 2026-11-30!"),
        ("{{ order.due | split: 'T' | first }} {{ day | date: '%A' }}", "2026-11-30 Monday"),
        ("2026-11-30", "2026-11-30"),
        # An address is no prose.
        (
            "https://example.com/?a={{ at }}&day={{ day }} {{ at }}",
            "https://example.com/?a=14:30&day=2026-11-30 2:30 pm",
        ),
        ("{% if day %}example.com/{% endif %}{{ day }}", "example.com/2026-11-30"),
        ("www.example.com?d={{ day }} mailto:{{ day }}", "www.example.com?d=2026-11-30 mailto:2026-11-30"),
        # A part of a name is none either; an Arabic preposition is written as one with its word.
        ("INV-{{ day }} n{{ day }}", "INV-2026-11-30 n2026-11-30"),
        ("ليوم{{ day }}", "ليومMonday, 30 November 2026"),
        ("Day:{{ day }} ({{ at }})", "Day:Monday, 30 November 2026 (2:30 pm)"),
    ],
)
def test_what_stands_by_itself_in_a_text_for_people(source: str, shown: str) -> None:
    wording = Wording("en", RIYADH, frozenset({"at"}))
    assert render(compile_template(source), SCOPE, wording=wording) == shown


def test_the_parts_of_a_date_are_named_in_the_language_of_the_text() -> None:
    template = compile_template("{{ day | date: '%A %d %B %Y' }} {{ order.due | date: '%I:%M %p' }}")
    assert render(template, SCOPE, wording=Wording("ar")) == "الاثنين 30 نوفمبر 2026 02:30 م"
    assert render(template, SCOPE, wording=Wording("fr")) == "Monday 30 November 2026 02:30 PM"
    assert render(template, SCOPE) == "Monday 30 November 2026 02:30 PM"


def test_a_text_says_days_in_the_language_that_it_is_in() -> None:
    both = compile_text({"en": "{{ day }}", "ar": "{{ day }}"}, "ar", languages=("ar", "en"))
    assert [both.word(tag, None).language for tag in ("en_GB", "ar", "fr")] == ["en", "ar", "ar"]
    arabic_alone = compile_text("{{ day }}", "ar", languages=("ar",))
    assert arabic_alone.word("en", None).language == "ar", "the person's language is not the flow's"
    lacking = compile_text({"en": "{{ day }}"}, "ar", languages=("ar", "en"))
    assert lacking.word("ar", None).language == "en", "the only text there is"


def _booking() -> JsonObject:
    def question(variable: str, kind: str, text: Json) -> JsonObject:
        config = {"question": text, "variable_name": variable, "validation": {"type": kind}}
        return {"id": variable, "type": "ask_question", "config": config}

    right = {"en": "{{ day }} at {{ at }}?", "ar": "{{ day }} الساعة {{ at }}؟"}
    nodes = [
        {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
        question("day", "date", "Day?"),
        question("at", "time", "Time?"),
        {"id": "keep", "type": "store_variable", "config": {"variable_name": "both", "value": "{{ day }} {{ at }}"}},
        {
            "id": "send",
            "type": "http_request",
            "config": {"method": "POST", "url": "https://example.com/{{ day }}", "body": {"day": "{{ day }}"}},
        },
        {
            "id": "right",
            "type": "buttons",
            "config": {"message": right, "buttons": [{"id": "yes", "title": "{{ day }}"}], "save_as": "chosen"},
        },
    ]
    order = [str(node["id"]) for node in nodes]
    exits = {"day": "answered", "at": "answered", "send": "ok"}
    edges: list[Json] = [
        {
            "id": source,
            "source": source,
            "target": target,
            **({"source_handle": exits[source]} if source in exits else {}),
        }
        for source, target in pairwise(order)
    ]
    return {"name": "Booking", "languages": ["en", "ar"], "default_language": "en", "nodes": nodes, "edges": edges}


def _play(language: str, *said: str) -> tuple[Session, Sprint, list[object]]:
    flow, env = load_flow(_booking()), Env(now=NOW, language=language)
    session: Session | None = None
    events: list[object] = []
    sprint: Sprint | None = None
    for step in ({"message": "hi"}, *({"message": each} for each in said)):
        sprint = take_step(flow, session, step, env)
        session = sprint.session
        events.extend(sprint.events)
    assert session is not None
    assert sprint is not None
    return session, sprint, events


@pytest.mark.parametrize(
    ("language", "body", "title"),
    [
        ("en", "Monday, 30 November 2026 at 2:30 pm?", "Mon 30 Nov 2026"),
        ("ar", "الاثنين 30 نوفمبر 2026 الساعة 2:30 مساء؟", "30 نوفمبر 2026"),
    ],
)
def test_people_read_words_and_machines_iso(language: str, body: str, title: str) -> None:
    session, sprint, events = _play(language, "30/11/2026", "14:30")
    wait = sprint.wait
    request = getattr(getattr(wait, "effect", None), "request", None)
    assert request is not None
    assert request["url"].endswith("/2026-11-30")
    assert request["body"] == {"day": "2026-11-30"}
    kept = {each.name: each.value for each in events if isinstance(each, VariableSet)}
    assert kept["day"] == "2026-11-30"
    assert kept["at"] == "14:30"
    assert kept["both"] == "2026-11-30 14:30"

    env = Env(now=NOW, language=language)
    answered = take_step(
        load_flow(_booking()), session, {"effect": {"ok": True, "status": 200, "body": {}, "error": None}}, env
    )
    [asked] = [each.content for each in answered.events if isinstance(each, MessageQueued)]
    assert isinstance(asked, ButtonsContent)
    assert asked.body == body
    assert [button.title for button in asked.buttons] == [title]

    # What stands on the button is an answer, typed as well.
    chosen = take_step(load_flow(_booking()), answered.session, {"message": title}, env)
    [kept_choice] = [each for each in chosen.events if isinstance(each, VariableSet)]
    assert kept_choice.name == "chosen"
    assert kept_choice.value == {"id": "yes", "title": "2026-11-30", "number": 1}
