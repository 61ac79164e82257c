"""What is wrong with how nodes are connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from hoopoe.flows.definition.blueprint import Blueprint, EdgeSpec
from hoopoe.flows.definition.naming import name_exit, name_step, ref_step
from hoopoe.flows.definition.reading import ReadNode, connect, exit_of
from hoopoe.flows.definition.scopes import Links, find_scopes, is_trigger, reach
from hoopoe.flows.engine import ScopeKind
from hoopoe.flows.engine.run import ERROR_EXIT
from hoopoe.flows.nodes import Exit, Fault
from hoopoe.flows.nodes.whatsapp_trigger import WhatsappTriggerConfig
from hoopoe.kernel.text import match_key


def check_graph(blueprint: Blueprint, nodes: Sequence[ReadNode]) -> Iterator[Fault]:
    """Faults of ids, edges, triggers, ways and loops."""
    links = connect(blueprint)
    yield from _check_ids(blueprint)
    yield from _check_edges(blueprint, nodes)
    yield from _check_triggers(nodes, links)
    yield from _check_reach(nodes, links)
    yield from _check_loose_exits(nodes, links, blueprint.default_language)
    yield from _check_loops(nodes, links)


def _check_ids(blueprint: Blueprint) -> Iterator[Fault]:
    for node_id, count in Counter(node.id for node in blueprint.nodes).items():
        if count > 1:
            yield Fault(node_id, "id", "duplicate_id", f"{count} nodes have the id '{node_id}'.")
    for edge_id, count in Counter(edge.id for edge in blueprint.edges).items():
        if count > 1:
            yield Fault(None, f"edges.{edge_id}", "duplicate_id", f"{count} connections have the id '{edge_id}'.")


def _check_edges(blueprint: Blueprint, nodes: Sequence[ReadNode]) -> Iterator[Fault]:
    known = {node.spec.id: node for node in nodes}
    taken: set[tuple[str, str]] = set()
    for edge in blueprint.edges:
        field, exit_name = f"edges.{edge.id}", exit_of(edge)
        source = known.get(edge.source)
        shown = _name_exit(source, exit_name, blueprint.default_language)
        if edge.target not in known:
            owner, message = edge.source if source else None, f"The way '{shown}' leads to a step that does not exist."
            yield Fault(owner, field, "unknown_target", message, subject=exit_name)
        if source is None:
            yield _lost_edge(field, edge, known)
            continue
        if source.config is not None and exit_name not in {each.name for each in source.config.exits()}:
            yield Fault(edge.source, field, "unknown_exit", f"The step has no way out '{shown}'.", subject=exit_name)
        if (edge.source, exit_name) in taken:
            message = f"Two connections leave by '{shown}'."
            yield Fault(edge.source, field, "two_edges", message, subject=exit_name)
        taken.add((edge.source, exit_name))


def _lost_edge(field: str, edge: EdgeSpec, known: Mapping[str, ReadNode]) -> Fault:
    target = known.get(edge.target)
    steps = (ref_step(target.spec),) if target is not None else ()
    where = f" to '{name_step(steps[0])}'" if steps else ""
    message = f"A connection{where} comes from a step that does not exist."
    return Fault(None, field, "unknown_source", message, steps=steps)


def _name_exit(source: ReadNode | None, name: str, language: str) -> str:
    exits = source.config.exits() if source is not None and source.config is not None else ()
    return name_exit(name, next((each for each in exits if each.name == name), None), language)


def _check_triggers(nodes: Sequence[ReadNode], links: Links) -> Iterator[Fault]:
    starts = [node.spec.id for node in nodes if is_trigger(node)]
    if not starts:
        yield Fault(None, "nodes", "no_trigger", "Nothing starts this flow: it needs a trigger.")
    for node_id in starts:
        if not links[node_id]:
            yield Fault(node_id, "exits.next", "dead_trigger", "This trigger leads nowhere.")
    named = {node.spec.id: ref_step(node.spec) for node in nodes}
    keywords: dict[str, str] = {}
    wide: dict[str, str] = {}
    triggers = [(n.spec.id, n.config) for n in nodes if isinstance(n.config, WhatsappTriggerConfig)]
    for node_id, config in triggers:
        if config.trigger_type in ("schedule", "webhook"):
            continue
        if config.trigger_type == "keyword":
            for index, keyword in enumerate(config.keywords):
                # A pattern is itself alone; a slip of the pen takes nothing from the keyword that was written right.
                spelled = keyword if config.match == "regex" else match_key(keyword)
                other = keywords.setdefault(f"{'' if config.match != 'regex' else 'regex '}{spelled}", node_id)
                if other != node_id:
                    message = f"'{keyword}' already starts the flow at '{name_step(named[other])}', spelling aside."
                    yield Fault(
                        node_id,
                        f"keywords.{index}",
                        "duplicate_keyword",
                        message,
                        subject=keyword,
                        steps=(named[other],),
                    )
        elif (other := wide.setdefault(_what_starts(config), node_id)) != node_id:
            first = name_step(named[other])
            message = f"'{first}' starts on the same messages and comes first, so this one never starts."
            yield Fault(node_id, "trigger_type", "shadowed_trigger", message, steps=(named[other],))


def _what_starts(config: WhatsappTriggerConfig) -> str:
    """What a trigger starts on, as far as two of them start on the same."""
    parts = (sorted(config.button_ids), sorted(config.source_ids), sorted(config.kinds))
    return f"{config.trigger_type} {parts}"


def _check_reach(nodes: Sequence[ReadNode], links: Links) -> Iterator[Fault]:
    reached = reach(links, [node.spec.id for node in nodes if is_trigger(node)])
    if not reached:
        return
    for node in nodes:
        if node.spec.id not in reached:
            yield Fault(node.spec.id, None, "unreachable", "No way leads to this step.", "warning")


def _check_loose_exits(nodes: Sequence[ReadNode], links: Links, language: str) -> Iterator[Fault]:
    """Exits where the flow would end without a word. In a loop the next round begins there, and a failure that is
    guarded is taken.
    """
    scopes = find_scopes(nodes, links)
    kinds = {
        node.spec.id: node.config.opens_scope[0]
        for node in nodes
        if node.config is not None and node.config.opens_scope
    }
    for node in nodes:
        connected = links[node.spec.id]
        around = {kinds[opener] for opener in scopes[node.spec.id]}
        for each in node.config.exits() if node.config is not None else ():
            if each.name in connected or each.ending_is_fine or each.covered_by in connected:
                continue
            if _is_taken(each, around):
                continue
            shown = name_exit(each.name, each, language)
            message = f"Nothing is connected to '{shown}': the flow would end there without a word."
            yield Fault(node.spec.id, f"exits.{each.name}", "loose_exit", message, "warning", each.name)


def _is_taken(loose: Exit, around: Set[ScopeKind]) -> bool:
    return ScopeKind.EACH in around or (ScopeKind.GUARD in around and loose.name == ERROR_EXIT)


def _check_loops(nodes: Sequence[ReadNode], links: Links) -> Iterator[Fault]:
    """Circles of nodes that never wait. Without a way out they are errors; with one, they may end in time."""
    walking = {n.spec.id: n for n in nodes if n.config is not None and not type(n.config).pauses}
    straight = {
        node_id: [
            target for name, target in links[node_id].items() if target in walking and not _is_bounded(node, name)
        ]
        for node_id, node in walking.items()
    }
    for circle in _circles(straight):
        inside = set(circle)
        has_way_out = any(
            links[node_id].get(each.name) not in inside for node_id in circle for each in _exits(walking[node_id])
        )
        first = min(circle, key=list(walking).index)
        steps = tuple(ref_step(walking[node_id].spec) for node_id in walking if node_id in inside)
        names = ", ".join(f"'{name_step(step)}'" for step in steps)
        if has_way_out:
            message = f"This circle has no question or delay in it; make sure that it ends: {names}."
            yield Fault(first, None, "loop_without_wait", message, "warning", steps=steps)
        else:
            message = f"This circle never waits and never ends: {names}."
            yield Fault(first, None, "infinite_loop", message, steps=steps)


def _is_bounded(node: ReadNode, exit_name: str) -> bool:
    """A loop's own rounds are counted."""
    scope = node.config.opens_scope if node.config is not None else None
    return scope is not None and scope == (ScopeKind.EACH, exit_name)


def _exits(node: ReadNode) -> Iterable[Exit]:
    return node.config.exits() if node.config is not None else ()


def _circles(links: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected parts with a circle in them (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    circles: list[list[str]] = []
    for root in links:
        if root in index:
            continue
        work = [(root, iter(links[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(links[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = stack[stack.index(node) :]
                    del stack[-len(part) :]
                    on_stack.difference_update(part)
                    if len(part) > 1 or node in links[node]:
                        circles.append(part)
    return circles
