"""Ways into the flows of a workspace, side by side: in which order they are tried, and why one comes before another.

They are asked themselves, as a turn asks them (flows.runner.bots): what is said here is what happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.flows.definition import Blueprint
from hoopoe.flows.definition.reading import read_nodes
from hoopoe.flows.engine import Incoming, Trigger, TriggerInput
from hoopoe.flows.nodes import Build
from hoopoe.flows.nodes.trigger_matching import worded
from hoopoe.flows.nodes.whatsapp_trigger import WhatsappTriggerConfig
from hoopoe.flows.versions.answering_schemas import Precedence

# What a new person says first, and what says nothing: for triggers that start on no word of their own.
ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class KnownTrigger:
    """A trigger with whose it is. `place` is the bot's, by its age."""

    bot_id: UUID
    bot_name: str
    bot_status: str
    place: int
    node_name: str | None
    config: WhatsappTriggerConfig
    trigger: Trigger

    @property
    def order(self) -> tuple[int, int, int]:
        """What is tried first comes first."""
        priority, specificity = self.trigger.rank
        return -priority, -specificity, self.place

    def find_word(self, given: TriggerInput) -> str | None:
        """Which of its keywords an input has, where it starts on keywords."""
        if self.config.trigger_type != "keyword":
            return None
        return next((word for word in self.config.keywords if worded([word], self.config.match)(given)), None)


def read_triggers(
    blueprint: Blueprint, *, bot_id: UUID, bot_name: str, bot_status: str, place: int
) -> Iterator[KnownTrigger]:
    """The triggers of one flow that can be read and have no error."""
    for node in read_nodes(blueprint):
        config = node.config
        if not isinstance(config, WhatsappTriggerConfig) or any(fault.severity == "error" for fault in node.faults):
            continue
        build = Build(
            node_id=node.spec.id, languages=tuple(blueprint.languages), default_language=blueprint.default_language
        )
        trigger = config.trigger(build)
        if trigger is not None:
            yield KnownTrigger(bot_id, bot_name, bot_status, place, node.spec.name, config, trigger)


def find_first(known: Sequence[KnownTrigger], given: TriggerInput) -> KnownTrigger | None:
    """Which of several an input starts, given them in their order."""
    return next((each for each in known if each.trigger.matches(given)), None)


def explain_precedence(first: KnownTrigger, other: KnownTrigger) -> Precedence:
    """Why one of two that fit comes before the other."""
    if first.trigger.priority != other.trigger.priority:
        return Precedence.PRIORITY
    if first.trigger.specificity != other.trigger.specificity:
        return Precedence.SPECIFICITY
    return Precedence.AGE


def list_samples(config: WhatsappTriggerConfig) -> Iterator[tuple[str, TriggerInput]]:
    """Inputs that the trigger is for, each with what is said of it."""
    match config.trigger_type:
        case "keyword":
            if config.match != "regex":
                yield from ((word, TriggerInput(Incoming("text", word))) for word in config.keywords)
        case "button":
            for id_ in config.button_ids:
                yield id_, TriggerInput(Incoming("button_reply", "", payload_id=id_))
        case "referral":
            for source in config.source_ids or [ANYTHING]:
                yield source, TriggerInput(Incoming("text", ANYTHING, referral={"source_id": source}))
        case "location":
            yield "location", TriggerInput(Incoming("location", location={}))
        case "media":
            for kind in config.kinds or ["image"]:
                media = Incoming("audio" if kind == "voice" else kind, media={"voice": kind == "voice"})
                yield kind, TriggerInput(media)
        case "new_conversation":
            yield "new_conversation", TriggerInput(Incoming("text", ANYTHING), is_new_conversation=True)
        case "any_message":
            yield "any_message", TriggerInput(Incoming("text", ANYTHING))
        case _:
            return  # begun from outside, by their own node
