"""RapidPro's routers: by words, by groups, by what an action gave, by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.names import quote
from hoopoe.flows.exchange.rapidpro_scope import Scope
from hoopoe.flows.exchange.rapidpro_tests import CONDITIONS, HELD, IN_ALL_LANGUAGES, TESTS, TIME_PATTERN
from hoopoe.flows.exchange.reading import as_list, as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.writing import Origin, Strand
from hoopoe.kernel.json import Json, JsonObject

_SPLITS_RESULT: Final = frozenset(
    (
        "call_webhook",
        "call_resthook",
        "enter_flow",
        "transfer_airtime",
        "open_ticket",
        "call_classifier",
        "call_llm",
        "set_contact_profile",
        "link_google_sheet",
        "wait_for_result",
    )
)
_MAX_TIMEOUT: Final = 30 * 86_400


def read_seconds(value: Json) -> int | None:
    """How long to wait, within what a wait takes; None where there is no end."""
    seconds = int(as_number(value))
    return min(max(seconds, 10), _MAX_TIMEOUT) if seconds > 0 else None


class Router:
    """A node's router and exits, read. `expires`: the seconds of silence after which the whole flow ends."""

    def __init__(self, node: JsonObject, place: str, x: float, y: float, *, expires: int = 0) -> None:
        self.uuid = as_text(node.get("uuid"))
        self.node = node
        self.place = f"{place}.router"
        self.x, self.y = x, y + 60
        self.given = as_object(node.get("router"))
        self._exits = {
            as_text(each.get("uuid")): each.get("destination_uuid") for each in as_objects(node.get("exits"))
        }
        self.categories = {as_text(each.get("uuid")): each for each in as_objects(self.given.get("categories"))}
        self.cases = as_objects(self.given.get("cases"))
        self.default = as_text(self.given.get("default_category_uuid")) or next(iter(self.categories), "")
        wait = as_object(self.given.get("wait"))
        self.waits = bool(wait)
        self.wait_kind = as_text(wait.get("type"))
        timeout = as_object(wait.get("timeout"))
        self.timeout = read_seconds(timeout.get("seconds")) or read_seconds(expires)
        self.timeout_target = self.target(as_text(timeout.get("category_uuid"))) if timeout else None
        self.operand = as_text(self.given.get("operand"))
        self.result = as_text(self.given.get("result_name"))

    @property
    def goes_by_result(self) -> bool:
        """Whether it goes by how an action of its own node went."""
        kinds = {as_text(each.get("type")) for each in as_objects(self.node.get("actions"))}
        is_switch = bool(self.given) and as_text(self.given.get("type")) != "random"
        return is_switch and not self.waits and bool(_SPLITS_RESULT & kinds)

    @property
    def first_target(self) -> str | None:
        return as_text(next(iter(self._exits.values()), None)) or None

    @property
    def success_target(self) -> str | None:
        """Where it goes after an action that succeeded."""
        return self.target(next((as_text(case.get("category_uuid")) for case in self.cases), self.default))

    @property
    def default_target(self) -> str | None:
        return self.target(self.default)

    def target(self, category: str) -> str | None:
        exit_uuid = as_text(as_object(self.categories.get(category)).get("exit_uuid"))
        return as_text(self._exits.get(exit_uuid)) or None

    def name(self, category: str) -> str:
        """A category's name as an exit: not the one that is reserved."""
        name = as_text(as_object(self.categories.get(category)).get("name")).strip()[:100] or "?"
        return f"{name} 2" if name == "other" else name


def put_router(scope: Scope, strand: Strand, router: Router, *, performed: Sequence[tuple[str, str]]) -> None:
    """Put what chooses the way. `performed`: the ends of an action whose success or failure is routed on."""
    if as_text(router.given.get("type")) == "random":
        _put_random(scope, strand, router)
        return
    if router.goes_by_result:
        if performed:
            _put_result(scope, strand, router, performed)
        return
    _put_words(scope, strand, router)


def _lead(scope: Scope, ends: Sequence[tuple[str, str]], target: str | None) -> None:
    if target is not None:
        scope.writer.lead(ends, target)


def _put_random(scope: Scope, strand: Strand, router: Router) -> None:
    origin = Origin(router.place, "split_by_random", router.given, router.x, router.y)
    names = list(dict.fromkeys(router.name(category) for category in router.categories))
    config: JsonObject = {"variants": [{"name": name, "weight": 1} for name in names]}
    if router.result:
        config["save_as"] = scope.result(router.result)
    node_id = scope.writer.put(strand, origin, "split", config, onwards=())
    if node_id is None:
        if strand.ends:
            node_id = strand.ends[0][0]
        first = next(iter(router.categories), "")
        _lead(scope, strand.ends, router.target(first))
    for category in router.categories:
        _lead(scope, [(node_id or "", router.name(category))], router.target(category))
    strand.ends = []


def _put_result(scope: Scope, strand: Strand, router: Router, performed: Sequence[tuple[str, str]]) -> None:
    """Success and failure of a request, a flow, a ticket: the exits of its own node."""
    succeeded = next((as_text(case.get("category_uuid")) for case in router.cases), router.default)
    failed = router.default if router.default != succeeded else succeeded
    others = [category for category in router.categories if category not in (succeeded, failed)]
    names = [as_text(each.get("result_name")) for each in as_objects(router.node.get("actions"))]
    kept = next((found for name in names if name and (found := scope.outcome(name)) is not None), None)
    _keep_and_lead(scope, router, performed, succeeded, (kept, "Success"))
    for node_id in dict.fromkeys(node_id for node_id, _ in performed):
        asked = scope.writer.before(node_id)
        if scope.writer.type_of(asked) != "placeholder":
            _keep_and_lead(scope, router, [(asked, "error")], failed, (kept, "Failure"))
            continue
        for category in (failed, *others):
            _lead(scope, [(asked, router.name(category))], router.target(category))
    strand.ends = []


