"""The HTTP API as a FastAPI application: routes, error shape, documentation, the dashboard's files."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute

from hoopoe.accounts.routes import router as account_events
from hoopoe.channels.routes import router as channels
from hoopoe.contacts.routes import router as contacts
from hoopoe.conversations.contact_routes import router as contact_parting
from hoopoe.conversations.group_routes import router as groups
from hoopoe.conversations.routes import router as conversations
from hoopoe.flows.beginning.routes import router as hooks
from hoopoe.flows.credentials.routes import router as credentials
from hoopoe.flows.people.routes import router as people
from hoopoe.flows.preview.routes import router as previews
from hoopoe.flows.publishing.routes import router as publishing
from hoopoe.flows.rehearsals.routes import router as bot_tests
from hoopoe.flows.sharing.routes import router as bot_files
from hoopoe.flows.sharing.table_routes import router as table_uses
from hoopoe.flows.traces.routes import router as traces
from hoopoe.flows.trials.routes import router as trials
from hoopoe.flows.versions.routes import router as bots
from hoopoe.identity.account_routes import router as account
from hoopoe.identity.invitation_routes import router as invitations
from hoopoe.identity.member_routes import router as members
from hoopoe.identity.operators import router as operator
from hoopoe.identity.routes import router as identity
from hoopoe.identity.second_factor_routes import router as second_factor
from hoopoe.identity.workspace_routes import router as workspaces
from hoopoe.kernel.http.answers import install_error_handlers
from hoopoe.kernel.http.cors import CrossOriginDoor
from hoopoe.kernel.settings import Settings
from hoopoe.main.dev_clock import router as dev_clock
from hoopoe.main.docs_page import install_docs_page
from hoopoe.main.health import router as health
from hoopoe.main.openapi import install_openapi
from hoopoe.main.static import install_dashboard
from hoopoe.media.routes import router as media
from hoopoe.monitoring.routes import router as dead_letters
from hoopoe.tables.file_routes import router as table_files
from hoopoe.tables.routes import router as tables
from hoopoe.tables.row_routes import router as table_rows
from hoopoe.webhooks.journal_routes import router as journal

ROUTERS = (
    identity,
    account,
    second_factor,
    workspaces,
    members,
    invitations,
    channels,
    account_events,
    conversations,
    contacts,
    contact_parting,
    groups,
    media,
    bots,
    publishing,
    people,
    previews,
    bot_tests,
    trials,
    traces,
    credentials,
    hooks,
    bot_files,
    tables,
    table_rows,
    table_files,
    table_uses,
    journal,
    dead_letters,
    operator,
    dev_clock,
    health,
)

RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

DESCRIPTION = """
Send a personal access token or a session's access token as `Authorization: Bearer …`.
Lists are `{"data": […], "next_cursor"}`; give `next_cursor` back as `cursor` for the next page.
A key makes 60 requests a minute unless it was made with another limit; `X-RateLimit-Limit`, `-Remaining` and
`-Reset` (seconds) say where it stands, and past the limit the answer is 429 with `Retry-After`.
Every refusal is `{"error": {"code", "message", "details", "request_id"}}`.
""".strip()


def make_http_app(settings: Settings) -> FastAPI:
    """The application without its services: `attach_services` gives it those before it serves."""
    app = FastAPI(
        title="Hoopoe",
        version=version("hoopoe"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=name_operation,
        separate_input_output_schemas=False,
    )
    install_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    install_openapi(app)
    install_docs_page(app)
    install_dashboard(app, settings.web_dist)
    if settings.cors_origins:
        # With a token, never with the cookie: that one is for our own pages only.
        app.add_middleware(
            CrossOriginDoor,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "X-API-Key",
                "X-Workspace-Id",
                "X-Restaurant-Id",
            ],
            expose_headers=["X-Request-Id", "Idempotency-Replayed", "Retry-After", "X-Hoopoe-Now", *RATE_HEADERS],
        )
    return app


def name_operation(route: APIRoute) -> str:
    """An operation is called what its function is called: `list_conversations`."""
    return route.name
