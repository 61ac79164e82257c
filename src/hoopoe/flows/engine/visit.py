"""What a node may see and do while the engine stands on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import orjson

from hoopoe.channels.contract import OutboundContent
from hoopoe.flows.engine.contact_events import ContactUpdated, MessageReacted, TagsChanged
from hoopoe.flows.engine.contract import (
    MAX_EVALUATED,
    MAX_INCOMING_CHARS,
    MAX_INCOMING_PART_BYTES,
    MAX_MESSAGES_PER_SPRINT,
    MAX_VARIABLES,
    Env,
    ErrorRaised,
    Evaluated,
    Event,
    HandedToHuman,
    Incoming,
    MessageQueued,
    VariableSet,
)
from hoopoe.flows.expressions import (
    Condition,
    ExpressionError,
    LocalizedTemplate,
    Template,
    Wording,
    evaluate,
    render,
    render_value,
    to_json,
)
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.text import clean, first_name

ContactAttribute = Literal["name", "language", "field"]


class LimitReached(Exception):  # noqa: N818 - named after the situation; never leaves the engine
    """A counted limit was hit; the walk turns it into a `flow_failed` event."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Visit:
    """One sprint's working state, seen from the node that the engine stands on.

    Nodes read `env`, `message`, `memory` and `exits`, and act through the methods; what they do becomes
    events in that order. `memory` is the node's own and is emptied when the session moves on.
    """

    __slots__ = (
        "_scope",
        "env",
        "errors",
        "evaluated",
        "events",
        "exits",
        "flow_name",
        "has_changed",
        "memory",
        "message",
        "messages_sent",
        "node_id",
        "shared",
        "variables",
    )

    def __init__(
        self,
        env: Env,
        *,
        flow_name: str,
        variables: JsonObject,
        shared: JsonObject,
        message: JsonObject,
        memory: JsonObject,
    ) -> None:
        self.env = env
        self.flow_name = flow_name
        self.variables = variables
        self.shared = shared
        self.message = message
        self.memory = memory
        self.node_id = ""
        self.exits: Mapping[str, str] = {}
        self.events: list[Event] = []
        self.evaluated: list[Evaluated] = []
        self.errors = 0
        self.messages_sent = 0
        self.has_changed = False
        self._scope: dict[str, object] | None = None

    def scope(self) -> Mapping[str, object]:
        """What templates read: the variables by name, and the namespaces of `contract.NAMESPACES`."""
        if self._scope is None:
            env = self.env
            self._scope = {
                **self.variables,
                "contact": to_json(env.contact),
                "channel": to_json(env.channel),
                "workspace": to_json(env.workspace),
                "conversation": to_json({**env.conversation, **self.shared}),
                "message": self.message,
                "flow": {"name": self.flow_name, "language": env.language},
                "now": env.now.isoformat(),
                "today": env.now.date().isoformat(),
            }
        return self._scope

    def render(self, text: LocalizedTemplate | Template, *, is_brief: bool = False) -> str:
        """A text with its values filled in: one for people in the person's language, days and times in words (few of
        them for a title, `is_brief`); one for machines with the values as they are.

        A template that fails is reported as an error of the flow and gives an empty text.
        """
        if isinstance(text, Template):
            return self._fill(text, None)
        env = self.env
        template = text.pick(env.language)
        if template.is_literal:
            return template.source
        return self._fill(template, text.word(env.language, env.now.tzinfo, is_brief=is_brief))

    def render_in_all(self, text: LocalizedTemplate, *, is_brief: bool = False) -> list[str]:
        """A text for people in each of its languages that has something to fill in."""
        zone = self.env.now.tzinfo
        return [
            self._fill(text.pick(language), text.word(language, zone, is_brief=is_brief))
            for language in text.spoken_in()
            if not text.pick(language).is_literal
        ]

    def _fill(self, template: Template, wording: Wording | None) -> str:
        if template.is_literal:
            return template.source
        try:
            filled = render(template, self.scope(), wording=wording)
        except ExpressionError as error:
            self.report(error.code, error.message)
            filled = ""
        self._note(template.source, filled)
        return filled

    def render_value(self, template: Template) -> Json:
        """As `render`, but a template that is one `{{ }}` keeps the type of its value."""
        try:
            value = render_value(template, self.scope())
        except ExpressionError as error:
            self.report(error.code, error.message)
            value = None
        if not template.is_literal:
            self._note(template.source, value)
        return value

    def holds(self, condition: Condition) -> bool:
        """Whether a condition is true; one that fails is reported and counts as false."""
        try:
            is_true = evaluate(condition, self.scope())
        except ExpressionError as error:
            self.report(error.code, error.message)
            is_true = False
        self._note(condition.source, is_true)
        return is_true

    def note_comparison(self, left: str, operator: str, right: str, *, holds: bool) -> None:
        """Keep what was compared with what, and the outcome, for whoever asks why. It has no source of its own."""
        self._note("", {"left": left, "operator": operator, "right": right, "holds": holds})

    def _note(self, source: str, value: Json) -> None:
        if len(self.evaluated) < MAX_EVALUATED:
            self.evaluated.append((self.node_id, source, value))

    def send(self, content: OutboundContent, *, waits_for_delivery: bool = False) -> None:
        """Queue a message. Each one is a bubble that costs money."""
        if self.messages_sent >= MAX_MESSAGES_PER_SPRINT:
            raise LimitReached("too_many_messages", f"More than {MAX_MESSAGES_PER_SPRINT} messages in one go.")
        self.messages_sent += 1
        self.events.append(MessageQueued(content, self.node_id, waits_for_delivery))

    def set_variable(self, name: str, value: Json, *, scope: str = "session") -> None:
        """Store a value in the session, or in the conversation, where it outlives the session."""
        target = self.shared if scope == "conversation" else self.variables
        if name not in target and len(target) >= MAX_VARIABLES:
            raise LimitReached("too_many_variables", f"More than {MAX_VARIABLES} variables.")
        try:
            target[name] = stored = to_json(value)
        except ExpressionError as error:
            self.report(error.code, error.message)
            return
        if self._scope is not None:
            if scope == "conversation":
                self._scope = None
            else:
                self._scope[name] = stored
        self.has_changed = True
        self.events.append(VariableSet(name, stored, scope, self.node_id))

    def update_contact(self, attribute: ContactAttribute, value: Json, *, key: str = "") -> None:
        """Tell what is known of the person now: templates see it at once, and a new language speaks at once."""
        name = key or attribute
        contact = {**self.env.contact, name: value}
        if value is None:
            del contact[name]
        if attribute == "name":
            contact["first_name"] = first_name(str(value)) or None
        language = str(value) if attribute == "language" else self.env.language
        self.env = replace(self.env, contact=contact, language=language)
        self._scope = None
        self.events.append(ContactUpdated(attribute, name, value, self.node_id))

    def change_tags(self, tags: Sequence[str], *, added: Sequence[str], removed: Sequence[str]) -> None:
        """The person has these tags now; `added` and `removed` say what is new in that."""
        self.env = replace(self.env, contact={**self.env.contact, "tags": list(tags)})
        self._scope = None
        self.events.append(TagsChanged(tuple(added), tuple(removed), self.node_id))

    def react(self, emoji: str) -> None:
        """React to the person's last message; nothing takes the reaction back."""
        self.events.append(MessageReacted(emoji, self.node_id))

    def hand_over(self, reason: str, note: str | None) -> None:
        """Ask for a person to take the conversation."""
        self.events.append(HandedToHuman(reason, note, self.node_id))

    def report(self, code: str, message: str) -> None:
        """Tell the flow's author that something is wrong; the session goes on."""
        self.errors += 1
        self.events.append(ErrorRaised(self.node_id, code, clean(message)))

    def go_into(self, flow_name: str, variables: JsonObject) -> None:
        """See another flow's variables from now on."""
        self.flow_name = flow_name
        self.variables = variables
        self._scope = None
        self.has_changed = True

    def count_bytes(self) -> int:
        """The size of all variables as JSON."""
        return len(orjson.dumps(self.variables)) + len(orjson.dumps(self.shared))

    def is_connected(self, exit_name: str) -> bool:
        """Whether an edge leaves the node by this exit."""
        return exit_name in self.exits


def describe_message(message: Incoming) -> JsonObject:
    """A message as templates read it: `{{ message.text }}`, `{{ message.type }}`…"""
    described: JsonObject = {"type": str(message.type), "text": clean(message.text[:MAX_INCOMING_CHARS])}
    if message.payload_id is not None:
        described["payload_id"] = clean(message.payload_id)
    if message.title is not None:
        described["title"] = clean(message.title)
    if message.phone is not None:
        described["phone"] = clean(message.phone)
    parts = {
        "location": message.location,
        "media": message.media,
        "contacts": message.contacts,
        "order": message.order,
        "form": message.form,
        "referral": message.referral,
        "product": message.product,
    }
    for name, part in parts.items():
        if part is not None and (known := _bound(part)) is not None:
            described[name] = known
    return described


def _bound(part: Json) -> Json:
    """A part of a message as templates may read it; None for one that is too large or nested too deeply."""
    try:
        known = to_json(part)
    except ExpressionError:
        return None
    return known if len(orjson.dumps(known)) <= MAX_INCOMING_PART_BYTES else None
