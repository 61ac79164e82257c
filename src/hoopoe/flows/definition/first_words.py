"""What a flow says first from one of its triggers on, as far as that is known before anything runs."""

from __future__ import annotations

from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.definition.reading import ReadNode, connect, read_nodes
from hoopoe.flows.nodes import Group, find_node_type


def speaks_freely_first(blueprint: Blueprint, node_id: str) -> bool:
    """Whether the first thing said behind a node is surely free text, which a shut window refuses.

    False where there are several ways to go, where another flow decides, or where time passes on the way: then it is
    seen when it happens.
    """
    nodes, links, seen = {node.spec.id: node for node in read_nodes(blueprint)}, connect(blueprint), set[str]()
    while node_id in nodes and node_id not in seen:
        seen.add(node_id)
        node = nodes[node_id]
        config, says = node.config, _says(node)
        if config is None or config.calls() is not None:
            return False
        if says and not type(config).enters_silently:
            return not type(config).opens_window
        targets = set(links[node_id].values())
        if len(targets) != 1 or config.silences() or (says and type(config).pauses):
            return False
        [node_id] = targets
    return False


def _says(node: ReadNode) -> bool:
    node_type = find_node_type(node.spec.type)
    return node_type is not None and node_type.group is Group.SAYS
