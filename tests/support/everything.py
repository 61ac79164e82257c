"""A workspace in which everything is there once: what an id in a path can stand for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from hoopoe.conversations.outbox.bury import FailedSend, bury_sends
from hoopoe.flows.demo import echo_blueprint
from hoopoe.flows.engine import MessageWait, Session, SessionStatus, dump_session
from hoopoe.flows.people.schemas import PeopleChoice
from hoopoe.flows.people.transitions import begin_transition
from hoopoe.identity.actions.passwords import create_reset
from hoopoe.identity.roles import Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import read_domain_now, transaction
from hoopoe.kernel.ids import new_id
from tests.media.desk import uploaded
from tests.media.samples import picture
from tests.support.api import PASSWORD, Api, Caller
from tests.support.inbox import add_channel, add_group, add_thread
from tests.tables.many import add_rewrite
from tests.tables.menu import add, column_id, make_menu, make_table

HOOKED = {
    "name": "Hooked",
    "nodes": [
        {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "webhook"}},
        {"id": "again", "type": "whatsapp_trigger", "config": {"trigger_type": "webhook"}},
        {"id": "say", "type": "whatsapp_reply", "config": {"message": "Hello"}},
    ],
    "edges": [{"id": "e", "source": "start", "target": "say"}, {"id": "f", "source": "again", "target": "say"}],
}
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Everything:
    """`caller` is a member of `owner`'s workspace, or the owner.

    `ids`: what is there, by the name of the path's parameter; `<operation>.<parameter>` where one operation needs
    another thing than the rest.
    """

    owner: Caller
    caller: Caller
    ids: dict[str, str]

    def id_of(self, operation: str, parameter: str) -> str | None:
        """What a parameter of an operation may stand for."""
        return self.ids.get(f"{operation}.{parameter}", self.ids.get(parameter))

    def is_special(self, operation: str) -> bool:
        """Whether an operation has a thing of its own, which it may use up."""
        return any(name.startswith(f"{operation}.") for name in self.ids)


async def fill_workspace(api: Api, role: Role = Role.OWNER) -> Everything:
    """Make a workspace with all of it. Sessions and keys are the caller's own, members somebody else."""
    owner = await api.register()
    caller = owner if role is Role.OWNER else await api.add_member(owner, role)
    colleague = await api.add_member(owner, Role.AGENT)
    channel_id = await add_channel(api, owner.scope)
    thread = await add_thread(api, owner.scope, channel_id)
    text = {"type": "text", "text": {"body": "hello"}}
    message = await owner.post(f"/api/conversations/{thread.id}/messages", text)
    [event, *_] = (await owner.get(f"/api/conversations/{thread.id}/events")).json()["data"]
    bot = await owner.post("/api/bots", {"name": "Bot"})
    secret = {"name": "Till", "kind": "bearer", "hosts": ["api.example.com"], "secret": "sk_live_0123456789"}
    credential = await owner.post("/api/credentials", secret)
    hooked = await owner.post("/api/bots", {"name": "Hooked", "blueprint": HOOKED})
    await owner.post(f"/api/bots/{hooked.json()['id']}/publish")
    hook = await owner.post(f"/api/bots/{hooked.json()['id']}/hooks", {"node_id": "again"})
    published = await owner.post("/api/bots", {"name": "Echo", "blueprint": echo_blueprint()})
    await owner.post(f"/api/bots/{published.json()['id']}/publish")
    table = await make_menu(owner)
    [row, *_] = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]
    imported = await owner.post(f"/api/tables/{table['id']}/import", content=b"code,price\ncake,12\n")
    token = await caller.post("/api/tokens", {"name": "CI"})
    theirs = await colleague.post("/api/tokens", {"name": "Till"})
    invitation = await owner.post("/api/invitations", {"role": "agent"})
    await owner.put(f"/api/workspaces/{owner.workspace_id}/logo", content=PNG)
    login = {"email": caller.session["user"]["email"], "password": PASSWORD}
    await api.new_client().post("/api/auth/login", json=login)
    [session] = [each for each in (await caller.get("/api/auth/sessions")).json()["data"] if not each["is_current"]]
    request_id, letter_id = await add_journal_and_letter(api, owner, channel_id, UUID(message.json()["id"]))
    ids = {
        "request_id": str(request_id),
        "file_id": (await uploaded(owner, picture()))["id"],
        "group_id": str(await add_group(api, owner.scope, thread.channel_id)),
        "letter_id": str(letter_id),
        "workspace_id": str(owner.workspace_id),
        "invitation_id": invitation.json()["id"],
        "session_id": session["id"],
        "channel_id": str(channel_id),
        "conversation_id": str(thread.id),
        "contact_id": str(thread.contact_id),
        "event_id": event["id"],
        "message_id": message.json()["id"],
        "bot_id": bot.json()["id"],
        "test_id": str(await add_bot_test(api, owner, UUID(bot.json()["id"]))),
        "table_id": table["id"],
        "row_id": row["id"],
        "column_id": column_id(table, "price"),
        "rewrite_id": str(await add_rewrite(api, owner.scope, table)),
        "import_id": imported.json()["id"],
        "credential_id": credential.json()["id"],
        "hook_id": hook.json()["id"],
        "create_hook.bot_id": hooked.json()["id"],
        "delete_hook.bot_id": hooked.json()["id"],
        "list_hook_calls.bot_id": hooked.json()["id"],
        "delete_bot_test.bot_id": hooked.json()["id"],
        "delete_bot_test.test_id": str(await add_bot_test(api, owner, UUID(hooked.json()["id"]))),
        "pass_id": str(await add_pass(api, owner, UUID(published.json()["id"]), channel_id)),
        "revoke_draft_pass.bot_id": published.json()["id"],
        "read_flow_counts.bot_id": published.json()["id"],
        "read_flow_transition.bot_id": published.json()["id"],
        "flow_session_id": str(await add_flow_session(api, owner, UUID(published.json()["id"]), thread.id)),
        "token_id": token.json()["id"],
        "revoke_member_token.token_id": theirs.json()["id"],
        "user_id": str(colleague.user_id),
    }
    return Everything(owner, caller, ids)


