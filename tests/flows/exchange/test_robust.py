"""Whatever a file holds: a refusal with a place, or bots that may be published; never another exception."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.exchange import MAX_BYTES, ExchangeError, read_bytes, read_file

from .playing import files

EXAMPLES = [orjson.loads(path.read_bytes()) for name in ("rapidpro", "typebot") for path in files(name)]
JUNK: tuple[Any, ...] = (
    None, True, -1, 1e300, "", " ", "x" * 5_000, "{{", "{% if %}", "@(", "@results.a.b.c.d", "\x00", "\ud800", [], {},
    [[]], [{}], {"type": []}, {"uuid": {}},
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every part of a JSON value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


def change(value: Any, path: tuple[Any, ...], junk: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = junk


PLACES = [places(example)[1:] for example in EXAMPLES]


def check(data: Any) -> None:
    try:
        imported = read_file(data)
    except ExchangeError as error:
        assert error.message
        return
    for bot in imported.bots:
        compile_flow(
            parse_blueprint(bot.blueprint), version_id="version-1"
        )  # raises for a fault that forbids publishing
        assert all(note.words is not None for note in bot.notes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_parts_of_it_spoilt(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(EXAMPLES) - 1))
    spoilt = copy.deepcopy(EXAMPLES[index])
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(PLACES[index]))
        try:
            change(spoilt, path, copy.deepcopy(data.draw(st.sampled_from(JUNK))))
        except (KeyError, IndexError, TypeError):
            continue  # what held it is spoilt already
    check(spoilt)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["nodes", "edges", "groups", "blocks", "flows", "format", "spec_version", "localization", "x"]
                ),
                inner,
            )
        ),
    )
)
def test_any_json(value: Any) -> None:
    check(value if isinstance(value, dict) else {"flows": value})


@pytest.mark.parametrize("index", range(len(EXAMPLES)))
def test_the_same_file_gives_the_same_bots(index: int) -> None:
    assert read_file(copy.deepcopy(EXAMPLES[index])) == read_file(copy.deepcopy(EXAMPLES[index]))


def test_a_deep_file_and_a_large_one_are_refused_or_read() -> None:
    deep: Any = {}
    for _ in range(200):
        deep = {"nodes": [deep], "edges": []}
    check(deep)
    with pytest.raises(ExchangeError, match="8 MB"):
        read_bytes(b" " * (MAX_BYTES + 1))


def test_a_circle_that_never_waited_waits() -> None:
    """A wait of a phone call has no counterpart here: without one of ours the flow could not be published."""
    node = {
        "uuid": "a",
        "actions": [{"type": "send_msg", "uuid": "x", "text": "again"}],
        "exits": [{"uuid": "e", "destination_uuid": "a"}],
    }
    imported = read_file({"name": "Round", "uuid": "u", "spec_version": "13.0", "localization": {}, "nodes": [node]})
    [bot] = imported.bots
    assert [note.reason for note in bot.notes if note.reason] == ["wait_added"]
    compile_flow(parse_blueprint(bot.blueprint), version_id="version-1")


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Empty", "spec_version": "13.0", "localization": {}, "nodes": []},
        {"groups": [{"id": "g", "blocks": []}], "edges": []},
    ],
)
def test_a_flow_of_nothing_ends_at_once(data: Any) -> None:
    [bot] = read_file(data).bots
    assert [node["type"] for node in bot.blueprint["nodes"]] == ["whatsapp_trigger", "end"]
    assert bot.notes == ()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "data",
    [
        {
            "spec_version": "13",
            "localization": {},
            "nodes": [{"uuid": "a", "actions": [{"type": "send_msg", "text": "@(" * 1_000_000}]}],
        },
        {
            "groups": [{"id": "g", "blocks": [{"id": "b", "type": "text", "content": {"html": "<" * 2_000_000}}]}],
            "edges": [],
        },
        {
            "groups": [
                {"id": "g", "blocks": [{"id": "b", "type": "text", "content": {"plainText": "{{" * 1_000_000}}]}
            ],
            "edges": [],
        },
        {
            "groups": [{"id": "g", "blocks": []}],
            "edges": [],
            "variables": [{"id": str(n), "name": "x"} for n in range(50_000)],
        },
        {"groups": [{"id": "g", "blocks": [{"id": str(n), "type": "Jump"} for n in range(50_000)]}], "edges": []},
        {"groups": [{"id": "g", "blocks": [{"id": str(n), "type": "Zapier"} for n in range(50_000)]}], "edges": []},
    ],
    ids=["brackets", "tags", "braces", "variables", "jumps", "placeholders"],
)
def test_large_files_take_time_in_proportion(data: Any) -> None:
    check(data)
