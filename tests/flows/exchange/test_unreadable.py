"""What a foreign file holds that cannot be read has a note with its place: nothing is left out in silence."""

from __future__ import annotations

from typing import Any

from hoopoe.flows.exchange import Imported, read_file


def notes_of(imported: Imported) -> dict[str, tuple[str, str | None]]:
    [bot] = imported.bots
    notes = [note for note in (*imported.notes, *bot.notes) if note.reason is not None]
    assert all({"en", "ar"} <= set(note.words) for note in notes)
    return {note.place: (str(note.outcome), note.reason) for note in notes}


def test_a_typebot_with_parts_that_are_none() -> None:
    blocks: list[Any] = [
        {"id": "a", "type": "text", "content": 5},
        {"type": "Condition", "items": None},
        {"id": "c", "type": "text", "content": {"plainText": "Hello"}, "options": None},
        7,
    ]
    notes = notes_of(read_file({"groups": [{"id": "g", "blocks": blocks}], "edges": [], "variables": None}))
    assert notes == {
        "groups.0.blocks.0.content": ("left_out", "unreadable"),
        "groups.0.blocks.1.id": ("changed", "part_missing"),
        "groups.0.blocks.1.items": ("changed", "part_missing"),
        "groups.0.blocks.3": ("left_out", "unreadable"),
    }


def test_a_rapidpro_flow_with_parts_that_are_none() -> None:
    node = {
        "uuid": "n",
        "actions": [{"type": "send_msg", "text": 5, "quick_replies": {}}, {"type": "send_msg", "text": None}],
        "router": {"type": "switch", "cases": 5, "categories": []},
        "exits": [],
    }
    notes = notes_of(read_file({"spec_version": "13.1", "nodes": [node], "flows": None}))
    assert notes == {
        "nodes.0.actions.0.text": ("changed", "number_as_text"),
        "nodes.0.actions.0.quick_replies": ("left_out", "unreadable"),
        "nodes.0.actions.1.text": ("changed", "part_missing"),
        "nodes.0.router.cases": ("left_out", "unreadable"),
    }


def test_a_file_of_nonsense_says_so_a_hundred_times() -> None:
    blocks: list[Any] = [{"id": "a", "type": "text", "content": {"plainText": "Hi"}}, *range(5_000)]
    assert len(notes_of(read_file({"groups": [{"id": "g", "blocks": blocks}], "edges": []}))) == 100
