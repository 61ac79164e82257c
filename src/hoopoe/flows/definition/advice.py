"""What is no fault of any one node, and still goes wrong with people: silence, and nobody to turn to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hoopoe.flows.definition.reading import ReadNode
from hoopoe.flows.nodes import Fault, Group, find_node_type

Links = Mapping[str, Mapping[str, str]]

WINDOW_SECONDS: Final = 24 * 3_600
"""How long after a person's last message WhatsApp takes free text."""


def give_advice(nodes: Sequence[ReadNode], links: Links) -> Iterator[Fault]:
    """Warnings that look over the whole flow."""
    yield from _check_way_to_human(nodes)
    yield from _check_windows(nodes, links)


def _check_way_to_human(nodes: Sequence[ReadNode]) -> Iterator[Fault]:
    """A flow that asks people something should have a person for what it does not understand."""
    if any(_hears(node) for node in nodes) and not any(_group_of(node) is Group.HANDS_OVER for node in nodes):
        yield Fault(None, "nodes", "no_way_to_human", "No step hands the conversation to a person.", "warning")


def _says(node: ReadNode) -> bool:
    return _group_of(node) is Group.SAYS


def _hears(node: ReadNode) -> bool:
    """Whether the node asks and waits for the answer."""
    return node.config is not None and type(node.config).pauses and _says(node)


def _check_windows(nodes: Sequence[ReadNode], links: Links) -> Iterator[Fault]:
    """Free text after a day without a word from the person is refused by WhatsApp: only a template gets through.

    A node that hears an answer ends the silence, but not by the exit for no answer.
    """
    by_id = {node.spec.id: node for node in nodes}
    silent = dict.fromkeys(by_id, 0)
    pending = list(by_id)
    while pending:
        node_id = pending.pop()
        config = by_id[node_id].config
        silences = config.silences() if config is not None else {}
        for exit_name, target in links[node_id].items():
            is_heard = _hears(by_id[node_id]) and exit_name not in silences
            since = 0 if is_heard else min(silent[node_id] + silences.get(exit_name, 0), WINDOW_SECONDS)
            if since > silent[target]:
                silent[target] = since
                pending.append(target)
    for node_id, silence in silent.items():
        node = by_id[node_id]
        if silence >= WINDOW_SECONDS and _says(node) and node.config is not None and not type(node.config).opens_window:
            message = "A day or more may have passed without a message; then WhatsApp takes only a template here."
            yield Fault(node_id, None, "window_closed", message, "warning")


def _group_of(node: ReadNode) -> Group | None:
    node_type = find_node_type(node.spec.type)
    return None if node_type is None else node_type.group
