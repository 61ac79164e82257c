"""A café that answers everybody, and a draft of it that somebody tries on their own phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hoopoe.flows.runner.timers import fire_timers
from hoopoe.flows.trials.passes import create_pass, list_passes
from hoopoe.flows.trials.schemas import DraftPass, PassCreate
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.core.webhooks import meta_body
from tests.preview.flows import asks, blueprint, later, reply
from tests.runner.talk import Talk, open_talk
from tests.support.core import file_body

MINE, OTHER = "966500000801", "966500000802"
BEGUN = "You are trying the draft of “Preview”. Only you see it. Write STOP to end."
OVER = "The try is over. From here everything is as it was."


@dataclass
class Street:
    """A café that answers everybody, and a draft of the same bot that somebody tries."""

    talk: Talk
    scope: WorkspaceScope
    count: int = 0

    async def say(self, number: str, text: str) -> list[str]:
        """Somebody writes; what was said to that person since."""
        before = len(await self.said(number))
        await self.file(number, text)
        await self.talk.turn()
        return (await self.said(number))[before:]

    async def file(self, number: str, *texts: str) -> None:
        messages = []
        for text in texts:
            self.count += 1
            id_ = f"wamid.trial.{self.scope.workspace_id}.{self.count}"
            [now] = await self.talk.fetch("select extract(epoch from domain_now())::bigint as at")
            body = {"from": number, "id": id_, "timestamp": str(now["at"]), "type": "text", "text": {"body": text}}
            messages.append(body)
        await file_body(self.talk.pool, self.talk.tenant, meta_body(self.talk.tenant, {"messages": messages}))

    async def said(self, number: str) -> list[str]:
        rows = await self.talk.fetch(
            """
            select message.content from messages as message
            join conversations using (workspace_id)
            where conversations.id = message.conversation_id and message.author_kind = 'bot'
                and conversations.recipient ->> 'phone' = $1
            order by message.id
            """,
            number,
        )
        return [row["content"].get("body", "") for row in rows]

    async def draft(self, flow: dict[str, Any]) -> None:
        await self.run(
            "update bots set draft = $2 where workspace_id = $1 and id = $3",
            self.scope.workspace_id, flow, self.talk.tenant.bot_id,
        )  # fmt: skip

    async def make_pass(self, *, minutes: int = 60) -> tuple[DraftPass, str]:
        given = PassCreate(channel_id=self.talk.tenant.channel_id, minutes=minutes)
        async with self.transaction() as conn:
            created = await create_pass(conn, self.scope, self.bot_id, given)
        return created.shown, created.word

    async def passes(self) -> list[DraftPass]:
        async with self.transaction() as conn:
            return await list_passes(conn, self.scope, self.bot_id)

    async def run(self, sql: str, *arguments: object) -> None:
        async with self.transaction() as conn:
            await conn.execute(sql, *arguments)

    def transaction(self) -> Any:
        return transaction(self.talk.pool, role="hoopoe_app", workspaces=[self.scope.workspace_id])

    @property
    def bot_id(self) -> Any:
        return self.talk.tenant.bot_id

    async def end_time(self) -> None:
        """An hour passes for the trial that is under way: its own timer falls due."""
        await self.run("update timers set due_at = domain_now() - interval '1 second' where sprint = 0")
        await fire_timers(self.talk.pool)
        await self.talk.turn()


async def open_street(pool: Pool, settings: Settings) -> Street:
    published = blueprint(
        {"id": "ask", "type": "ask_question", "config": {
            "question": "How many cups?", "variable_name": "cups", "validation": {"type": "number", "min": 1, "max": 9},
        }},
        reply("good", "{{ cups }} cups"),
        edges=[("start", "next", "ask"), ("ask", "answered", "good")],
    )  # fmt: skip
    talk = await open_talk(pool, settings, published)
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    street = Street(talk, scope)
    await street.draft(asks(timeout=600))
    return street


async def try_while_a_delay_ends(pool: Pool, settings: Settings) -> Street:
    """Somebody waits in a delay and tries the draft; meanwhile the delay is over."""
    talk = await open_talk(pool, settings, later(hours=1))
    street = Street(talk, make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION))
    await street.say(MINE, "hello")
    await street.draft(asks(timeout=600))
    _, word = await street.make_pass()
    await street.say(MINE, word)
    await street.run("update timers set due_at = domain_now() - interval '1 second' where kind = 'delay'")
    await fire_timers(pool)
    await talk.turn()
    return street
