"""`/world/templates`: what Meta and WhatsApp's review may do to templates."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.control.answers import answer
from simulator.control.schemas import TemplateChange
from simulator.meta.template_edges import set_template_status
from simulator.meta.templates import template_as_json
from simulator.phones import PhoneError
from simulator.simulator import Simulator
from simulator.twilio.content_edges import set_approval, view_content


def make_template_router(simulator: Simulator) -> APIRouter:
    """The routes, over one simulator."""
    world = simulator.world
    router = APIRouter(prefix="/world", tags=["world"])

    @router.get("/templates")
    async def get_templates() -> Response:
        return answer(
            {
                "templates": [
                    {**template_as_json(template), "waba_id": template.waba_id}
                    for template in world.state.templates.values()
                ],
                "contents": [view_content(content, base_url="") for content in world.state.contents.values()],
            }
        )

    @router.patch("/templates/{template_id}")
    async def patch_template(template_id: str, body: TemplateChange) -> Response:
        """Do to a template what Meta may do: pause, reject, disable, approve. The app is told.

        A Content (HX…) gets the status of its approval; Twilio tells nobody.
        """
        content = world.state.contents.get(template_id)
        if content is not None:
            set_approval(simulator, content, body.status.lower())
            return answer({**view_content(content, base_url=""), "approval": content.approval})
        template = world.state.templates.get(template_id)
        if template is None:
            raise PhoneError(404, "unknown_template", "No template has this id.")
        set_template_status(simulator, template, body.status)
        return answer(template_as_json(template))

    return router
