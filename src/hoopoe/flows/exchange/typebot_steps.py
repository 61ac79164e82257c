"""Typebot's bubbles, logic and integrations: what each becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.exchange.bodies import fill_texts, read_body
from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.files import File, describe_file, put_files
from hoopoe.flows.exchange.names import encode
from hoopoe.flows.exchange.reading import as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.secrets import split_headers
from hoopoe.flows.exchange.typebot_texts import Scope, say
from hoopoe.flows.exchange.writing import Origin, Strand
from hoopoe.kernel.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Step:
    """One block on its way. `onwards`: the block that comes next; `target`: where an edge leads.

    `question`: the text bubble before an input, which becomes its question.
    """

    scope: Scope
    strand: Strand
    origin: Origin
    block: JsonObject
    onwards: str | None
    target: Callable[[Json], str | None]
    question: str = ""
    behind: str | None = None
    """The next block of the group, whatever edges say."""

    @property
    def options(self) -> JsonObject:
        return as_object(self.block.get("options"))

    @property
    def content(self) -> JsonObject:
        return as_object(self.block.get("content"))

    def template(self, text: Json) -> str:
        return self.scope.template(as_text(text), self.origin)

    def put(self, node_type: str, config: JsonObject, *, reason: str | None = None, detail: str = "") -> str | None:
        onwards = ("next", "ok", "success", "done")
        return self.scope.writer.put(
            self.strand, self.origin, node_type, config, onwards=onwards, reason=reason, detail=detail
        )

    def unmapped(self, reason: str = "no_counterpart", detail: str = "") -> None:
        """A placeholder. What its options lead to stays connected."""
        node_id = self.scope.writer.placeholder(self.strand, self.origin, reason, detail or self.origin.kind)
        for place, item in enumerate(as_objects(self.block.get("items")), start=1):
            for name, edge in _ways_of(item, place):
                self.lead(node_id, name, self.target(edge))

    def lead(self, node_id: str | None, exit_name: str, target: str | None) -> None:
        if node_id is not None and target is not None:
            self.scope.writer.lead([(node_id, exit_name)], target)


def _ways_of(item: JsonObject, place: int) -> list[tuple[str, Json]]:
    """The ways out of an option, by what stands on it; a card may have several."""
    title = as_text(item.get("title")) or as_text(item.get("content")) or str(place)
    ways = [(title, item.get("outgoingEdgeId"))] if item.get("outgoingEdgeId") else []
    ways += [
        (f"{title}: {as_text(path.get('text')) or '?'}", path.get("outgoingEdgeId"))
        for path in as_objects(item.get("paths"))
    ]
    return [(name[:100], edge) for name, edge in ways]


Take = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one block becomes: our node's type, for the docs, and how."""

    becomes: str
    take: Take


def take_text(step: Step) -> None:
    said = say(step.content)
    if said:
        step.put("whatsapp_reply", {"message": step.template(said)})


def take_media(step: Step) -> None:
    """A picture, video or sound as the file that it is; a page, and what is shown on one, as its address."""
    content, kind = step.content, step.origin.kind
    url, player = as_text(content.get("url")), as_text(content.get("type"))
    if player in _PLAYERS and content.get("id"):
        url = f"{_PLAYERS[player]}{as_text(content.get('id'))}"
    if not url.strip():
        step.unmapped()
        return
    said = step.template(url)
    is_file = kind != "embed" and player not in (*_PLAYERS, "gumlet") and not _PAGE.match(url.strip())
    file = describe_file(kind, said) if is_file else File(None, said)
    put_files(step.scope.writer, step.strand, step.origin, "", [file])
    link = as_text(as_object(content.get("clickLink")).get("url"))
    if link.strip():
        step.scope.writer.note(step.origin, Outcome.CHANGED, "link_left_out", link)


_PLAYERS: Final = {"youtube": "https://youtu.be/", "vimeo": "https://vimeo.com/"}
_PAGE: Final = re.compile(r"https?://(www\.|m\.)?(youtube\.com|youtu\.be|vimeo\.com|tiktok\.com)/", re.IGNORECASE)
_PRESETS: Final = {
    "Empty": "", "Now": "{{ now }}", "Today": "{{ today }}", "Contact name": "{{ contact.name }}",
    "Phone number": "{{ contact.phone }}", "Environment name": "whatsapp", "User ID": "{{ contact.id }}",
}  # fmt: skip


