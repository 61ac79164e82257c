"""A text in each of a flow's languages, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoopoe.flows.expressions.template import Template, compile_template

LocalizedText = str | dict[str, str]
"""As an author writes it: one text for all languages, or `{"en": "…", "ar": "…"}`."""


@dataclass(frozen=True, slots=True)
class LocalizedTemplate:
    """The templates of one text by language tag; `fallback` is the default language's."""

    by_language: Mapping[str, Template]
    fallback: Template

    def pick(self, language: str) -> Template:
        """The template for a tag: the tag itself, else its first part (`ar` for `ar_SA`), else the default."""
        found = self.by_language.get(language)
        if found is None and self.by_language:
            found = self.by_language.get(language.replace("_", "-").partition("-")[0].lower())
        return found or self.fallback

    def all(self) -> tuple[Template, ...]:
        """Every language's template, once."""
        return tuple(dict.fromkeys((self.fallback, *self.by_language.values())))


def compile_text(text: LocalizedText, default_language: str) -> LocalizedTemplate:
    """Read a text in all its languages. Raises ExpressionError.

    An empty translation counts as missing. Without the default language, the first one stands in.
    """
    if isinstance(text, str):
        return LocalizedTemplate({}, compile_template(text))
    by_language = {language: compile_template(source) for language, source in text.items() if source.strip()}
    fallback = by_language.get(default_language) or next(iter(by_language.values()), None)
    return LocalizedTemplate(by_language, fallback or compile_template(""))
