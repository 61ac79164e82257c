"""What RapidPro and Glific say: texts with files, quick replies, and Glific's menus."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import orjson

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.files import File, describe_file, extend, longest, put_files
from hoopoe.flows.exchange.rapidpro_step import Step
from hoopoe.flows.exchange.reading import as_list, as_object, as_objects, as_text
from hoopoe.flows.exchange.titles import fit_titles
from hoopoe.flows.nodes.fit import (
    FOOTER_MAX,
    HEADER_MAX,
    LIST_BUTTON_MAX,
    OPTIONS_MAX,
    ROW_DESCRIPTION_MAX,
    ROW_TITLE_MAX,
    SECTION_TITLE_MAX,
)
from hoopoe.kernel.json import Json, JsonObject

_OPENS: Final = "☰"


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says. `body` None: no words. `template`: the WhatsApp template that it is there."""

    body: Json
    files: list[File]
    template: str


def read_message(step: Step) -> Said:
    """The words and the files of a `send_msg`."""
    scope, origin = step.scope, step.origin
    body = scope.text(step.text("text"), step.text("uuid"), "text", origin)
    files = [_read_file(step, as_text(each)) for each in as_list(step.action.get("attachments")) if as_text(each)]
    templating = as_object(as_object(step.action.get("templating")).get("template")) or as_object(
        step.action.get("template")
    )
    name = (as_text(templating.get("name")) or "?") if templating else ""
    if name:
        scope.writer.miss("template", name)
    own = body.get(scope.writer.default_language) if isinstance(body, dict) else body
    return Said(body if as_text(own).strip() else None, files, name)


def _read_file(step: Step, attachment: str) -> File:
    """`image/jpeg:https://…`; one without a kind in front of it is a document."""
    kind, mark, rest = attachment.partition(":")
    if not mark or kind.startswith("http") or rest.startswith("//"):
        return describe_file("", step.scope.template(attachment, step.origin))
    return describe_file(kind, step.scope.template(rest, step.origin))


def take_message(step: Step) -> None:
    """A text with its files; quick replies are the router's, where one waits (`rapidpro_flow`)."""
    said = read_message(step)
    replies = [step.scope.template(each, step.origin) for each in read_replies(step) if each.strip()]
    if said.body is None and not said.files:
        _tell_of_silence(step, said)
        return
    body = extend(said.body, "".join(f"\n• {each}" for each in replies)) if replies else said.body
    node_id = put_files(step.scope.writer, step.strand, step.origin, body or "", said.files)
    if replies:
        step.note("buttons_as_text", "", node_id)
    tell_of_the_rest(step, said, node_id)


def _tell_of_silence(step: Step, said: Said) -> None:
    if said.template:
        step.scope.writer.placeholder(step.strand, step.origin, "template_not_taken", said.template)
    elif isinstance(step.action.get("text"), str):  # otherwise the report says that it has none
        step.scope.writer.note(step.origin, Outcome.LEFT_OUT, "says_nothing")


def tell_of_the_rest(step: Step, said: Said, node_id: str | None) -> None:
    """What of a message has no place here."""
    if said.template:
        step.note("template_as_text", said.template, node_id)
    labels = [as_text(each.get("name")) for each in as_objects(step.action.get("labels"))]
    if any(labels):
        step.note("labels", ", ".join(filter(None, labels)), node_id)
    if said.files and step.scope.is_translated(step.text("uuid"), "attachments"):
        step.note("one_file", said.files[0].url, node_id)


def read_replies(step: Step) -> list[str]:
    return [_reply(each) for each in as_list(step.action.get("quick_replies"))]


def _reply(item: Json) -> str:
    return as_text(item.get("text")) if isinstance(item, dict) else as_text(item)


# --- Menus: a message and the wait behind it are one node ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Menu:
    """Options to choose from, as the node that asks: `buttons`, or `list` where a line stands below or above them."""

    node_type: str
    config: JsonObject
    files: list[File]
    cut: str = ""
    said: Said | None = None


def read_menu(step: Step) -> Menu | None:
    """The menu that a message is; None where it offers nothing."""
    if step.origin.kind == "send_interactive_msg":
        return _read_interactive(step)
    replies = read_replies(step) if step.origin.kind == "send_msg" else []
    if not any(each.strip() for each in replies):
        return None
    said = read_message(step)
    if said.body is None:
        return None
    titles = [
        step.scope.text(title, step.text("uuid"), "quick_replies", step.origin, index=index)
        for index, title in enumerate(replies)
        if title.strip()
    ]
    if len(titles) > OPTIONS_MAX:
        step.note("too_many_options", str(OPTIONS_MAX), None)
    fitted, cut = fit_titles(titles[:OPTIONS_MAX])
    return Menu("buttons", {"message": said.body, "buttons": _number(fitted)}, said.files, cut, said)


