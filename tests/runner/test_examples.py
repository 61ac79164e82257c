"""What a real person was answered, as an example in a preview: of a stranger, also in the file of the bot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hoopoe.flows.preview.acts import Say, Setting, TextSaid
from hoopoe.flows.preview.performing import make_example
from hoopoe.flows.preview.stage import open_stage
from hoopoe.flows.preview.strangers import Stranger
from hoopoe.flows.rehearsals.actions import add_test
from hoopoe.flows.rehearsals.rehearse import record
from hoopoe.flows.sharing.files import export_bot
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.settings import Settings
from tests.preview.flows import compiled, looks_up
from tests.runner.talk import open_talk

BODY: JsonObject = {
    "name": "Kabsa",
    "note": "Huda called from +966 50 111 2233, huda@mail.example.org",
    "customer": {"name": "Huda Al-Amri", "lastName": "Al-Amri", "mobile": 966501112233, "vip": True, "orders": 4},
    "deliveryAddress": {"street": "12 King Fahd Road", "floor": 3},
}
KEPT: JsonObject = {
    "name": "Kabsa",
    "note": "Sara called from +966500000000, someone@example.com",
    "customer": {"name": "Sara", "lastName": "Sara", "mobile": 966500000000, "vip": True, "orders": 4},
    "deliveryAddress": {"street": "…", "floor": 3},
}
HELLO = Say(type="say", message=TextSaid(type="text", text="hello"))


async def test_a_customers_answer_comes_into_no_preview_and_into_no_file(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, looks_up())
    await talk.say("hello")
    async with transaction(pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute("update contacts set name = 'Huda', has_given_name = true")
    await talk.finish_effect({"ok": True, "status": 200, "body": BODY, "error": None})
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    bot_id = talk.tenant.bot_id
    assert bot_id is not None
    stage = open_stage(compiled(looks_up()), Setting(), now=datetime(2026, 3, 1, 9, tzinfo=UTC))
    stage.act(HELLO)
    async with transaction(pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        example = await make_example(conn, scope, stage, bot_id=bot_id, blueprint=looks_up())
        setting = Setting(starts_at=datetime(2026, 3, 1, 9, tzinfo=UTC), timezone="Asia/Riyadh")
        script = record(compiled(looks_up()), setting, [HELLO, example.answer])
        await add_test(conn, scope, bot_id, name="Kept", script=script)
        file = (await export_bot(conn, scope, bot_id, version="draft")).model_dump_json()
    assert (example.source, example.answer.result["body"]) == ("recorded", KEPT)
    assert "Kabsa" in file
    for theirs in ("Huda", "huda", "Amri", "1112233", "111 2233", "mail.example.org", "King Fahd"):
        assert theirs not in file


@pytest.mark.parametrize(("field", "given", "kept"), [
    ("first_name", "Jana", "Sara"), ("customerName", "Jana", "Sara"), ("guest", "Jana", "Sara"),
    ("guests", "4", "4"), ("contact email", "x at y", "someone@example.com"), ("phoneNumber", "0501", "966500000000"),
    ("phone_verified", True, True), ("date_of_birth", "1990-01-02", "…"), ("iban", "SA03", "…"),
    ("address_line_2", "Flat 4", "…"), ("name", "Tea", "Tea"), ("hostname", "shop", "shop"), ("user_id", "u1", "u1"),
    ("customers", [{"name": "Jana", "id": 7}], [{"name": "Sara", "id": 7}]), ("first_name", "", ""),
    ("items", [{"name": "Tea"}], [{"name": "Tea"}]), ("address", ["Road", {"city": "Riyadh"}], ["…", {"city": "…"}]),
])  # fmt: skip
def test_fields_that_say_so_are_about_a_person_and_no_others(field: str, given: Json, kept: Json) -> None:
    assert Stranger(()).answer({field: given}) == {field: kept}
