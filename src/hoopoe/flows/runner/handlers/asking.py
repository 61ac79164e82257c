"""A flow whose rule is `ask`: before another one takes over, the person is asked. Words of our own, in two languages.

What started the other flow is kept with the session (`held`) until the person has answered. Whatever is neither of the
two answers is an answer to what the flow had asked: so nobody is caught between two questions.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from hoopoe.channels.contract import Button, ButtonsContent, OutboundContent, TextContent
from hoopoe.flows.engine import Incoming
from hoopoe.flows.runner.messages import dump_incoming, load_incoming
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.text import match_key

DEFAULT_LANGUAGE: Final = "en"
KEPT_AS: Final = "asked_about"


class Wish(StrEnum):
    """What a person wants; also the ids of the buttons."""

    SWITCH = "hoopoe.switch"
    STAY = "hoopoe.stay"


QUESTION: Final = {
    "en": "We are in the middle of something. Shall I leave it and begin “{name}”?",
    "ar": "لم ننته بعد. هل أترك هذا وأبدأ «{name}»؟",
}
TITLES: Final = {
    "en": {Wish.SWITCH: "Yes, begin that", Wish.STAY: "No, go on here"},
    "ar": {Wish.SWITCH: "نعم، ابدأ", Wish.STAY: "لا، نكمل هنا"},
}
STAYED: Final = {
    "en": "All right, we go on here. What I asked last still stands.",
    "ar": "حسنا، نكمل هنا. سؤالي الأخير ما زال قائما.",
}
MAX_NAME: Final = 60


def ask_to_switch(flow_name: str, language: str) -> OutboundContent:
    """The question, with the name of the flow that would begin."""
    words = QUESTION.get(language, QUESTION[DEFAULT_LANGUAGE])
    titles = TITLES.get(language, TITLES[DEFAULT_LANGUAGE])
    return ButtonsContent(
        words.format(name=flow_name[:MAX_NAME]), tuple(Button(wish.value, titles[wish]) for wish in Wish)
    )


def confirm_stay(language: str) -> OutboundContent:
    """What is said to who stays."""
    return TextContent(STAYED.get(language, STAYED[DEFAULT_LANGUAGE]))


def read_wish(message: Incoming) -> Wish | None:
    """A tapped button, or its title typed in either language."""
    for wish in Wish:
        typed = {match_key(titles[wish]) for titles in TITLES.values()}
        if message.payload_id == wish.value or match_key(message.text) in typed:
            return wish
    return None


def keep_asked(message: Incoming) -> JsonObject:
    """What began the other flow, as a session keeps it."""
    return {KEPT_AS: dump_incoming(message)}


def find_asked(held: list[JsonObject]) -> Incoming | None:
    """What the person was asked about, if that is what is held."""
    kept = held[0].get(KEPT_AS) if held else None
    return load_incoming(kept) if isinstance(kept, dict) else None
