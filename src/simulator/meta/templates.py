"""Message templates: what may be created, and whether a send fits one (whatsapp.md A8). Pure functions."""

from __future__ import annotations

import re

from simulator.ids import new_object_id
from simulator.jsontypes import Json, JsonObject, as_object, as_text
from simulator.meta.errors import GraphError
from simulator.meta.fields import optional_text, require_choice, require_list, require_text
from simulator.state import Template

_JUDGED_AT = 1_735_689_600
"""When a template got its quality; none changes here."""

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_UNCLEAN = re.compile(r"[\n\t]| {4,}")
_CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
_COMPONENTS = ("HEADER", "BODY", "FOOTER", "BUTTONS")
_LONGEST = {"HEADER": 60, "BODY": 1024, "FOOTER": 60}


def make_hello_world(waba_id: str) -> Template:
    """The approved template that every new account has."""
    return Template(
        id=new_object_id(),
        waba_id=waba_id,
        name="hello_world",
        language="en_US",
        category="UTILITY",
        status="APPROVED",
        parameter_format="POSITIONAL",
        components=[
            {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
            {"type": "BODY", "text": "This is a test message. If you can read it, sending templates works."},
            {"type": "FOOTER", "text": "A simulated WhatsApp"},
        ],
    )


def read_template(body: JsonObject, waba_id: str) -> Template:
    """A new PENDING template out of a request. Raises GraphError as Meta refuses."""
    name = require_text(body, "name", of="a template", longest=512)
    if _NAME.fullmatch(name) is None:
        raise GraphError(100, "Param name may hold only lower-case letters, digits and underscores.")
    language = require_text(body, "language", of="a template", longest=20)
    category = require_choice(body, "category", of="a template", choices=_CATEGORIES)
    parameter_format = as_text(body.get("parameter_format")).upper() or "POSITIONAL"
    if parameter_format not in {"NAMED", "POSITIONAL"}:
        raise GraphError(100, "Param parameter_format must be one of {NAMED, POSITIONAL}.")
    components = require_list(body, "components", of="a template")
    has_body = False
    for component in components:
        kind = require_choice(component, "type", of="a component", choices=_COMPONENTS)
        has_body = has_body or kind == "BODY"
        if kind == "BUTTONS":
            _check_buttons(component)
        elif kind == "BODY" and category != "AUTHENTICATION":
            require_text(component, "text", of="the body", longest=_LONGEST[kind])
        else:
            optional_text(component, "text", of=f"the {kind.lower()}", longest=_LONGEST[kind])
    if not has_body:
        raise GraphError(100, "A template needs a BODY component.")
    return Template(
        id=new_object_id(),
        waba_id=waba_id,
        name=name,
        language=language,
        category=category,
        status="PENDING",
        parameter_format=parameter_format,
        components=components,
    )


def template_as_json(template: Template) -> JsonObject:
    return {
        "name": template.name,
        "parameter_format": template.parameter_format,
        "components": list(template.components),
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "quality_score": {"score": "UNKNOWN", "date": _JUDGED_AT},
        "id": template.id,
    }


def check_template(template: Template | None, content: JsonObject) -> Template:
    """The template that a send names, when it may be sent with these parameters. Raises GraphError."""
    if template is None or template.status in {"PENDING", "REJECTED", "DELETED"}:
        name, language = as_text(content.get("name")), as_text(as_object(content.get("language")).get("code"))
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template.status == "PAUSED":
        raise GraphError(132015)
    if template.status == "DISABLED":
        raise GraphError(132016)
    for part in ("header", "body"):
        own = _find(template.components, part)
        _check_parameters(template, part, own, _parameters(content, part))
    return template


def render_template(template: Template, content: JsonObject) -> JsonObject:
    """What the person sees: header, body, footer and buttons with the parameters filled in."""
    rendered: JsonObject = {}
    for part in ("header", "body", "footer"):
        own = _find(template.components, part)
        if own is None:
            continue
        values = {
            as_text(given.get("parameter_name")) or str(number): as_text(given.get("text"))
            for number, given in enumerate(_parameters(content, part), start=1)
        }
        text = as_text(own.get("text"))
        rendered[part] = _HOLE.sub(lambda hole, values=values: values.get(hole[1], hole[0]), text)  # type: ignore[misc]
    buttons = _find(template.components, "buttons")
    if buttons is not None:
        rendered["buttons"] = buttons.get("buttons")
    return rendered


def _check_buttons(component: JsonObject) -> None:
    buttons = require_list(component, "buttons", of="the buttons")
    if len(buttons) > 10:
        raise GraphError(100, f"A template has at most 10 buttons, got {len(buttons)}.")
    for button in buttons:
        optional_text(button, "text", of="a button", longest=25)


def _find(components: list[JsonObject], part: str) -> JsonObject | None:
    return next((item for item in components if as_text(item.get("type")).lower() == part), None)


def _parameters(content: JsonObject, part: str) -> list[JsonObject]:
    components: Json = content.get("components")
    given = components if isinstance(components, list) else []
    own = _find([as_object(item) for item in given], part)
    parameters = own.get("parameters") if own is not None else None
    return [as_object(item) for item in parameters] if isinstance(parameters, list) else []


def _check_parameters(template: Template, part: str, own: JsonObject | None, given: list[JsonObject]) -> None:
    media = as_text((own or {}).get("format")).lower()
    if media in {"image", "video", "document", "location"}:
        if len(given) != 1 or given[0].get("type") != media:
            raise GraphError(132012, f"{part}: expected one parameter of type {media}.")
        return
    holes = list(dict.fromkeys(_HOLE.findall(as_text((own or {}).get("text")))))
    if len(given) != len(holes):
        raise GraphError(
            132000,
            f"{part}: number of localizable_params ({len(given)}) does not match the expected number of params "
            f"({len(holes)})",
        )
    for parameter in given:
        text = as_text(parameter.get("text"))
        if template.parameter_format == "NAMED" and as_text(parameter.get("parameter_name")) not in holes:
            raise GraphError(132012, f"{part}: parameter_name is missing or not one of {', '.join(holes)}.")
        if parameter.get("type") == "text" and (not text or _UNCLEAN.search(text)):
            raise GraphError(132018, f"{part}: a parameter is empty or has a new line, a tab or four spaces on end.")
