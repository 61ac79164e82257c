"""Texts of one sprint as one bubble: what is joined, what never is, and that it is off until somebody asks for it."""

from __future__ import annotations

import pytest

from hoopoe.channels.contract import Button, ButtonsContent, TextContent
from hoopoe.flows.definition import compile_flow, dump_blueprint, parse_blueprint
from hoopoe.flows.engine import Event, HandedToHuman, MessageQueued, NodeVisited
from hoopoe.flows.runner.handlers.bubbles import merge_texts
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.tenants import make_tenant

MENU = MessageQueued(ButtonsContent("Which?", (Button("y", "Yes"),)), "menu")
VISIT = NodeVisited("a", "next")
HANDED = HandedToHuman("asked", None, "h")


def said(text: str, *, barrier: bool = False, bubbles: int = 1) -> MessageQueued:
    return MessageQueued(TextContent(text), "node", barrier, bubbles)


@pytest.mark.parametrize(
    ("events", "merged"),
    [
        ([], []),
        ([said("a")], [said("a")]),
        ([said("a"), VISIT, said("b"), VISIT], [said("a\n\nb", bubbles=2), VISIT, VISIT]),
        ([said("a"), said("b"), said("c")], [said("a\n\nb\n\nc", bubbles=3)]),
        ([said("a"), MENU, said("b"), said("c")], [said("a"), MENU, said("b\n\nc", bubbles=2)]),
        ([said("a", barrier=True), said("b")], [said("a", barrier=True), said("b")]),
        ([said("a"), said("b", barrier=True), said("c")], [said("a\n\nb", barrier=True, bubbles=2), said("c")]),
        ([said("a"), HANDED, said("b")], [said("a"), HANDED, said("b")]),
        ([said("x" * 50), said("y" * 49)], [said("x" * 50), said("y" * 49)]),
        ([said("x" * 50), said("y" * 48)], [said("x" * 50 + "\n\n" + "y" * 48, bubbles=2)]),
    ],
)
def test_what_is_joined(events: list[Event], merged: list[Event]) -> None:
    assert merge_texts(events, 100) == merged


def three_texts(*, merges: bool) -> JsonObject:
    nodes = [{"id": "start", "type": "whatsapp_trigger"}]
    texts = [{"id": f"t{n}", "type": "whatsapp_reply", "config": {"message": f"Text {n}."}} for n in range(3)]
    edges = [{"id": f"e{n}", "source": source, "target": f"t{n}"} for n, source in enumerate(("start", "t0", "t1"))]
    settings = {"settings": {"merge_messages": True}} if merges else {}
    return {"name": "Three", "nodes": [*nodes, *texts], "edges": edges, **settings}


@pytest.mark.parametrize("merges", [False, True])
async def test_three_texts_are_one_message_where_the_flow_says_so(
    pool: Pool, settings: Settings, *, merges: bool
) -> None:
    tenant = await make_tenant(
        settings.require_database_url(), make_keyring(settings), blueprint=three_texts(merges=merges)
    )
    await file_body(pool, tenant, text_body(tenant, "hello", message_id="wamid.1"))
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(
        pool, tenant, "select content ->> 'body' as body, fitting from messages where direction = 'out' order by id"
    )
    if not merges:
        assert [(row["body"], row["fitting"]) for row in rows] == [(f"Text {n}.", None) for n in range(3)]
        return
    [row] = rows
    assert row["body"] == "Text 0.\n\nText 1.\n\nText 2."
    assert row["fitting"] == {"degradations": [{"code": "merged", "from": 3, "to": 1, "limit": 1}], "parts": []}


def test_it_is_part_of_the_blueprint_and_off() -> None:
    blueprint = parse_blueprint(three_texts(merges=True))
    assert dump_blueprint(blueprint)["settings"]["merge_messages"] is True
    assert compile_flow(blueprint, version_id="v").merges_messages
    assert not compile_flow(parse_blueprint(three_texts(merges=False)), version_id="v").merges_messages
