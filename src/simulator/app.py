"""The application: the Graph, Twilio, the control API and the page, on one port."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from simulator.config import DEFAULT_PEOPLE, load_config, say_place
from simulator.control.answers import answer_error
from simulator.control.docs import install_docs_page
from simulator.control.owner_routes import make_owner_router
from simulator.control.phone_routes import make_phone_router
from simulator.control.template_routes import make_template_router
from simulator.control.world_routes import make_world_router
from simulator.meta.account_events import STANDING
from simulator.meta.graph import DOWNLOADS, Graph
from simulator.meta.template_edges import plan_review
from simulator.phones import PhoneError
from simulator.settings import SimulatorSettings
from simulator.simulator import Simulator, make_simulator
from simulator.state import MetaChannel
from simulator.twilio.content_edges import plan_review as plan_content_review
from simulator.twilio.rest import TwilioRest, is_twilio
from simulator.twilio.twiml import hear_answer
from simulator.world import World

_GRAPH_PATH = re.compile(r"/(?:v\d|\d+(?:/|$))")


class SimulatorApp:
    """An ASGI application. `simulator` is what it runs, `control` the FastAPI part of it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._graph = Graph(simulator)
        self._twilio = TwilioRest(simulator)
        self.control = _make_control(simulator)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The providers' sides are the hot path: they go round FastAPI.
        if scope["type"] == "http" and is_twilio(scope["path"]):
            await self._twilio(scope, receive, send)
        elif scope["type"] == "http" and _is_graph(scope["path"]):
            await self._graph(scope, receive, send)
        else:
            await self.control(scope, receive, send)


def create_app(settings: SimulatorSettings) -> SimulatorApp:
    """An application over its own world, read back from the store and completed by the configuration.

    Its lifespan starts and stops what moves. Raises ConfigError or StoreError, in words.
    """
    simulator = make_simulator(settings)
    simulator.deliverer.hear_answer = partial(hear_answer, simulator)
    open_world(simulator.world)
    return SimulatorApp(simulator)


def open_world(world: World) -> None:
    """Read back the world, and add the channels and people that the configuration names."""
    config = load_config(world.settings.config)
    world.open()
    world.time_zone = config.time_zone
    for named_channel in config.channels:
        channel = named_channel.make_channel()
        known = world.state.channels.get(channel.phone_number_id)
        if isinstance(known, MetaChannel) and isinstance(channel, MetaChannel):
            # What the app did through the Graph, and what events said, holds over a restart.
            channel.is_subscribed, channel.profile = known.is_subscribed, known.profile
            channel.waba_callback_url = known.waba_callback_url
            channel.number_callback_url = known.number_callback_url
            for name in STANDING:
                setattr(channel, name, getattr(known, name))
        world.put_channel(channel)
    for named in config.people or (() if world.state.people else DEFAULT_PEOPLE):
        person = named.make_person()
        if world.find_person(person.key) is None:
            world.put_person(person)


async def start_simulator(simulator: Simulator) -> None:
    """Take up what was under way when the world was last stopped."""
    await simulator.deliverer.start()
    simulator.statuses.resume()
    for template in simulator.world.state.templates.values():
        if template.status == "PENDING":
            plan_review(simulator, template)
    for content in simulator.world.state.contents.values():
        if content.approval is not None and content.approval.get("status") == "received":
            plan_content_review(simulator, content)


async def stop_simulator(simulator: Simulator) -> None:
    """Stop where we are; with a store, nothing that is owed is forgotten."""
    simulator.world.stream.close()
    await simulator.deliverer.stop()
    simulator.world.store.close()


def _is_graph(path: str) -> bool:
    return path.startswith((DOWNLOADS, "/debug_token")) or _GRAPH_PATH.match(path) is not None


def _make_control(simulator: Simulator) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await start_simulator(simulator)
        try:
            yield
        finally:
            await stop_simulator(simulator)

    app = FastAPI(
        title="Simulated WhatsApp", description="The control API.", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    app.add_exception_handler(PhoneError, _answer_phone_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(ValidationError, _answer_invalid)
    app.include_router(make_world_router(simulator))
    app.include_router(make_template_router(simulator))
    app.include_router(make_phone_router(simulator))
    app.include_router(make_owner_router(simulator))
    install_docs_page(app)
    _add_page(app, simulator.world.settings)
    return app


def _add_page(app: FastAPI, settings: SimulatorSettings) -> None:
    web = settings.web

    @app.get("/", include_in_schema=False)
    async def get_page() -> Response:
        page = web / "phone.html" if web is not None else None
        if page is None or not page.is_file():
            return PlainTextResponse("The simulator runs. Its page is not built; the control API is at /docs.\n")
        return FileResponse(page)

    if web is not None:
        app.mount("/", StaticFiles(directory=web, check_dir=False))


async def _answer_phone_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, PhoneError):
        raise error
    return answer_error(error.status, error.code, str(error))


async def _answer_http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return answer_error(error.status_code, "http_error", error.detail)


async def _answer_invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError | ValidationError):
        raise error
    details = [{"field": say_place(fault["loc"]), "reason": fault["msg"]} for fault in error.errors()]
    first = details[0] if details else {"field": "", "reason": "invalid"}
    return answer_error(422, "invalid_input", f"{first['field']}: {first['reason']}", details)
