"""What `buttons` and `list` share: options, how an answer finds its option, the ways out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, MessageReceived, Outcome, Resume, TimedOut, Visit
from hoopoe.flows.engine.contract import Incoming
from hoopoe.flows.expressions import LocalizedTemplate, LocalizedText
from hoopoe.flows.nodes.answers import read_place
from hoopoe.flows.nodes.asking_again import ONE_OF_THESE
from hoopoe.flows.nodes.base import Build, Exit
from hoopoe.flows.nodes.fields import OptionId, Text, VariableName, ui
from hoopoe.flows.nodes.fit import FOOTER_MAX, HEADER_MAX, fit
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import AskingConfig, may_ask_again
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.spelling import find_nearest
from hoopoe.kernel.text import match_key

SELECTED: Final = "selected"
OTHER: Final = "other"
NO_MATCH: Final = "no_match"
TIMEOUT: Final = "timeout"
RESERVED_EXITS: Final = (SELECTED, OTHER, NO_MATCH, TIMEOUT)


class ChoiceConfig(AskingConfig):
    """Fields of a node that offers options."""

    message: Text = Field(
        json_schema_extra=ui(
            "Message",
            "الرسالة",
            widget="localized_textarea",
            help_en="Stands above the options; {{ }} is filled in.",
            help_ar="تظهر فوق الخيارات؛ وتعبأ {{ }}.",
        )
    )
    header: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "Header",
            "العنوان",
            widget="localized_text",
            help_en="In bold above the message, up to 60 characters.",
            help_ar="بخط عريض فوق الرسالة، حتى 60 حرفا.",
        ),
    )
    footer: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "Footer",
            "التذييل",
            widget="localized_text",
            help_en="Small below the message, up to 60 characters.",
            help_ar="بخط صغير تحت الرسالة، حتى 60 حرفا.",
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the choice as",
            "احفظ الاختيار باسم",
            widget="variable",
            help_en="Read as {{ name.title }}, {{ name.id }}, {{ name.value }}.",
            help_ar="تقرأ {{ name.title }} و {{ name.id }} و {{ name.value }}.",
        ),
    )

    def option_titles(self) -> Mapping[str, LocalizedText]:
        """The title of each option by its id. Of two with one id the last counts; `inspect` names the fault."""
        raise NotImplementedError

    def exits(self) -> tuple[Exit, ...]:
        """One for each option, covered by `selected`; free text that fits none goes to `other` or is asked again."""
        titles = self.option_titles().items()
        options = tuple(Exit(option, covered_by=SELECTED, label=title) for option, title in titles)
        return (
            *options,
            Exit(SELECTED, ending_is_fine=True),
            Exit(OTHER, ending_is_fine=True),
            Exit(NO_MATCH, covered_by=OTHER),
            Exit(TIMEOUT, ending_is_fine=True),
        )

    def inspect_choice(self, look: Look, *, body_limit: int) -> None:
        look.text("message", self.message, limit=body_limit, may_be_split=True)
        look.text("header", self.header, limit=HEADER_MAX, is_required=False)
        look.text("footer", self.footer, limit=FOOTER_MAX, is_required=False)
        self.inspect_waiting(look, limit=body_limit, fits=ONE_OF_THESE)
        if self.save_as is not None:
            look.sets("save_as", self.save_as)


def inspect_option_ids(look: Look, fields: Sequence[str], ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for field, option in zip(fields, ids, strict=True):
        if option in seen:
            look.error(f"{field}.id", "duplicate_id", f"Two options have the id '{option}'.")
        if option in RESERVED_EXITS:
            look.error(f"{field}.id", "reserved_name", f"'{option}' is the name of one of this node's own exits.")
        seen.add(option)


@dataclass(frozen=True, slots=True)
class Option:
    """An option, read once. `keys` are its literal titles in all languages, ready to be compared."""

    id: str
    title: LocalizedTemplate
    description: LocalizedTemplate | None
    value: Json
    keys: frozenset[str]

    @classmethod
    def make(
        cls, option_id: OptionId, title: LocalizedTemplate, *, description: LocalizedTemplate | None = None, value: Json
    ) -> Option:
        keys = frozenset(match_key(each.source) for each in title.all() if each.is_literal)
        return cls(option_id, title, description, value, keys - {""})


def find_option(visit: Visit, options: Sequence[Option], message: Incoming) -> tuple[int, Option] | None:
    """The option that a message means, with its place: by id, by title in any language and spelling, by number, or
    by a title that is a slip of the pen away.

    A tap on a button of another message carries an id that is not among these; then its title counts.
    """
    for place, option in enumerate(options, start=1):
        if message.payload_id == option.id:
            return place, option
    key = match_key(message.text)
    if not key:
        return None
    for place, option in enumerate(options, start=1):
        if key in option.keys or any(
            key == match_key(each) for each in visit.render_in_all(option.title, is_brief=True)
        ):
            return place, option
    number = read_place(message.text)
    if number is not None:
        return (number, options[number - 1]) if 1 <= number <= len(options) else None
    meant = find_nearest(key, (each for option in options for each in option.keys))
    return next(((place, each) for place, each in enumerate(options, start=1) if meant in each.keys), None)


def build_choice(
    config: ChoiceConfig,
    build: Build,
    *,
    options: Sequence[Option],
    body_limit: int,
    show: Callable[[Visit, LocalizedTemplate], None],
) -> Behaviour:
    """Ask, and ask again: `show(visit, body)` sends the options under the message or the retry text."""
    message = build.text(config.message)
    retry_text = config.build_retry(build, config.message, limit=body_limit, fits=ONE_OF_THESE)

    def enter(visit: Visit) -> Outcome:
        show(visit, message)
        return config.wait()

    def resume(visit: Visit, given: Resume) -> Outcome:
        if isinstance(given, TimedOut):
            return Leave(TIMEOUT)
        if not isinstance(given, MessageReceived):
            raise TypeError(f"A choice does not wait for {type(given).__name__}.")
        found = find_option(visit, options, given.message)
        if found is not None:
            return _choose(visit, config.save_as, *found)
        if visit.is_connected(OTHER):
            return Leave(OTHER)
        if not may_ask_again(visit, config.retries):
            return Leave(NO_MATCH)
        show(visit, retry_text)
        return config.wait()

    return Behaviour(enter, resume)


def _choose(visit: Visit, save_as: str | None, place: int, option: Option) -> Outcome:
    if save_as is not None:
        # As machines read it: what is kept has days as ISO 8601, whatever the person was shown.
        language = visit.env.language
        chosen: JsonObject = {"id": option.id, "title": visit.render(option.title.pick(language)), "number": place}
        if option.description is not None:
            chosen["description"] = visit.render(option.description.pick(language))
        if option.value is not None:
            chosen["value"] = option.value
        visit.set_variable(save_as, chosen)
    return Leave(option.id if visit.is_connected(option.id) else SELECTED)


def fit_titles(visit: Visit, titles: Sequence[str], limit: int, *, what: str) -> list[str]:
    """Titles that WhatsApp takes: not empty, within the limit, no two alike."""
    fitted: list[str] = []
    for number, title in enumerate(titles, start=1):
        text = fit(visit, title.strip(), limit, what=what)
        if not text or text in fitted:
            visit.report("bad_title", f"The {what} {number} is empty or the same as another; it shows its number.")
            text = f"{text[: limit - 3]} {number}".strip()
        fitted.append(text)
    return fitted
