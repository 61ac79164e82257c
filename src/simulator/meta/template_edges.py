"""Edges of message templates, and Meta's review of them."""

from __future__ import annotations

import asyncio

from simulator.jsontypes import JsonObject, as_text
from simulator.meta.call import Call
from simulator.meta.errors import GraphError
from simulator.meta.payloads import make_template_event
from simulator.meta.templates import read_template, template_as_json
from simulator.simulator import Simulator
from simulator.state import Template

_EMPTY = frozenset(
    {
        "correct_category",
        "cta_url_link_tracking_opted_out",
        "degrees_of_freedom_spec",
        "library_template_name",
        "message_send_ttl_seconds",
        "previous_category",
        "rejected_reason",
        "sub_category",
    }
)
"""Fields that a template here has no value for: the Graph leaves such out."""

_MOST_TEMPLATES = 6_000
"""Told, not enforced."""

_EDITABLE = ("APPROVED", "REJECTED", "PAUSED")


async def get_templates(call: Call) -> JsonObject:
    """Pages of templates, by `limit` and `after`; `name`, `language`, `status` and `category` narrow them.

    `summary` names the counts that are wanted.
    """
    waba_id = call.account()[0].waba_id
    found = [
        template
        for template in call.simulator.world.state.templates.values()
        if template.waba_id == waba_id
        and call.query.get("name", "") in template.name
        and call.query.get("language", template.language) == template.language
        and call.query.get("status", template.status).upper() == template.status
        and call.query.get("category", template.category).upper() == template.category
    ]
    limit = _read_count(call.query.get("limit", "25"), "limit")
    start = _read_count(call.query.get("after", "0"), "after")
    page = found[start : start + limit]
    paging: JsonObject = {"cursors": {"before": str(start), "after": str(start + len(page))}}
    if start + len(page) < len(found):
        paging["next"] = (
            f"{call.base_url}/{call.version}/{waba_id}/message_templates?limit={limit}&after={start + limit}"
        )
    answer: JsonObject = {"data": [_select(template, call.fields) for template in page], "paging": paging}
    wanted = call.query.get("summary", "")
    if wanted:
        names = {template.name for template in found}
        summary: JsonObject = {
            "total_count": len(found),
            "message_template_count": len(names),
            "message_template_limit": _MOST_TEMPLATES,
            "are_translations_complete": True,
        }
        answer["summary"] = {name: summary[name] for name in wanted.split(",") if name in summary}
    return answer


async def post_templates(call: Call) -> JsonObject:
    world = call.simulator.world
    template = read_template(call.arguments(), call.account()[0].waba_id)
    if world.find_template(template.waba_id, template.name, template.language) is not None:
        raise GraphError(100, "Content in this language already exists for this template.", subcode=2388024)
    world.put_template(template)
    plan_review(call.simulator, template)
    return {"id": template.id, "status": template.status, "category": template.category}


async def delete_templates(call: Call) -> JsonObject:
    """Delete by name, in all languages, or one of them by `hsm_id`."""
    world, waba_id = call.simulator.world, call.account()[0].waba_id
    name, hsm_id = call.query.get("name", ""), call.query.get("hsm_id")
    if not name:
        raise GraphError(100, message="(#100) The parameter name is required.")
    found = [
        template
        for template in world.state.templates.values()
        if (template.waba_id, template.name) == (waba_id, name) and hsm_id in {None, template.id}
    ]
    if not found:
        raise GraphError(100, "Message template was not found.", subcode=2593002)
    for template in found:
        world.remove_template(template)
    return {"success": True}


async def get_template(call: Call) -> JsonObject:
    return _select(call.template(), call.fields)


async def post_template(call: Call) -> JsonObject:
    """Edit components or category; the template is reviewed again."""
    template = call.template()
    if template.status not in _EDITABLE:
        raise GraphError(100, f"A template that is {template.status} cannot be edited.", subcode=2388025)
    changed = read_template({**template_as_json(template), **call.arguments()}, template.waba_id)
    template.components, template.category, template.status = changed.components, changed.category, "PENDING"
    call.simulator.world.put_template(template)
    plan_review(call.simulator, template)
    return {"success": True}


def plan_review(simulator: Simulator, template: Template) -> None:
    """Approve a PENDING template after the set time, and tell the app. Everything well formed is approved."""
    delay = simulator.world.settings.template_review
    asyncio.get_running_loop().call_later(delay, _approve, simulator, template)


def set_template_status(simulator: Simulator, template: Template, status: str) -> None:
    """Give a template a status, and tell the app as Meta does."""
    world = simulator.world
    template.status = status
    world.put_template(template)
    channel = next((own for own in world.state.meta_channels() if own.waba_id == template.waba_id), None)
    if channel is not None:
        simulator.deliverer.owe(
            channel,
            field="message_template_status_update",
            value=make_template_event(template),
            lane=f"{template.waba_id} templates",
            label=f"template {template.name} {status.lower()}",
            entry_time=int(world.now()),
        )


def _approve(simulator: Simulator, template: Template) -> None:
    if template.status == "PENDING" and template.id in simulator.world.state.templates:
        set_template_status(simulator, template, "APPROVED")


def _read_count(text: str, name: str) -> int:
    if not text.isdigit():
        raise GraphError(100, f"Param {name} must be an integer.")
    return int(text)


def _select(template: Template, fields: tuple[str, ...]) -> JsonObject:
    node = template_as_json(template)
    for name in fields:
        if name not in node and name not in _EMPTY:
            raise GraphError(
                100, message=f"(#100) Tried accessing nonexisting field ({name}) on node type (MessageTemplate)"
            )
    return {name: node[name] for name in (*fields, "id") if name in node} if fields else node


def read_status(text: str) -> str:
    """A template status as the control API takes it. ValueError for another word."""
    status = as_text(text).upper()
    if status not in {"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"}:
        raise ValueError(f"unknown template status: {text!r}")
    return status
