"""RapidPro's actions: what each becomes. The tables are the whole mapping; the how-to is written from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.exchange.bodies import fill_texts, read_body
from hoopoe.flows.exchange.names import encode
from hoopoe.flows.exchange.rapidpro_messages import say_after, take_interactive, take_message
from hoopoe.flows.exchange.rapidpro_scope import WEBHOOK, find_language, slug
from hoopoe.flows.exchange.rapidpro_step import Step
from hoopoe.flows.exchange.reading import as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.secrets import split_headers
from hoopoe.kernel.json import Json, JsonObject

Take = Callable[[Step], None]


def take_result(step: Step) -> None:
    name, value = step.text("name"), step.scope.template(step.text("value"), step.origin)
    step.put("store_variable", {"variable_name": step.scope.result(name), "value": value})
    kept = step.scope.category(name)
    if kept is not None:
        step.put("store_variable", {"variable_name": kept, "value": step.text("category")})


def take_local(step: Step) -> None:
    key = step.text("local") or step.text("name")
    value = step.scope.find(["locals", key.lower()])
    name = value.head if value is not None else "local"
    said = step.scope.template(step.text("value"), step.origin)
    if step.text("operation") == "increment":
        step.scope.variables[name] = 0
        said = f"{{{{ {name} | plus: {as_number(_number(said), 1):g} }}}}"
    step.put("store_variable", {"variable_name": name, "value": "" if step.text("operation") == "clear" else said})


def _number(text: str) -> Json:
    try:
        return float(text)
    except ValueError:
        return None


def take_field(step: Step) -> None:
    field = as_object(step.action.get("field"))
    key = as_text(field.get("key")) or slug(as_text(field.get("name")))
    name, value = step.scope.field_name(key), step.scope.template(step.text("value"), step.origin)
    if step.scope.writer.knows("update_contact"):
        step.put("update_contact", {"fields": {name: value}})
        return
    config: JsonObject = {"variable_name": name, "value": value, "scope": "conversation"}
    step.put("store_variable", config, reason="kept_in_conversation", detail=name)


def take_name(step: Step) -> None:
    step.put("update_contact", {"name": step.scope.template(step.text("name"), step.origin)})


def take_language(step: Step) -> None:
    given = step.text("language")
    language = step.scope.template(given, step.origin) if "@" in given else find_language(given)
    if language is None:
        step.scope.writer.placeholder(step.strand, step.origin, "language_unknown", given)
        return
    step.put("update_contact", {"language": language})


def take_groups(step: Step) -> None:
    names = [
        as_text(each.get("name")) or as_text(each.get("name_match")) for each in as_objects(step.action.get("groups"))
    ]
    tags: list[Json] = [step.scope.template(name, step.origin)[:50] for name in names if name]
    if not tags:
        step.scope.writer.placeholder(step.strand, step.origin, "no_counterpart", step.origin.kind)
        return
    step.put("tag", {"add" if step.origin.kind.startswith("add") else "remove": tags})


def take_webhook(step: Step) -> None:
    scope, origin, method = step.scope, step.origin, step.text("method").upper() or "GET"
    if method not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope.writer.placeholder(step.strand, origin, "no_counterpart", f"{origin.kind} {method}")
        return
    headers, secrets = split_headers(as_object(step.action.get("headers")))
    config: JsonObject = {
        "method": method,
        "url": encode(scope.template(step.text("url"), origin)),
        "headers": {name: scope.template(value, origin) for name, value in headers.items()},
        "save_as": WEBHOOK,
    }
    body = step.text("body")
    if body.strip() and method != "GET":
        config["body"] = fill_texts(read_body(body), lambda text: scope.template(text, origin))
    result = step.text("result_name")
    if result:
        scope.answers.add(slug(result))
    for name in secrets:
        scope.writer.miss("credential", name)
    node_id = step.put("http_request", config, reason="secret_removed" if secrets else None, detail=", ".join(secrets))
    failed = [(node_id, "error")] if node_id is not None and not step.is_routed else []
    if result and step.strand.ends:
        said = f"{{{{ {WEBHOOK} }}}}"
        scope.writer.put(step.strand, origin, "store_variable", {"variable_name": scope.result(result), "value": said})
        scope.writer.notes.pop()
    step.strand.ends = [*step.strand.ends, *failed]  # nobody asks how it went: it goes on either way


def take_flow(step: Step) -> None:
    called = as_object(step.action.get("flow"))
    key, name = as_text(called.get("uuid")), as_text(called.get("name")) or "?"
    if key not in step.flows:
        step.scope.writer.miss("flow", name)
        step.scope.writer.placeholder(step.strand, step.origin, "flow_not_in_file", name)
        return
    names = step.scope.names
    config: JsonObject = {
        "bot_id": key,
        "inputs": {f"parent_{each}": f"{{{{ {names.of(f'results.{each}', near=each)} }}}}" for each in step.calling},
        "results": {names.of(f"child.{each}", near=f"child_{each}"): each for each in step.scope.called},
    }
    step.put("run_flow", config)
    if step.action.get("terminal") is True:
        step.strand.ends = []


def take_ticket(step: Step) -> None:
    topic = as_text(as_object(step.action.get("topic")).get("name")) or step.text("subject")
    note = step.text("note") or step.text("body")
    said = step.scope.template("\n".join(each for each in (topic, note) if each), step.origin)
    config: JsonObject = {"note": said}
    if step.after is not None and step.after.get("type") == "send_msg":
        config["message"] = say_after(step, step.after)
    step.put("assign_to_human", config, reason="ends_at_person")


def take_spoken(step: Step) -> None:
    text = step.scope.text(step.text("text"), step.text("uuid"), "text", step.origin)
    step.put("whatsapp_reply", {"message": text}, reason="voice", detail=step.origin.kind)


def take_wait(step: Step) -> None:
    """Glific's pause."""
    step.put("delay", {"duration": max(1, int(as_number(_number(step.text("delay")), 1))), "unit": "seconds"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What one foreign step becomes: our node's type, for the docs, and how."""

    becomes: str
    take: Take


ACTIONS: Final[dict[str, Rule]] = {
    "send_msg": Rule("whatsapp_reply, buttons", take_message),
    "send_interactive_msg": Rule("buttons", take_interactive),
    "set_run_result": Rule("store_variable", take_result),
    "set_run_local": Rule("store_variable", take_local),
    "set_contact_field": Rule("update_contact", take_field),
    "set_contact_name": Rule("update_contact", take_name),
    "set_contact_language": Rule("update_contact", take_language),
    "add_contact_groups": Rule("tag", take_groups),
    "remove_contact_groups": Rule("tag", take_groups),
    "call_webhook": Rule("http_request", take_webhook),
    "enter_flow": Rule("run_flow", take_flow),
    "open_ticket": Rule("assign_to_human", take_ticket),
    "say_msg": Rule("whatsapp_reply", take_spoken),
    "wait_for_time": Rule("delay", take_wait),
}
"""All others become placeholders."""

UNTAKEN: Final = (
    "send_broadcast", "start_session", "send_email", "transfer_airtime", "call_classifier", "call_llm", "call_resthook",
    "add_contact_urn", "set_contact_channel", "set_contact_status", "set_contact_timezone", "set_contact_profile",
    "add_input_labels", "request_optin", "play_audio", "link_google_sheet",
)  # fmt: skip
"""Named in the docs, so that nobody has to guess."""


def take(step: Step) -> None:
    """One action as our nodes."""
    rule = ACTIONS.get(step.origin.kind)
    if rule is None:
        step.scope.writer.placeholder(step.strand, step.origin, "no_counterpart", step.origin.kind)
    else:
        rule.take(step)