def take_variable(step: Step) -> None:
    options = step.options
    name, kind = step.scope.variable(options.get("variableId")), as_text(options.get("type")) or "Custom"
    if name is None:
        return
    if kind in _PRESETS:
        step.put("store_variable", {"variable_name": name, "value": _PRESETS[kind]})
        return
    if kind != "Custom":
        step.unmapped("no_counterpart", f"Set variable: {kind}")
        return
    source = as_text(options.get("expressionToEvaluate"))
    value = step.scope.expression(source, step.origin, is_code=options.get("isCode") is True)
    if value is None:
        step.unmapped("code", source[:200])
        return
    step.put("store_variable", {"variable_name": name, "value": value})


_OPERATORS: Final = {
    "Equal to": "equals", "Not equal": "not_equals", "Contains": "contains", "Does not contain": "not_contains",
    "Greater than": "greater_than", "Less than": "less_than", "Is set": "is_not_empty", "Is empty": "is_empty",
    "Starts with": "starts_with", "Ends with": "ends_with",
}  # fmt: skip
_PATTERNS: Final = {"Matches regex": True, "Does not match regex": False}
_EITHER: Final = {"Greater or equal to": "greater_than", "Less or equal to": "less_than"}


def take_condition(step: Step) -> None:
    """The first item that holds is the way; each comparison is a node of its own."""
    writer = step.scope.writer
    for item in as_objects(step.block.get("items")):
        # One that holds and leads nowhere goes on to the next block of its group.
        content, target = as_object(item.get("content")), step.target(item.get("outgoingEdgeId")) or step.behind
        comparisons = as_objects(content.get("comparisons"))
        is_any = content.get("logicalOperator") == "OR"
        holding: list[tuple[str, str]] = []
        failing: list[tuple[str, str]] = []
        for place, comparison in enumerate(comparisons):
            pairs = _compare(step, comparison)
            if pairs is None:
                continue
            yes, no = pairs
            if is_any:
                holding += yes
                step.strand.ends = no
                continue
            failing += no
            is_last = place == len(comparisons) - 1
            holding, step.strand.ends = (yes, []) if is_last else ([], yes)
            if not yes:  # it can never hold, so what is compared after it never is
                break
        if target is not None:
            writer.lead(holding, target)
        step.strand.ends = [*step.strand.ends, *failing]


Ends = list[tuple[str, str]]


def _compare(step: Step, comparison: JsonObject) -> tuple[Ends, Ends] | None:
    """The nodes of one comparison: the ends where it holds, and where it does not."""
    writer, strand = step.scope.writer, step.strand
    name = step.scope.variable(comparison.get("variableId"))
    operator = as_text(comparison.get("comparisonOperator"))
    left, right = f"{{{{ {name} }}}}" if name is not None else "", step.template(comparison.get("value"))
    if operator in _PATTERNS:
        cases: list[Json] = [{"name": "true", "test": "pattern", "values": [plain_pattern(right)]}]
        node = writer.put(strand, step.origin, "match_text", {"input": left, "cases": cases}, onwards=("other",))
        ends: Ends = [] if node is None else [(node, "true")]
        rest: Ends = list(strand.ends) if node is None else [(node, "other")]
        return (ends, rest) if _PATTERNS[operator] else (rest, ends)
    if operator in _EITHER:
        first = _put_if(step, left, _EITHER[operator], right)
        second = _put_if(step, left, "equals", right)
        yes: Ends = [(node, "true") for node in (first, second) if node is not None]
        return yes, list(strand.ends)
    if name is None or operator not in _OPERATORS:
        writer.placeholder(strand, step.origin, "operator_left_out", operator or "?")
        return [], list(strand.ends)
    node = _put_if(step, left, _OPERATORS[operator], right)
    return ([(node, "true")] if node is not None else []), list(strand.ends)


def _put_if(step: Step, left: str, operator: str, right: str) -> str | None:
    config: JsonObject = {"left_value": left, "operator": operator, "right_value": right}
    if operator == "equals" and not right.strip():
        config = {"left_value": left, "operator": "is_empty"}
    if operator == "not_equals" and not right.strip():
        config = {"left_value": left, "operator": "is_not_empty"}
    return step.scope.writer.put(step.strand, step.origin, "if_condition", config, onwards=("false",))


def plain_pattern(pattern: str) -> str:
    """`/^a+$/i` as `^a+$`."""
    head, _, _flags = pattern.rpartition("/")
    return head[1:] if pattern.startswith("/") and head else pattern


def take_redirect(step: Step) -> None:
    step.put("whatsapp_reply", {"message": step.template(step.options.get("url"))}, reason="link_for_redirect")


def take_wait(step: Step) -> None:
    given = as_text(step.options.get("secondsToWaitFor")).strip()
    try:
        seconds = max(1, round(float(given)))
    except ValueError:
        step.unmapped("expression", given)
        return
    step.put("delay", {"duration": min(seconds, 31_622_400), "unit": "seconds"})


