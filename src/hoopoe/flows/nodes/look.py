"""What a look at one node's config finds: faults, texts, variables read and set, effects.

A node's `inspect` describes itself once, through these methods; validation, localisation and search all
come from that one description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoopoe.flows.expressions import (
    ExpressionError,
    LocalizedText,
    Template,
    compile_condition,
    compile_template,
)
from hoopoe.flows.nodes.faults import Fault


@dataclass(frozen=True, slots=True)
class NodeText:
    """A text that people see. `language` None: it stands for all languages."""

    node_id: str
    field: str
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A variable's name where a node reads or sets it. `is_time`: it is set to a time of day."""

    node_id: str
    field: str
    name: str
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class FlowMention:
    """Another bot's flow where a node runs it. `version` None: the one that is published then."""

    node_id: str
    field: str
    bot_id: str
    version: int | None


@dataclass(frozen=True, slots=True)
class TableMention:
    """A data table where a node asks for it, and a column of it; `column` None: the table alone.

    `operator`: how the column is compared; None: it is written, or sorted by. `value`: what with, or what is written,
    where that is known beforehand.
    """

    node_id: str
    field: str
    table: str
    column: str | None = None
    operator: str | None = None
    value: str | None = None


class Look:
    """Gathers what one node says of itself."""

    def __init__(self, node_id: str, *, languages: Sequence[str], default_language: str) -> None:
        self.node_id = node_id
        self.languages = tuple(languages)
        self.default_language = default_language
        self.faults: list[Fault] = []
        self.texts: list[NodeText] = []
        self.reads: list[Mention] = []
        self.writes: list[Mention] = []
        self.effects: list[str] = []
        self.flows: list[FlowMention] = []
        self.credentials: list[Mention] = []
        self.files: list[Mention] = []
        self.tables: list[TableMention] = []
        self.limits: dict[str, int] = {}
        """Every text for people, also one that is still empty: its field and how long it may be."""
        self.defaults: dict[str, dict[str, str]] = {}
        """What is said where a text for people is empty: its field, and the words by language."""

    def error(self, field: str | None, code: str, message: str) -> None:
        self.faults.append(Fault(self.node_id, field, code, message))

    def warn(self, field: str | None, code: str, message: str) -> None:
        self.faults.append(Fault(self.node_id, field, code, message, "warning"))

    def text(
        self,
        field: str,
        value: LocalizedText | None,
        *,
        limit: int,
        is_required: bool = True,
        may_be_split: bool = False,
    ) -> None:
        """A text for people: filled in every language, readable, within `limit` characters in each.

        Characters are code points, as WhatsApp counts them. What `{{ }}` brings is not known yet and is
        brought to size when it is sent. `may_be_split`: what is too long leaves as several messages, which costs more
        and is no error.
        """
        self.limits[field] = limit
        if value is None:
            return
        if isinstance(value, str):
            if value.strip():
                self._one_text(field, None, value, limit=limit, may_be_split=may_be_split)
            elif is_required:
                self.error(field, "empty", "This text is empty.")
            return
        for language in value:
            if language not in self.languages:
                self.warn(f"{field}.{language}", "unknown_language", f"The flow does not speak '{language}'.")
        for language in self.languages:
            source = value.get(language, "")
            if source.strip():
                self._one_text(f"{field}.{language}", language, source, limit=limit, may_be_split=may_be_split)
            elif not is_required and not any(each.strip() for each in value.values()):
                continue
            elif language == self.default_language:
                self.error(
                    f"{field}.{language}", "empty", f"This text is empty in '{language}', the flow's own language."
                )
            else:
                self.warn(f"{field}.{language}", "missing_translation", f"This text is missing in '{language}'.")

    def says_by_itself(self, field: str, words: Mapping[str, str]) -> None:
        """Where this text is empty, the node says these words of its own in the flow's languages."""
        self.defaults[field] = {language: words[language] for language in self.languages if language in words}

    def _one_text(self, field: str, language: str | None, source: str, *, limit: int, may_be_split: bool) -> None:
        self.texts.append(NodeText(self.node_id, field, language, source))
        template = self.template(field, source)
        if template is not None and template.fixed_chars > limit:
            message = f"This text has {template.fixed_chars} characters; WhatsApp takes {limit}."
            if may_be_split:
                self.warn(field, "too_long", f"{message} It leaves as several messages.")
            else:
                self.error(field, "too_long", message)

    def template(self, field: str, source: str) -> Template | None:
        """A text with `{{ }}` for machines: it must be readable. None where it is not."""
        try:
            template = compile_template(source)
        except ExpressionError as error:
            self._bad_expression(field, error)
            return None
        self.reads.extend(Mention(self.node_id, field, root) for root in sorted(template.roots))
        return template

    def condition(self, field: str, source: str) -> None:
        """A bare expression: it must be readable."""
        try:
            condition = compile_condition(source)
        except ExpressionError as error:
            self._bad_expression(field, error)
            return
        self.reads.extend(Mention(self.node_id, field, root) for root in sorted(condition.roots))

    def sets(self, field: str, name: str, *, is_time: bool = False) -> None:
        """The node stores a variable under this name."""
        self.writes.append(Mention(self.node_id, field, name, is_time))

    def asks_for(self, effect: str) -> None:
        """The node waits for an effect of this kind."""
        self.effects.append(effect)

    def runs(self, field: str, bot_id: str, version: int | None) -> None:
        """The node runs another bot's flow."""
        self.flows.append(FlowMention(self.node_id, field, bot_id, version))

    def needs_credential(self, field: str, name: str) -> None:
        """The node sends the stored secret of this name."""
        self.credentials.append(Mention(self.node_id, field, name))

    def needs_file(self, field: str, file_id: str) -> None:
        """The node sends the workspace's file of this id."""
        self.files.append(Mention(self.node_id, field, file_id))

    def needs_table(self, field: str, table: str) -> None:
        """The node asks the workspace's data table of this name."""
        self.tables.append(TableMention(self.node_id, field, table))

    def needs_column(self, field: str, table: str, column: str, operator: str | None, value: str | None) -> None:
        """The node compares a column of it (`operator`), or writes it. `value`: where it is known beforehand."""
        self.tables.append(TableMention(self.node_id, field, table, column, operator, value))

    def unique(self, fields: Sequence[str], values: Sequence[LocalizedText], *, what: str) -> None:
        """Texts that stand beside each other must differ in every language."""
        is_same_in_all = all(isinstance(value, str) for value in values)
        for language in (self.default_language,) if is_same_in_all else self.languages:
            seen: set[str] = set()
            for field, value in zip(fields, values, strict=True):
                shown = value if isinstance(value, str) else value.get(language) or value.get(self.default_language, "")
                if shown.strip() and shown.strip() in seen:
                    self.error(field, "duplicate_title", f"Two {what} have the title '{shown}' in '{language}'.")
                seen.add(shown.strip())

    def _bad_expression(self, field: str, error: ExpressionError) -> None:
        where = "" if error.position is None else f" (at character {error.position + 1})"
        self.error(field, "bad_expression", f"{error.message.rstrip('.')}{where}.")
