"""What a question says by itself when an answer does not fit: never nothing, never a sentence in another language."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from hoopoe.flows.definition.blueprint import parse_blueprint
from hoopoe.flows.definition.facts import read_facts
from hoopoe.flows.nodes.asking_again import put_before, say_what_fits
from hoopoe.flows.nodes.validation import AnswerType, Validation


@pytest.mark.parametrize(
    ("rules", "english", "arabic"),
    [
        ({}, "Please write your answer.", "من فضلك اكتب جوابك."),
        (
            {"min": 2, "max": 20},
            "Please write your answer in 2 to 20 characters.",
            "من فضلك اكتب جوابك في 2 إلى 20 حرفا.",
        ),
        (
            {"pattern": "A[0-9]+"},
            "Please write your answer in the form that is asked for.",
            "من فضلك اكتب جوابك بالصيغة المطلوبة.",
        ),
        (
            {"type": "number", "min": 1, "max": 20, "whole_number": True},
            "Please answer with a whole number from 1 to 20.",
            "من فضلك أجب بعدد صحيح من 1 إلى 20.",
        ),
        (
            {"type": "number", "min": 0.5},
            "Please answer with a number of at least 0.5.",
            "من فضلك أجب برقم لا يقل عن 0.5.",
        ),
        (
            {"type": "date", "min": 0},
            "Please answer with a day such as 30 November, today or later.",
            "من فضلك أجب بيوم مثل 30 نوفمبر، ابتداء من اليوم.",
        ),
        (
            {"type": "date", "min": 1, "max": 60},
            "Please answer with a day such as 30 November, from tomorrow to 60 days ahead.",
            "من فضلك أجب بيوم مثل 30 نوفمبر، من الغد إلى 60 يوما بعد اليوم.",
        ),
        (
            {"type": "date", "max": -3},
            "Please answer with a day such as 30 November, 3 days ago or earlier.",
            "من فضلك أجب بيوم مثل 30 نوفمبر، حتى 3 أيام قبل اليوم.",
        ),
        # A bound of years is an age: its days would help nobody.
        ({"type": "date", "max": -6570}, "Please answer with a day such as 30 November.", None),
        (
            {"type": "time", "min": 9.5, "max": 17},
            "Please answer with a time such as 2:30 pm, from 9:30 am to 5:00 pm.",
            "من فضلك أجب بوقت مثل 2:30 مساء، من 9:30 صباحا إلى 5:00 مساء.",
        ),
        (
            {"type": "media", "kinds": ["document", "image", "video"]},
            "Please send a picture, a video or a document.",
            "من فضلك أرسل صورة أو فيديو أو مستندا.",
        ),
        (
            {"type": "choice", "choices": [{"title": {"en": "Tea", "ar": "شاي"}}, {"title": "Coffee"}]},
            "Please answer with one of these: Tea, Coffee.",
            "من فضلك أجب بواحد من هذه: شاي، Coffee.",
        ),
        # What is filled in only when it is said cannot be named beforehand.
        ({"type": "choice", "choices": ["{{ best }}", "Tea"]}, "Please choose one of these.", None),
    ],
)
def test_what_fits(rules: dict[str, Any], english: str, arabic: str | None) -> None:
    said = say_what_fits(Validation.model_validate(rules), "en")
    assert said["en"] == english
    assert arabic is None or said["ar"] == arabic


@pytest.mark.parametrize("kind", get_args(AnswerType))
def test_each_kind_has_words_of_its_own(kind: AnswerType) -> None:
    others = [say_what_fits(Validation(type=other), "en") for other in get_args(AnswerType) if other != kind]
    said = say_what_fits(Validation(type=kind, min=1, max=2), "en")
    assert said["en"] != said["ar"]
    assert said not in others
    assert all("{" not in sentence for sentence in said.values())


def test_the_sentence_stands_before_the_question_in_each_language_that_has_both() -> None:
    sentence = {"en": "A number.", "ar": "رقم."}
    assert put_before(sentence, "How many?", ("en", "ar", "fr"), limit=100) == {
        "en": "A number.\n\nHow many?",
        "ar": "رقم.\n\nHow many?",
        "fr": "How many?",
    }
    # A missing translation falls back as a whole: no Arabic sentence above an English question.
    assert put_before(sentence, {"en": "How many?", "ar": " "}, ("en", "ar"), limit=100) == {
        "en": "A number.\n\nHow many?",
        "ar": " ",
    }
    assert put_before(sentence, "How many?", ("en",), limit=15) == {"en": "How many?"}


def test_the_editor_learns_what_will_be_said() -> None:
    config = {"question": "How many?", "variable_name": "n", "validation": {"type": "number", "max": 9}}
    nodes = [{"id": "ask", "type": "ask_question", "config": config}]
    blueprint = parse_blueprint(
        {"name": "x", "languages": ["ar"], "default_language": "ar", "nodes": nodes, "edges": []}
    )
    defaults = read_facts(blueprint)["ask"].defaults
    assert defaults == {"retry_text": {"ar": "من فضلك أجب برقم لا يزيد على 9."}}
