"""A text in each of a flow's languages, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from hoopoe.flows.expressions.template import Template, compile_template
from hoopoe.flows.expressions.wording import Wording

LocalizedText = str | dict[str, str]
"""As an author writes it: one text for all languages, or `{"en": "…", "ar": "…"}`."""


@dataclass(frozen=True, slots=True)
class LocalizedTemplate:
    """The templates of one text by language tag; `fallback` is the default language's.

    `languages`: which it may be in where it stands for all, the one of `fallback` first. `times`: the variables that
    hold a time of day.
    """

    by_language: Mapping[str, Template]
    fallback: Template
    languages: Sequence[str] = ()
    times: frozenset[str] = frozenset()

    def pick(self, language: str) -> Template:
        """The template for a tag: the tag itself, else its first part (`ar` for `ar_SA`), else the default."""
        found = _find(language, self.by_language)
        return self.fallback if found is None else self.by_language[found]

    def word(self, language: str, zone: tzinfo | None, *, is_brief: bool = False) -> Wording:
        """How what `pick` gives for that tag says days and times: in its own language, whatever the person's is."""
        found = _find(language, self.by_language or self.languages)
        return Wording(found or next(iter(self.languages), language), zone, self.times, is_brief)

    def spoken_in(self) -> Sequence[str]:
        """Its languages; all that it may be in where it is one text for all."""
        return tuple(self.by_language) or self.languages

    def all(self) -> tuple[Template, ...]:
        """Every language's template, once."""
        return tuple(dict.fromkeys((self.fallback, *self.by_language.values())))


def _find(language: str, known: Mapping[str, object] | Sequence[str]) -> str | None:
    if language in known:
        return language
    first_part = language.replace("_", "-").partition("-")[0].lower()
    return first_part if first_part in known else None


def compile_text(
    text: LocalizedText,
    default_language: str,
    *,
    languages: Sequence[str] = (),
    times: frozenset[str] = frozenset(),
) -> LocalizedTemplate:
    """Read a text in all its languages. Raises ExpressionError.

    An empty translation counts as missing. Without the default language, the first one stands in.
    """
    if isinstance(text, str):
        spoken = (default_language, *(each for each in languages if each != default_language))
        return LocalizedTemplate({}, compile_template(text), spoken, times)
    by_language = {language: compile_template(source) for language, source in text.items() if source.strip()}
    own = default_language if default_language in by_language else next(iter(by_language), default_language)
    return LocalizedTemplate(by_language, by_language.get(own) or compile_template(""), (own,), times)
