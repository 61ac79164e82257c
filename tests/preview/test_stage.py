"""The stage: what happens on it is what happens in production, with a clock that one moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hoopoe.flows.demo import cafe_blueprint
from hoopoe.flows.preview.acts import (
    Act,
    Answer,
    ContactSaid,
    HandBack,
    LocationSaid,
    MediaSaid,
    PreviewContact,
    React,
    Refuse,
    Say,
    Setting,
    TakeOver,
    Tapped,
    TextSaid,
    Wait,
)
from hoopoe.flows.preview.keeping import StageState, StateUnreadableError, keep_stage, restore_stage
from hoopoe.flows.preview.stage import Happened, NotNowError, Stage, open_stage
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from tests.preview.flows import asks, compiled, later, looks_up
from tests.runner.talk import Talk, open_talk

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SETTING = Setting(starts_at=NOON, timezone="Asia/Riyadh", currency="SAR")


def begin(given: JsonObject, setting: Setting = SETTING) -> Stage:
    return open_stage(compiled(given), setting, now=NOON)


def say(text: str) -> Say:
    return Say(type="say", message=TextSaid(type="text", text=text))


def wait(seconds: int | None = None) -> Wait:
    return Wait(type="wait", seconds=seconds)


def words(happened: Happened) -> list[object]:
    return [each.content["body"] for each in happened.spoken]


# --- The same as production ---------------------------------------------------------------------------


@pytest.fixture
async def talk(pool: Pool, settings: Settings) -> Talk:
    return await open_talk(pool, settings, cafe_blueprint())


@pytest.mark.parametrize("lines", [
    ["hello", "menu", "1", "3", "yes"],
    ["مرحبا", "قائمة", "١", "٣", "نعم"],
    ["hello", "nonsense", "nonsense", "nonsense", "menu", "2"],
])  # fmt: skip
async def test_a_preview_says_what_production_says(talk: Talk, lines: list[str]) -> None:
    contact = PreviewContact(name=None)
    stage = begin(cafe_blueprint(), Setting(starts_at=datetime.now(UTC), timezone="Asia/Riyadh", contact=contact))
    for line in lines:
        assert words(stage.act(say(line))) == await talk.say(line), line


# --- Time ---------------------------------------------------------------------------------------------


def test_a_delay_ends_when_its_time_has_come_and_not_before() -> None:
    stage = begin(later(hours=3))
    assert words(stage.act(say("Hi"))) == ["Thank you, Sara"]
    assert words(stage.act(wait(3 * 3600 - 1))) == []
    after = stage.act(wait(1))
    assert words(after) == ["How was it?"]
    assert after.spoken[0].at == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
    assert not after.spoken[0].is_refused


def test_what_is_said_after_a_day_would_be_refused() -> None:
    stage = begin(later(hours=24))
    stage.act(say("Hi"))
    [message] = stage.act(wait()).spoken
    assert (message.content["body"], message.is_refused) == ("How was it?", True)


def test_a_question_times_out_once_and_never_after_its_answer() -> None:
    stage = begin(asks(timeout=600))
    stage.act(say("Hi"))
    assert words(stage.act(wait(3600))) == ["Too late"]
    assert words(stage.act(wait(3600))) == []
    stage.act(say("Hi"))
    assert words(stage.act(say("٣"))) == ["3 it is"]
    assert words(stage.act(wait(3600))) == []
    with pytest.raises(NotNowError) as refused:
        stage.act(wait())
    assert refused.value.code == "nothing_due"


def test_waiting_goes_through_everything_that_falls_due() -> None:
    """A delay of an hour in a circle, and a wait of a day."""
    stage = begin(later(hours=1))
    stage.act(say("Hi"))
    stage.act(wait(86_400))
    assert stage.now == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


# --- Effects ------------------------------------------------------------------------------------------


def test_what_is_written_while_another_system_is_asked_is_heard_after_its_answer() -> None:
    stage = begin(looks_up())
    assert words(stage.act(say("Hi"))) == []
    assert stage.effect is not None
    assert stage.effect.request["url"] == "https://menu.example/dish"
    assert words(stage.act(say("yes"))) == []
    result: JsonObject = {"ok": True, "status": 200, "body": {"name": "Kabsa"}, "error": None}
    assert words(stage.act(Answer(type="answer", result=result))) == ["Kabsa?", "Noted: yes"]
    with pytest.raises(NotNowError) as refused:
        stage.act(Answer(type="answer", result=result))
    assert refused.value.code == "no_effect"


def test_an_answer_that_no_system_would_give_breaks_nothing() -> None:
    stage = begin(looks_up())
    stage.act(say("Hi"))
    happened = stage.act(Answer(type="answer", result={"status": ["?"]}))
    assert words(happened) == ["The kitchen does not answer"] or happened.crashes


# --- Keeping ------------------------------------------------------------------------------------------

ACTS: list[Act] = [
    say("hello"),
    say("menu"),
    Say(type="say", message=Tapped(type="list_reply", id="nobody", title="1")),
    say("2"),
    wait(60),
    say("person"),
]


def test_a_stage_that_was_written_down_goes_on_as_if_it_had_not_been() -> None:
    flow = compiled(cafe_blueprint())
    straight, kept = open_stage(flow, SETTING, now=NOON), open_stage(flow, SETTING, now=NOON)
    for act in ACTS:
        expected = words(straight.act(act))
        kept = restore_stage(flow, SETTING, StageState.model_validate_json(keep_stage(kept).model_dump_json()))
        assert words(kept.act(act)) == expected
    assert keep_stage(kept).variables == keep_stage(straight).variables


def test_stepping_back_is_giving_an_earlier_stage() -> None:
    stage = begin(asks(timeout=600))
    stage.act(say("Hi"))
    asked = keep_stage(stage)
    assert words(stage.act(say("3"))) == ["3 it is"]
    again = restore_stage(stage.flow, SETTING, asked)
    assert words(again.act(say("4"))) == ["4 it is"]


@pytest.mark.parametrize("state", [{}, {"v": 1}, {"v": 99}, {"v": 1, "wait": []}, {"variables": 3}])
def test_a_session_that_nobody_wrote_is_refused_in_words(state: JsonObject) -> None:
    stage = begin(asks(timeout=600))
    stage.act(say("Hi"))
    kept = keep_stage(stage)
    assert kept.session is not None
    spoilt = kept.model_copy(update={"session": kept.session.model_copy(update={"state": state})})
    with pytest.raises(StateUnreadableError):
        restore_stage(stage.flow, SETTING, spoilt)


# --- People -------------------------------------------------------------------------------------------


def test_a_person_who_has_the_conversation_is_not_interrupted_by_the_bot() -> None:
    stage = begin(cafe_blueprint())
    stage.act(say("hello"))
    stage.act(say("person"))
    assert stage.scene.conversation.mode == "human"
    assert words(stage.act(say("hello?"))) == []
    stage.act(HandBack(type="hand_back"))
    assert words(stage.act(say("hello"))) != []
    with pytest.raises(NotNowError):
        stage.act(HandBack(type="hand_back"))


# --- People, and the provider -------------------------------------------------------------------------


def parks(*, timeout: int) -> JsonObject:
    return {**asks(timeout=timeout), "settings": {"on_human": "park"}}


def test_a_question_ends_or_is_parked_when_a_person_takes_over() -> None:
    ended = begin(asks(timeout=600))
    ended.act(say("Hi"))
    ended.act(TakeOver(type="take_over"))
    assert words(ended.act(say("3"))) == []
    ended.act(HandBack(type="hand_back"))
    assert words(ended.act(say("3"))) == ["How many?"], "it begins anew"

    parked = begin(parks(timeout=600))
    parked.act(say("Hi"))
    parked.act(TakeOver(type="take_over"))
    flow = compiled(parks(timeout=600))
    kept = StageState.model_validate_json(keep_stage(parked).model_dump_json())
    parked = restore_stage(flow, SETTING, kept)
    assert words(parked.act(say("to the person"))) == []
    assert words(parked.act(wait(3600))) == [], "its time is up while a person has the conversation"
    parked.act(HandBack(type="hand_back"))
    assert words(parked.act(say("3"))) == ["3 it is"]


def test_a_parked_question_gets_its_time_anew() -> None:
    stage = begin(parks(timeout=600))
    stage.act(say("Hi"))
    stage.act(TakeOver(type="take_over"))
    stage.act(wait(3600))
    stage.act(HandBack(type="hand_back"))
    assert words(stage.act(wait(599))) == []
    assert words(stage.act(wait(1))) == ["Too late"]


def test_what_was_asked_of_another_system_comes_to_nothing_when_a_person_takes_over() -> None:
    stage = begin(looks_up())
    stage.act(say("Hi"))
    stage.act(TakeOver(type="take_over"))
    with pytest.raises(NotNowError, match="no answer of another system"):
        stage.act(Answer(type="answer", result={"ok": True}))
    with pytest.raises(NotNowError) as refused:
        stage.act(TakeOver(type="take_over"))
    assert refused.value.code == "human_has_it"


def test_a_provider_that_refuses_is_shown_and_stops_no_flow() -> None:
    stage = begin(asks(timeout=600))
    stage.act(Refuse(type="refuse", code=131026))
    [asked] = stage.act(say("Hi")).spoken
    assert (asked.content["body"], asked.error_code, asked.is_refused) == ("How many?", 131026, False)
    stage = restore_stage(stage.flow, SETTING, keep_stage(stage))
    assert [each.error_code for each in stage.act(say("3")).spoken] == [131026]
    stage.act(Refuse(type="refuse", code=None))
    assert [each.error_code for each in stage.act(say("Hi")).spoken] == [None]


def test_a_reaction_is_heard_by_no_flow() -> None:
    stage = begin(asks(timeout=600))
    with pytest.raises(NotNowError):
        stage.act(React(type="react", emoji="👍"))
    stage.act(say("Hi"))
    assert stage.act(React(type="react", emoji="👍")) == Happened()
    assert words(stage.act(say("3"))) == ["3 it is"]


@pytest.mark.parametrize(("validation", "said", "heard"), [
    ({"type": "media", "kinds": ["image"]}, MediaSaid(type="image", caption="Our table"), True),
    ({"type": "media", "kinds": ["image"]}, MediaSaid(type="document", filename="menu.pdf"), False),
    ({"type": "media", "kinds": ["voice"]}, MediaSaid(type="audio", voice=True), True),
    ({"type": "media", "kinds": ["voice"]}, MediaSaid(type="audio"), False),
    ({"type": "media", "kinds": ["video"]}, MediaSaid(type="video"), True),
    ({"type": "media", "kinds": ["image"]}, MediaSaid(type="sticker"), False),
    ({"type": "location"}, LocationSaid(type="location", latitude=24.7, longitude=46.7), True),
    ({"type": "phone"}, ContactSaid(type="contacts", name="Omar", phone="+966500000102"), True),
])  # fmt: skip
def test_everything_that_a_person_can_send_is_tried(validation: JsonObject, said: MediaSaid, heard: bool) -> None:
    flow = asks(timeout=600)
    flow["nodes"][1]["config"] = {
        "question": "Show me", "variable_name": "shown", "validation": validation, "timeout": 600,
    }  # fmt: skip
    flow["nodes"][2]["config"] = {"message": "I see it"}
    stage = begin(flow)
    stage.act(say("Hi"))
    assert (words(stage.act(Say(type="say", message=said))) == ["I see it"]) is heard