async def add_flow_session(api: Api, owner: Caller, bot_id: UUID, conversation_id: UUID) -> UUID:
    """Somebody who waits for nothing but the own answer, in a flow to which people are being taken."""
    session_id = new_id()
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        version_id = await conn.fetchval("select published_version_id from bots where id = $1", bot_id)
        waiting = Session(str(version_id), "start", SessionStatus.WAITING, {}, sprint=1, steps=1, wait=MessageWait())
        await conn.execute(
            """
            insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id,
                                       wait_kind, state, created_at, updated_at)
            values ($1, $2, $3, $4, $5, 'waiting', 1, 'start', 'message', $6, now(), now())
            """,
            owner.workspace_id,
            session_id,
            conversation_id,
            bot_id,
            version_id,
            json.loads(dump_session(waiting)),
        )
        await begin_transition(conn, owner.scope, bot_id, version_id, PeopleChoice(choice="move"))
    return session_id


async def add_bot_test(api: Api, owner: Caller, bot_id: UUID) -> UUID:
    """A test of a bot that has no flow yet."""
    test_id = new_id()
    act = {"type": "say", "message": {"type": "text", "text": "hello"}}
    setting = {"starts_at": "2026-03-01T09:00:00Z", "timezone": "UTC"}
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute(
            "insert into bot_tests (workspace_id, id, bot_id, name, script) values ($1, $2, $3, 'Hello', $4)",
            owner.workspace_id,
            test_id,
            bot_id,
            {"setting": setting, "steps": [{"act": act}]},
        )
    return test_id


async def add_pass(api: Api, owner: Caller, bot_id: UUID, channel_id: UUID) -> UUID:
    """A pass for what a bot has published."""
    pass_id = new_id()
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute(
            """
            insert into draft_passes (workspace_id, id, bot_id, version_id, channel_id, word_hash, minutes, expires_at)
            select workspace_id, $2, id, published_version_id, $4, $5, 60, now() + interval '1 hour'
            from bots where workspace_id = $1 and id = $3
            """,
            owner.workspace_id,
            pass_id,
            bot_id,
            channel_id,
            pass_id.bytes,
        )
    return pass_id


async def add_journal_and_letter(api: Api, owner: Caller, channel_id: UUID, message_id: UUID) -> tuple[UUID, UUID]:
    """A kept webhook request, and a dead letter of a message."""
    request_id, workspace_id = new_id(), owner.workspace_id
    async with transaction(api.services.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
        await conn.execute(
            "insert into journal_items (workspace_id, id, journal_id, channel_id, field, outcome, item_count, raw) "
            "values ($1, $2, $3, $4, 'messages', 'kept', 0, '{}')",
            workspace_id,
            UUID(int=request_id.int + 1),
            request_id,
            channel_id,
        )
        at = await read_domain_now(conn)
        await bury_sends(conn, [FailedSend(workspace_id, message_id, "131009", "Parameter value is not valid", at)])
        letter_id: UUID = await conn.fetchval("select id from dead_letters where message_id = $1", message_id)
    return request_id, letter_id


async def add_expendables(api: Api, here: Everything) -> Everything:
    """The same with a thing of its own for whatever ends it: the rest goes on without."""
    owner, caller = here.owner, here.caller
    colleague = await api.add_member(owner, Role.VIEWER)
    spare_home, left_home = [await _add_home(api, caller) for _ in range(2)]
    forgetful = await api.register()
    async with transaction(api.services.pool, role=tenancy.APP) as conn:
        reset = await create_reset(conn, forgetful.user_id)
    invitations = [(await owner.post("/api/invitations", {"role": "viewer"})).json() for _ in range(3)]
    ids = {
        "leave.workspace_id": left_home,
        "delete.workspace_id": spare_home,
        "restore.workspace_id": spare_home,
        "delete_member.user_id": str(colleague.user_id),
        "delete_table.table_id": (await make_table(owner, {"name": "Spare"}))["id"],
        "delete_row.row_id": (await add(owner, {"id": here.ids["table_id"]}, {"code": "spare"}))["id"],
        "delete_channel.channel_id": str(await add_channel(api, owner.scope)),
        "delete_bot.bot_id": (await owner.post("/api/bots", {"name": "Spare"})).json()["id"],
        "revoke.invitation_id": invitations[0]["id"],
        "read_invitation.token": invitations[1]["token"],
        "accept_invitation.token": invitations[2]["token"],
        "reset_password.token": reset,
    }
    return Everything(owner, caller, {**here.ids, **ids})


async def _add_home(api: Api, caller: Caller) -> str:
    """Somebody else's workspace, in which the caller has the role that they have at home."""
    home = await api.register(workspace_name="Spare")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[home.workspace_id]) as conn:
        await conn.execute(
            "insert into members (workspace_id, user_id, role) values ($1, $2, $3)",
            home.workspace_id,
            caller.user_id,
            caller.session["workspace"]["role"],
        )
    return str(home.workspace_id)
