"""Secrets that somebody typed into a bot: they are in no file of it, and named there."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.exchange import export_bot, read_file
from hoopoe.flows.nodes.call_secrets import drop_user, split_parameters
from hoopoe.kernel.json import Json, JsonObject, dump_json

KEY = "sk_live_0123456789abcdef"


def of(node_type: str, config: JsonObject, **more: Any) -> JsonObject:
    return {"name": "X", "nodes": [{"id": "ask", "type": node_type, "config": config}], "edges": [], **more}


def exported(blueprint: JsonObject) -> tuple[dict[str, Any], list[str]]:
    """The config of the one step in the file, and the credentials that the file names."""
    file: Any = export_bot("X", blueprint)
    [node] = file["blueprint"]["nodes"]
    return node["config"], [each["name"] for each in file["credentials"]]


def test_what_the_linter_warns_of_stays_behind_and_a_credential_is_asked_for() -> None:
    config: JsonObject = {
        "url": "https://ahmad:hunter22@shop.example/orders?page=2&api_key=k-123456&q={{ q | url_encode }}#top",
        "headers": {"Authorization": "Bearer abc-123", "X-User-Otp": "493817", "Accept": "text/html"},
        "query": {"key": "k-654321", "day": "{{ day }}", "token": "{{ token }}"},
        "body": {"password": "open sesame", "item": "tea", "list": [{"pin": "4938"}], "otp": "{{ otp }}"},
    }
    kept, named = exported(of("http_request", config))
    assert kept["url"] == "https://shop.example/orders?page=2&q={{ q | url_encode }}#top"
    assert kept["headers"] == {"Accept": "text/html"}
    assert kept["query"] == {"day": "{{ day }}", "token": "{{ token }}"}, "what is filled in is no secret yet"
    assert kept["body"] == {"password": "", "item": "tea", "list": [{"pin": ""}], "otp": "{{ otp }}"}
    assert kept["credential"] == "Authorization", "so it is not published before there is one"
    assert named == ["Authorization", "X-User-Otp", "key", "api_key", "password", "pin"]
    [bot] = read_file(export_bot("X", of("http_request", config))).bots
    assert {(each.kind, each.name) for each in bot.missing} == {("credential", name) for name in named}


def test_a_credential_that_is_there_stays() -> None:
    config: JsonObject = {"url": "https://shop.example", "headers": {"X-Token": "abc"}, "credential": "crm"}
    kept, named = exported(of("webhook_callback", config))
    assert (kept["credential"], kept["headers"], named) == ("crm", {}, ["crm", "X-Token"])


@pytest.mark.parametrize(("node_type", "config", "named"), [
    ("http_request", {"url": "https://x.example", "headers": {"X-Shop": f"Bearer {KEY}"}}, "X-Shop"),
    ("http_request", {"url": f"https://x.example/{KEY}/a"}, "ask"),
    ("webhook_callback", {"url": "https://x.example", "payload": {"note": f"use {KEY}"}}, "ask"),
    ("store_variable", {"variable_name": "mine", "value": KEY}, "mine"),
    ("store_variable", {"variable_name": "api_token", "value": "innocent words sk_"}, "api_token"),
    ("run_flow", {"bot_id": "b", "inputs": {"api_token": "innocent words sk_"}}, "api_token"),
    ("database_query", {"table": "Keys", "where": [{"column": "name", "value": "shop"},
        {"column": "api_key", "operator": "equals", "value": "innocent words sk_"}]}, "api_key"),
    ("database_query", {"table": "Keys", "where": [{"column": "name", "value": KEY}]}, "ask"),
    ("database_query", {"table": "Keys", "operation": "insert", "values": {"pin_code": "sk_ 4711"}}, "pin_code"),
    ("whatsapp_reply", {"message": {"en": f"The key is {KEY}", "ar": "المفتاح"}}, "ask"),
])  # fmt: skip
def test_a_secret_is_found_wherever_it_stands(node_type: str, config: JsonObject, named: str) -> None:
    kept, credentials = exported(of(node_type, config))
    assert "sk_" not in dump_json(kept)
    assert credentials == [named]


def test_variables_and_comments_have_none_either() -> None:
    comment: Json = {"id": "c1", "text": f"Key: {KEY}", "position": {"x": 0, "y": 0}}
    file: Any = export_bot("X", {
        "name": "X", "nodes": [], "edges": [], "comments": [comment],
        "variables": {"api_token": "innocent words", "note": KEY, "tokens": 5, "otp": ""},
    })  # fmt: skip
    assert file["blueprint"]["variables"] == {"api_token": "", "note": "[redacted]", "tokens": 5, "otp": ""}
    assert file["blueprint"]["comments"][0]["text"] == "Key: [redacted]"
    assert [each["name"] for each in file["credentials"]] == ["api_token", "note", "comment"]


@pytest.mark.parametrize("config", [
    {"url": "https://x.example/a?page=1&sig={{ sig | url_encode }}", "headers": {"Authorization": "Bearer {{ t }}"}},
    {"url": "{{ place }}", "body": {"note": "basic understanding of the author", "pin": 4, "tokens": True}},
    {"url": "https://x.example/a?", "body": "Bearer of good news everywhere", "query": {"q": "a=b&c"}},
])  # fmt: skip
def test_what_is_no_secret_goes_out_as_it_is(config: JsonObject) -> None:
    kept, named = exported(of("http_request", config))
    assert kept == config
    assert named == []


def test_a_condition_keeps_its_place_and_what_is_filled_in() -> None:
    where: Json = [
        {"column": "api_key", "operator": "equals", "value": "typed in"},
        {"column": "token", "operator": "equals", "value": "{{ token }}"},
        {"column": "name", "operator": "is_empty"},
    ]
    kept, named = exported(of("database_query", {"table": "Keys", "where": where}))
    assert kept["where"] == [{"column": "api_key", "operator": "equals", "value": ""}, *where[1:]]
    assert named == ["api_key"]


@pytest.mark.parametrize(("address", "kept", "names"), [
    ("https://x.example?token=a", "https://x.example", ["token"]),
    ("https://x.example/?a=1&token=a", "https://x.example/?a=1", ["token"]),
    ("https://x.example/?token=a&a={{ b | default: '?&' }}", "https://x.example/?a={{ b | default: '?&' }}", ["token"]),
    ("https://x.example/?token=pre{{ x }}post&sig=s#f", "https://x.example/#f", ["token", "sig"]),
    ("https://x.example/?author=a&spin=1&token=", "https://x.example/?author=a&spin=1&token=", []),
])  # fmt: skip
def test_parameters_leave_an_address_whole(address: str, kept: str, names: list[str]) -> None:
    assert split_parameters(address) == (kept, names)


@pytest.mark.parametrize(("address", "kept"), [
    ("https://u:p@x.example/a@b", "https://x.example/a@b"), ("https://x.example/u:p@b", "https://x.example/u:p@b"),
    ("https://token@x.example", "https://x.example"), ("{{ place }}", "{{ place }}"),
])  # fmt: skip
def test_a_name_and_password_leave_an_address(address: str, kept: str) -> None:
    assert drop_user(address) == kept