def _keep_and_lead(
    scope: Scope, router: Router, ends: Sequence[tuple[str, str]], category: str, kept: tuple[str | None, str]
) -> None:
    """Go the way of a category, and keep how it went where something else asks for that."""
    strand, (name, outcome) = Strand(ends=list(ends)), kept
    if name is not None:
        origin = Origin(router.place, "router", router.given, router.x, router.y)
        _keep(scope, strand, origin, [(name, outcome)])
    _lead(scope, strand.ends, router.target(category))


def _put_words(scope: Scope, strand: Strand, router: Router) -> None:
    origin = Origin(router.place, f"router {router.operand}".strip(), router.given, router.x, router.y)
    cases: list[Json] = []
    ways: list[str] = []
    led: list[tuple[str, str | None]] = []
    for index, case in enumerate(router.cases):
        place = Origin(f"{router.place}.cases.{index}", as_text(case.get("type")), case, router.x, router.y)
        category = as_text(case.get("category_uuid"))
        if place.kind in CONDITIONS:
            _put_condition(scope, strand, place, case, router)
            continue
        read = _read_case(scope, place, case)
        if read is None:
            scope.writer.note(place, Outcome.CHANGED, "test_left_out", place.kind)
            continue
        name = router.name(category)
        cases.append({"name": name, **read})
        if name not in ways:
            ways.append(name)
            led.append((name, router.target(category)))
    if not cases:
        _keep_answer(scope, strand, router, origin)
        _lead(scope, strand.ends, router.default_target)
        strand.ends = strand.ends if strand.first is None else []
        return
    config: JsonObject = {"input": _operand(scope, router, origin), "cases": cases}
    if router.result:
        config["save_as"] = scope.result(router.result)
        kept = scope.category(router.result)
        if kept is not None:
            config["save_case_as"] = kept
    node_id = scope.writer.put(strand, origin, "match_text", config, onwards=("other",))
    chooser = node_id or strand.ends[0][0]
    for name, target in led:
        _lead(scope, [(chooser, name)], target)
    _lead(scope, strand.ends, router.default_target)
    strand.ends = []


def _operand(scope: Scope, router: Router, origin: Origin) -> str:
    """What is looked at. A test of categories looks at the category."""
    operand = router.operand or "@input.text"
    kinds = {as_text(case.get("type")) for case in router.cases}
    parts = operand.removeprefix("@").lower().split(".")
    if kinds == {"has_category"} and len(parts) == 2 and parts[0] == "results":
        scope.categories.add(parts[1])
        operand = f"{operand}.category"
    if "urn_parts(" in operand and ".scheme" in operand:
        return "whatsapp"  # how a person is reached: here there is one way
    if "visit_count" in operand:
        name = scope.names.find(f"node.{router.uuid}")
        return f"{{{{ {name} }}}}" if name is not None else ""
    return scope.template(operand, origin)


def _read_case(scope: Scope, place: Origin, case: JsonObject) -> JsonObject | None:
    """The test and the values of one case."""
    known = TESTS.get(place.kind)
    if known is None:
        return None
    test, reason = known
    if reason is not None:
        scope.writer.note(place, Outcome.CHANGED, reason, place.kind)
    given = [as_text(each) for each in as_list(case.get("arguments"))]
    if place.kind == "has_time":
        given = [TIME_PATTERN]
    elif test in IN_ALL_LANGUAGES:
        given += [each for translated in scope.arguments(as_text(case.get("uuid"))) for each in translated]
    values = [scope.template(value, place) for value in dict.fromkeys(given) if value.strip()]
    if test == "number_between":
        values = [scope.template(value, place) for value in [*given, "0", "0"][:2]]
    return {"test": test, "values": list[Json](values[:50])}


def _put_condition(scope: Scope, strand: Strand, place: Origin, case: JsonObject, router: Router) -> None:
    given = [as_text(each) for each in as_list(case.get("arguments"))]
    # A group is `[uuid, name]`, or only `[uuid]`: people know it by its name.
    name = given[1] if len(given) > 1 else scope.groups.get(given[0], "") if given else ""
    literal, expression = quote(name), CONDITIONS[place.kind]
    if "{}" in expression and (literal is None or not name):
        scope.writer.note(place, Outcome.CHANGED, "test_left_out", place.kind)
        return
    category = as_text(case.get("category_uuid"))
    config: JsonObject = {"expression": expression.format(literal)}
    node_id = scope.writer.put(strand, place, "if_condition", config, onwards=("false",))
    if node_id is None:
        return
    holds = Strand(ends=[(node_id, "true")])
    if scope.reads(router.result):
        held = HELD.get(place.kind, name)
        _keep(scope, holds, place, [(scope.result(router.result), held)])
        kept = scope.category(router.result)
        _keep(scope, holds, place, [(kept, router.name(category))] if kept is not None else [])
    _lead(scope, holds.ends, router.target(category))


def _keep(scope: Scope, strand: Strand, origin: Origin, kept: Sequence[tuple[str, str]]) -> None:
    """Variables that the report does not speak of."""
    for name, value in kept:
        scope.writer.put(strand, origin, "store_variable", {"variable_name": name, "value": value})
        scope.writer.notes.pop()


def _keep_answer(scope: Scope, strand: Strand, router: Router, origin: Origin) -> None:
    if not router.result:
        return
    value = _operand(scope, router, origin)
    config: JsonObject = {"variable_name": scope.result(router.result), "value": value}
    scope.writer.put(strand, origin, "store_variable", config)
    kept = scope.category(router.result)
    if kept is not None:
        _keep(scope, strand, origin, [(kept, router.name(router.default))])