def take_jump(step: Step) -> None:
    """No node: whatever led here leads there."""
    aim = as_text(step.options.get("blockId")) or as_text(step.options.get("groupId"))
    step.scope.writer.enter(as_text(step.block.get("id")), step.strand, aim or None)


def take_link(step: Step) -> None:
    aim = as_text(step.options.get("typebotId"))
    if aim == "current":
        take_jump(step)
        return
    step.scope.writer.miss("flow", aim or "?")
    step.unmapped("flow_not_in_file", aim or "?")


def take_test(step: Step) -> None:
    share = min(100, max(0, int(as_number(step.options.get("aPercent"), 50))))
    items = {
        as_text(item.get("path")): step.target(item.get("outgoingEdgeId"))
        for item in as_objects(step.block.get("items"))
    }
    variants: list[Json] = [{"name": "a", "weight": share}, {"name": "b", "weight": 100 - share}]
    node = step.scope.writer.put(step.strand, step.origin, "split", {"variants": variants}, onwards=())
    if node is None and step.strand.ends:
        node = step.strand.ends[0][0]
        step.lead(node, "next", items.get("a"))
    for path in ("a", "b"):
        step.lead(node, path, items.get(path))
    step.strand.ends = []


def take_return(step: Step) -> None:
    step.put("end", {})


def take_code(step: Step) -> None:
    step.unmapped("code", as_text(step.options.get("content"))[:200])


def take_request(step: Step) -> None:
    webhook = as_object(step.options.get("webhook")) or as_object(step.block.get("webhook"))
    url = as_text(webhook.get("url"))
    if not url.strip():
        step.unmapped()
        return
    method = as_text(webhook.get("method")) or "POST"
    headers, secrets = split_headers(_pairs(webhook.get("headers")))
    name = step.scope.names.of(f"http {as_text(step.block.get('id'))}", near="http")
    mapping: dict[str, Json] = {}
    statuses: list[str] = []
    for each in as_objects(step.options.get("responseVariableMapping")):
        variable, path = step.scope.variable(each.get("variableId")), as_text(each.get("bodyPath"))
        if variable is not None and path == "statusCode":
            statuses.append(variable)
        elif variable is not None and path:
            mapping[variable] = path.removeprefix("data.").replace("[", ".").replace("]", "").strip(".") or "data"
    config: JsonObject = {
        "method": method,
        "url": encode(step.template(url)),
        "headers": {key: step.template(value) for key, value in headers.items()},
        "query": {key: step.template(value) for key, value in _pairs(webhook.get("queryParams")).items()},
        "save_as": name,
        "mapping": mapping,
    }
    body = as_text(webhook.get("body"))
    if body.strip() and method != "GET":
        config["body"] = fill_texts(read_body(body), step.template)
    for secret in secrets:
        step.scope.writer.miss("credential", secret)
    node = step.put("http_request", config, reason="secret_removed" if secrets else None, detail=", ".join(secrets))
    if node is not None:
        # Typebot goes on after a failure as well.
        step.strand.ends = [*step.strand.ends, (node, "error")]
        for variable in statuses:
            kept: JsonObject = {"variable_name": variable, "value": f"{{{{ {name}.status }}}}"}
            step.scope.writer.put(step.strand, step.origin, "store_variable", kept)
            step.scope.writer.notes.pop()


def _pairs(items: Json) -> JsonObject:
    return {as_text(each.get("key")): each.get("value") for each in as_objects(items) if as_text(each.get("key"))}


STEPS: Final[dict[str, Rule]] = {
    "text": Rule("whatsapp_reply", take_text),
    "image": Rule("whatsapp_reply", take_media),
    "video": Rule("whatsapp_reply", take_media),
    "audio": Rule("whatsapp_reply", take_media),
    "embed": Rule("whatsapp_reply", take_media),
    "Set variable": Rule("store_variable", take_variable),
    "Condition": Rule("if_condition, match_text", take_condition),
    "Redirect": Rule("whatsapp_reply", take_redirect),
    "Wait": Rule("delay", take_wait),
    "Jump": Rule("a way", take_jump),
    "Typebot link": Rule("a way, run_flow", take_link),
    "AB test": Rule("split", take_test),
    "Return": Rule("end", take_return),
    "Webhook": Rule("http_request", take_request),
    "Code": Rule("placeholder", take_code),
    "Script": Rule("placeholder", take_code),
}
"""All others become placeholders; inputs are in `typebot_inputs`."""

UNTAKEN: Final[Sequence[str]] = (
    "payment input", "cards", "Google Sheets", "Google Analytics", "Email", "Zapier", "Make.com", "Pabbly", "Chatwoot",
    "Pixel", "OpenAI", "webhook",
)  # fmt: skip
