"""Which nodes lie inside a loop, and which an error handler guards: read off the drawing, once.

A node lies within a loop or a handler when it can be reached through that node only, by its exit `item` or `success`.
What can be reached by a loop's `done` as well lies behind it, not inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hoopoe.flows.definition.reading import ReadNode
from hoopoe.flows.engine import ScopeKind
from hoopoe.flows.nodes import find_node_type

Links = Mapping[str, Mapping[str, str]]


def find_scopes(nodes: Sequence[ReadNode], links: Links) -> dict[str, frozenset[str]]:
    """Node id to the nodes in whose scopes it lies. Most flows have none, and nothing is looked for."""
    openers = [
        (node.spec.id, node.config.opens_scope) for node in nodes if node.config is not None and node.config.opens_scope
    ]
    within: dict[str, set[str]] = {node.spec.id: set() for node in nodes}
    if openers:
        starts = [node.spec.id for node in nodes if is_trigger(node)]
        everything = reach(links, starts)
        for opener, (kind, exit_name) in openers:
            inside = _behind(links, opener, exit_name) & (everything - reach(links, starts, without=opener))
            if kind is ScopeKind.EACH:
                others = [name for name in links[opener] if name != exit_name]
                for name in others:
                    inside -= _behind(links, opener, name)
            for node_id in inside:
                within[node_id].add(opener)
    return {node_id: frozenset(found) for node_id, found in within.items()}


def _behind(links: Links, opener: str, exit_name: str) -> set[str]:
    target = links[opener].get(exit_name)
    return set() if target is None else reach(links, [target], without=opener)


def reach(links: Links, starts: Iterable[str], *, without: str | None = None) -> set[str]:
    """All nodes that can be reached, the starts among them, on ways that do not pass `without`."""
    reached = {start for start in starts if start != without}
    pending = list(reached)
    while pending:
        for target in links[pending.pop()].values():
            if target not in reached and target != without:
                reached.add(target)
                pending.append(target)
    return reached


def is_trigger(node: ReadNode) -> bool:
    """Whether a flow begins at the node."""
    node_type = find_node_type(node.spec.type)
    return node_type is not None and node_type.is_trigger
