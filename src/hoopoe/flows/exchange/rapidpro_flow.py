"""One RapidPro flow as one of our bots: its nodes, their routers, what starts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.exchange.contract import ImportedBot, Note, Outcome
from hoopoe.flows.exchange.files import put_files
from hoopoe.flows.exchange.finishing import finish
from hoopoe.flows.exchange.names import Names
from hoopoe.flows.exchange.rapidpro_actions import take
from hoopoe.flows.exchange.rapidpro_messages import read_menu, tell_of_the_rest
from hoopoe.flows.exchange.rapidpro_routers import Router, put_router
from hoopoe.flows.exchange.rapidpro_scope import Scope, languages_of
from hoopoe.flows.exchange.rapidpro_step import Step
from hoopoe.flows.exchange.reading import as_list, as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.unreadable import RAPIDPRO, find_unreadable
from hoopoe.flows.exchange.writing import Origin, Strand, Writer
from hoopoe.kernel.json import JsonObject, dump_json

CAME_FROM: Final = "RapidPro"


@dataclass(frozen=True, slots=True)
class Context:
    """What a flow must know of its file: which flows are in it, what each reads of the one that calls it, and what
    groups are called.
    """

    flows: frozenset[str]
    calling: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str]


def read_flow(flow: JsonObject, place: str, context: Context, triggers: Sequence[JsonObject]) -> ImportedBot:
    """A flow as a bot. `triggers` are configs of our triggers."""
    languages, own, unknown = languages_of(flow)
    writer = Writer(CAME_FROM, languages=languages, default_language=own)
    for tag in unknown:
        writer.notes.append(
            Note(f"{place}localization.{tag}", "localization", Outcome.LEFT_OUT, None, "language_unknown", tag)
        )
    reader = _FlowReader(flow, place, Scope(flow, writer, Names(), context.groups), context)
    return reader.read(triggers)


class _FlowReader:
    def __init__(self, flow: JsonObject, place: str, scope: Scope, context: Context) -> None:
        self.flow = flow
        self.place = place
        self.scope = scope
        self.writer = scope.writer
        self.context = context
        self.nodes = [(index, node) for index, node in enumerate(as_objects(flow.get("nodes")))]
        self.by_uuid = {as_text(node.get("uuid")): node for _, node in self.nodes}
        self.expires = int(as_number(flow.get("expire_after_minutes")) * 60)
        self.positions = as_object(as_object(flow.get("_ui")).get("nodes"))

    def read(self, triggers: Sequence[JsonObject]) -> ImportedBot:
        for index, node in self.nodes:
            self._read_node(node, f"{self.place}nodes.{index}")
        self.writer.notes += find_unreadable(self.flow, RAPIDPRO, self.place.rstrip("."))
        first = self.nodes[0][1] if self.nodes else {}
        key = as_text(first.get("uuid"))
        # The message that starts a flow is the answer to a wait at its very beginning.
        if _waits(first) and not as_list(first.get("actions")):
            key = f"{key}#sort"
        x, y = self._position(first)
        return finish(
            self.writer,
            place=self.place.rstrip(".") or "flow",
            key=as_text(self.flow.get("uuid")) or self.place,
            name=as_text(self.flow.get("name")) or CAME_FROM,
            first=key,
            triggers=triggers,
            variables=self.scope.variables,
            comments=list(self._stickies()),
            x=x,
            y=y,
        )

    def _stickies(self) -> Iterator[JsonObject]:
        """The notes that lie beside the nodes."""
        for sticky in as_object(as_object(self.flow.get("_ui")).get("stickies")).values():
            given = as_object(sticky)
            text = "\n".join(filter(None, (as_text(given.get("title")).strip(), as_text(given.get("body")).strip())))
            if text:
                yield {"text": text, "position": dict(zip("xy", _place(given), strict=True))}

    def _position(self, node: JsonObject) -> tuple[float, float]:
        return _place(as_object(self.positions.get(as_text(node.get("uuid")))))

    def _read_node(self, node: JsonObject, place: str) -> None:
        uuid = as_text(node.get("uuid"))
        x, y = self._position(node)
        router = Router(node, place, x, y, expires=self.expires)
        strand = Strand()
        if "visit_count" in dump_json(node):
            self._count_visits(node, strand, Origin(place, "visit_count", None, x, y))
        actions = as_objects(node.get("actions"))
        asked = self._asked_by(router)
        performed: list[tuple[str, str]] = []
        for index, action in enumerate(actions):
            kind = as_text(action.get("type")) or "?"
            origin = Origin(f"{place}.actions.{index}", kind, action, x, y + 60 * index)
            key = as_text(as_object(action.get("flow")).get("uuid"))
            calling = self.context.calling.get(key, ())
            is_last = index == len(actions) - 1
            step = Step(
                self.scope,
                strand,
                origin,
                action,
                flows=self.context.flows,
                calling=calling,
                after=self._done_after(router),
                is_routed=is_last and router.goes_by_result,
            )
            if asked is not None and is_last and self._ask(step, asked):
                self.writer.enter(uuid, strand)
                return
            take(step)
            performed = list(strand.ends)
        self._route(uuid, strand, router, performed)

    def _done_after(self, router: Router) -> JsonObject | None:
        target = self.by_uuid.get(router.success_target or "") if router.given and not router.waits else None
        return next(iter(as_objects(target.get("actions"))), None) if target is not None else None

    def _count_visits(self, node: JsonObject, strand: Strand, origin: Origin) -> None:
        name = self.scope.preset(self.scope.names.of(f"node.{as_text(node.get('uuid'))}", near="visits"), 0)
        self.writer.put(
            strand, origin, "store_variable", {"variable_name": name, "value": f"{{{{ {name} | plus: 1 }}}}"}
        )

    def _route(self, uuid: str, strand: Strand, router: Router, performed: Sequence[tuple[str, str]]) -> None:
        """What comes after the actions: nothing but a way, or a wait, or a router."""
        writer = self.writer
        if not router.given:
            writer.enter(uuid, strand, router.first_target)
            return
        sort = Strand()
        if router.waits:
            origin = Origin(router.place, f"wait_for_{router.wait_kind}", router.given, router.x, router.y)
            wait = put_wait(writer, strand, origin, router)
            writer.enter(uuid, strand)
            if wait is not None and router.timeout_target is not None:
                writer.lead([(wait, "timeout")], router.timeout_target)
            put_router(self.scope, sort, router, performed=())
            writer.lead(strand.ends, f"{uuid}#sort")
            writer.enter(f"{uuid}#sort", sort, router.default_target if sort.first is None else None)
            return
        put_router(self.scope, strand, router, performed=performed)
        writer.enter(uuid, strand, router.default_target if strand.first is None else None)

    # --- Quick replies: the message and the wait behind it are one node ------------------------------

    def _asked_by(self, router: Router) -> Router | None:
        """The router that waits for the answer to a node's last message."""
        if router.given:
            return router if router.waits else None
        target = self.by_uuid.get(router.first_target or "")
        if target is None or not _waits(target) or as_list(target.get("actions")):
            return None
        x, y = self._position(target)
        return Router(target, "", x, y, expires=self.expires)

    def _ask(self, step: Step, router: Router) -> bool:
        """Put a message with options as the node that asks; false where it has none."""
        menu, writer = read_menu(step), self.writer
        if menu is None:
            return False
        if menu.files:
            put_files(writer, step.strand, step.origin, "", menu.files)
            writer.notes[:] = [note for note in writer.notes if note.place != step.origin.place or note.reason]
        config: JsonObject = {**menu.config, "timeout": router.timeout}
        node_id = writer.put(step.strand, step.origin, menu.node_type, config, onwards=("selected",))
        if menu.cut:
            step.note("shortened", menu.cut, node_id)
        if menu.said is not None:
            tell_of_the_rest(step, menu.said, node_id)
        ends = step.strand.ends if node_id is None else [(node_id, "selected"), (node_id, "other")]
        writer.lead(ends, f"{router.uuid}#sort")
        if node_id is not None and router.timeout_target is not None:
            writer.lead([(node_id, "timeout")], router.timeout_target)
        step.strand.ends = []
        return True


def put_wait(writer: Writer, strand: Strand, origin: Origin, router: Router) -> str | None:
    """The wait of a router; a phone call's is a placeholder."""
    if router.wait_kind not in ("msg", ""):
        writer.placeholder(strand, origin, "voice", router.wait_kind)
        return None
    config: JsonObject = {"timeout": router.timeout}
    return writer.put(strand, origin, "wait_for_reply", config, onwards=("answered",))


def _place(drawn: JsonObject) -> tuple[float, float]:
    position = as_object(drawn.get("position"))
    return as_number(position.get("left")) * 1.6, as_number(position.get("top")) * 1.3


def _waits(node: JsonObject) -> bool:
    return bool(as_object(as_object(node.get("router")).get("wait")))