def _number(titles: list[Json]) -> list[Json]:
    return [{"id": f"r{place}", "title": title} for place, title in enumerate(titles, start=1)]


def take_interactive(step: Step) -> None:
    """A Glific menu that nothing waits for is sent as a text."""
    menu = _read_interactive(step)
    place = _asks_for_place(step) if menu is None else ""
    if place:
        step.put("whatsapp_reply", {"message": place}, reason="place_button")
        return
    if menu is None:
        step.scope.writer.placeholder(step.strand, step.origin, "no_counterpart", step.origin.kind)
        return
    options = as_objects(menu.config.get("buttons"))
    for section in as_objects(menu.config.get("sections")):
        options += as_objects(section.get("rows"))
    lines = [f"• {as_text(each.get('title'))}" for each in options]
    above, below = as_text(menu.config.get("header")), as_text(menu.config.get("footer"))
    said = "\n".join(filter(None, (above, as_text(menu.config.get("message")), *lines, below)))
    node_id = put_files(step.scope.writer, step.strand, step.origin, said, menu.files)
    step.note("buttons_as_text", "", node_id)


def _decode(step: Step) -> JsonObject:
    """Glific keeps a menu as JSON inside of a text."""
    try:
        return as_object(orjson.loads(step.text("text")))
    except orjson.JSONDecodeError:
        return {}


def _asks_for_place(step: Step) -> str:
    menu = _decode(step)
    if menu.get("type") != "location_request_message":
        return ""
    return step.scope.template(as_text(as_object(menu.get("body")).get("text")), step.origin)


def _read_interactive(step: Step) -> Menu | None:
    menu = _decode(step)
    content = as_object(menu.get("content"))

    def say(value: Json) -> str:
        return step.scope.template(as_text(value), step.origin)

    caption = as_text(content.get("caption"))
    body = as_text(content.get("text")) or as_text(menu.get("body")) or caption
    if not body.strip():
        return None
    url = as_text(content.get("url")) or step.text("attachment_url")
    kind = as_text(content.get("type")) if as_text(content.get("url")) else step.text("attachment_type")
    files = [describe_file(kind, say(url))] if url.strip() else []
    config: JsonObject = {"message": say(body)}
    for name, text, limit in (
        ("header", as_text(content.get("header")) or as_text(menu.get("title")), HEADER_MAX),
        ("footer", caption if caption != body else "", FOOTER_MAX),
    ):
        if text.strip() and len(text) <= limit:
            config[name] = say(text)
        elif text.strip():
            config["message"] = (
                f"{say(text)}\n{config['message']}" if name == "header" else f"{config['message']}\n{say(text)}"
            )
    if menu.get("type") == "list":
        return _read_list(step, menu, config, files)
    titles = [say(each.get("title")) for each in as_objects(menu.get("options")) if as_text(each.get("title")).strip()]
    fitted, cut = fit_titles(titles[:OPTIONS_MAX])
    return Menu("buttons", {**config, "buttons": _number(fitted)}, files, cut) if fitted else None


def _read_list(step: Step, menu: JsonObject, config: JsonObject, files: list[File]) -> Menu | None:
    sections: list[Json] = []
    cut, count = "", 0
    seen: set[str] = set()
    for section in as_objects(menu.get("items")):
        rows: list[Json] = []
        for option in as_objects(section.get("options")):
            given = step.scope.template(as_text(option.get("title")), step.origin).strip()
            (title,), shortened = fit_titles([given], limit=ROW_TITLE_MAX)
            if not given or title in seen or count == OPTIONS_MAX:
                continue
            seen.add(as_text(title))
            cut, count = cut or shortened, count + 1
            row: JsonObject = {"id": f"r{count}", "title": title}
            below = step.scope.template(as_text(option.get("description")), step.origin).strip()
            if below:
                row["description"] = _cut(below, ROW_DESCRIPTION_MAX)
            rows.append(row)
        name = as_text(section.get("title")) or as_text(section.get("subtitle"))
        if rows:
            sections.append({"rows": rows, **({"title": _cut(name, SECTION_TITLE_MAX)} if name.strip() else {})})
    opens = next((as_text(each.get("title")) for each in as_objects(menu.get("globalButtons"))), "")
    opener = _cut(step.scope.template(opens, step.origin), LIST_BUTTON_MAX) if opens.strip() else _OPENS
    return Menu("list", {**config, "button": opener, "sections": sections}, files, cut) if sections else None


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit or "{{" in text else f"{text[: limit - 1].rstrip()}…"


def say_after(step: Step, action: JsonObject) -> Json:
    """The words of another message of the flow, its files as their addresses."""
    said = read_message(replace(step, action=action))
    links = "\n".join(file.url for file in said.files)
    body = extend(said.body or "", f"\n{links}") if links else said.body
    return body if longest(body) else None
