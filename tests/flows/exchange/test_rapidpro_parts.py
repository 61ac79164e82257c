"""What stands in real flows of RapidPro and Glific, one part at a time: it is taken, or the report says so."""

from __future__ import annotations

import orjson
import pytest

from hoopoe.flows.exchange import Outcome

from .building import WAIT, Case, acts, nodes, rapidpro, read, read_whole, says, sorts, told
from .playing import play

PICTURE = "image/jpeg:https://files.example.org/mill.jpg"
PLACE = {"message": {"type": "location", "location": {"latitude": 24.5, "longitude": 46.5}}}


def test_files_are_sent_as_files_and_what_whatsapp_does_not_take_as_addresses() -> None:
    files = [PICTURE, "audio:https://files.example.org/wheel.mp3", "image:https://files.example.org/turn.gif"]
    bot = read(rapidpro(says("a", "The mill", attachments=files)))
    assert [node.get("media") for node in nodes(bot, "whatsapp_reply")] == [
        {"kind": "image", "url": "https://files.example.org/mill.jpg"},
        {"kind": "audio", "url": "https://files.example.org/wheel.mp3"},
    ]
    assert nodes(bot, "whatsapp_reply")[0]["message"] == "The mill\nhttps://files.example.org/turn.gif"
    assert told(bot) == [("media_as_link", "https://files.example.org/turn.gif")]


def test_words_too_long_for_a_caption_go_before_their_file() -> None:
    bot = read(rapidpro(says("a", "flour " * 300, attachments=[PICTURE])))
    words, file = nodes(bot, "whatsapp_reply")
    assert (words.get("media"), file["media"]["kind"]) == (None, "image")


def test_a_template_without_words_is_a_placeholder_and_silence_is_told() -> None:
    bot = read(
        rapidpro(
            acts(
                "a", {"type": "send_msg", "text": "", "template": {"name": "flour"}}, {"type": "send_msg", "text": " "}
            )
        )
    )
    assert [node["kind"] for node in nodes(bot, "placeholder")] == ["send_msg"]
    assert told(bot) == [("template_not_taken", "flour"), ("says_nothing", "")]


def test_labels_and_files_of_other_languages_are_told() -> None:
    flow = rapidpro(
        says("a", "The mill", attachments=[PICTURE], labels=[{"name": "visits"}]),
        localization={
            "hindi": {"a0": {"text": ["चक्की"], "attachments": [PICTURE]}},
            "Old Norse": {"a0": {"text": ["x"]}},
        },
    )
    bot = read(flow)
    assert bot.blueprint["languages"] == ["en", "hi"]
    assert [reason for reason, _ in told(bot)] == ["language_unknown", "labels", "one_file"]


def test_languages_have_names_at_glific() -> None:
    actions = [{"type": "set_contact_language", "language": name} for name in ("Hindi", "ara", "Old Norse")]
    bot = read(rapidpro(acts("a", *actions)))
    assert [node["language"] for node in nodes(bot, "update_contact")] == ["hi", "ar"]
    assert told(bot) == [("language_unknown", "Old Norse")]


def test_elixir_in_a_text_is_told() -> None:
    assert told(read(rapidpro(says("a", 'Day <%= Date.add("x", 1) %>')))) == [("code", '<%= Date.add("x", 1) %>')]


@pytest.mark.parametrize("path", ["@contact.created_on", "@contact.tickets", "@contact.list_profiles"])
def test_what_a_contact_has_only_there_stays_as_it_was_written(path: str) -> None:
    bot = read(rapidpro(says("a", f"Since {path}")))
    assert nodes(bot, "whatsapp_reply")[0]["message"] == f"Since {path}"
    assert told(bot) == [("expression", path)]


def test_a_request_that_nobody_asks_about_goes_on_when_it_fails() -> None:
    call = {"type": "call_webhook", "method": "get", "url": "https://mill.example.org/wind"}
    imported = read_whole(rapidpro(acts("a", call, {"type": "send_msg", "text": "On we go."})))
    _, after = play(imported, {"steps": [{"message": "hi"}, {"effect": {"ok": False, "status": 500}}]})
    assert after["says"] == ["On we go."]


@pytest.mark.parametrize(("ok", "said"), [(True, "It was Success."), (False, "It was Failure.")])
def test_how_a_request_went_is_kept_where_it_is_read_later(ok: bool, said: str) -> None:
    call = {"type": "call_webhook", "method": "GET", "url": "https://mill.example.org", "result_name": "Wind"}
    way = ("has_only_text", ["Success"], "Success", "b")
    node = sorts("a", way, other="b", operand="@results.wind.category", actions=[call])
    imported = read_whole(rapidpro(node, says("b", "It was @results.wind.category.")))
    _, after = play(imported, {"steps": [{"message": "hi"}, {"effect": {"ok": ok, "status": 200 if ok else 500}}]})
    assert after["says"] == [said]
    alone = read(rapidpro(node))
    assert len(nodes(alone, "store_variable")) == 1, "nothing but the answer, where nobody reads how it went"


def test_a_place_and_a_file_are_kept_as_the_result() -> None:
    ways: list[Case] = [("has_location", [], "Place", "b"), ("has_image", [], "Picture", "c")]
    imported = read_whole(
        rapidpro(
            says("a", "Where?", to="w"),
            sorts("w", *ways, other="a", wait=WAIT, result_name="Where"),
            says("b", "North: @results.where.latitude, @results.where.category"),
            says("c", "Seen: @results.where.category"),
        )
    )
    assert told(imported.bots[0]) == []
    picture = {"message": {"type": "image", "media": {"mime_type": "image/jpeg"}}}
    assert play(imported, {"steps": [{"message": "hi"}, PLACE]})[1]["says"] == ["North: 24.5, Place"]
    assert play(imported, {"steps": [{"message": "hi"}, picture]})[1]["says"] == ["Seen: Picture"]


def test_a_group_without_its_name_is_found_in_the_file() -> None:
    flow = rapidpro(sorts("a", ("has_group", ["g1"], "In", "b"), ("has_group", ["g2"], "In", "b")), says("b", "In"))
    bot = read({"version": "13", "groups": [{"uuid": "g1", "name": "Millers"}], "flows": [flow]})
    assert [node["expression"] for node in nodes(bot, "if_condition")] == ["contact.tags contains 'Millers'"]
    assert told(bot) == [("test_left_out", "has_group")]


def test_an_unmapped_step_keeps_the_ways_of_its_router() -> None:
    step = {"type": "set_contact_profile", "value": "1", "result_name": "p"}
    node = sorts("a", ("has_only_text", ["Success"], "Success", "b"), other="c", operand="@results.p", actions=[step])
    bot = read(rapidpro(node, says("b", "Done"), says("c", "Not done")))
    assert nodes(bot, "placeholder")[0]["ways"] == ["Other"]
    assert len(bot.blueprint["edges"]) == 3


def test_a_silence_as_long_as_the_flow_allows_ends_it() -> None:
    flow = rapidpro(
        says("a", "Well?", to="w"), sorts("w", wait=WAIT, other="b"), says("b", "So."), expire_after_minutes=30
    )
    imported = read_whole(flow)
    assert nodes(imported.bots[0], "wait_for_reply") == [{"timeout": 1800}]
    assert play(imported, {"steps": [{"message": "hi"}, {"timed_out": True}]})[1] == {"then": "completed"}


def test_notes_beside_the_nodes_are_comments() -> None:
    sticky = {"title": "Mind", "body": "the gap", "position": {"left": 100, "top": 10}}
    bot = read(rapidpro(says("a", "Hi"), _ui={"nodes": {}, "stickies": {"s": sticky}}))
    assert bot.blueprint["comments"] == [{"id": "c1", "text": "Mind\nthe gap", "position": {"x": 160.0, "y": 13.0}}]


def menu(**parts: object) -> dict[str, object]:
    return {"type": "send_interactive_msg", "id": 1, "name": "m", "text": orjson.dumps(parts).decode()}


def test_a_glific_list_keeps_its_sections_and_lines() -> None:
    rows = [{"title": "Rye", "description": "dark", "type": "text"}, {"title": "Oat", "type": "text"}]
    parts = menu(
        type="list",
        title="Flour",
        body="Which flour, @contact.name?",
        globalButtons=[{"title": "Choose", "type": "text"}],
        items=[{"title": "Grains", "subtitle": "Grains", "options": rows}],
    )
    imported = read_whole(
        rapidpro(
            acts("a", parts, to="w"),
            sorts("w", ("has_any_word", ["rye"], "Rye", "b"), other="a", wait=WAIT, result_name="flour"),
            says("b", "@results.flour it is."),
        )
    )
    [config] = nodes(imported.bots[0], "list")
    assert (config["header"], config["button"], config["sections"][0]["title"]) == ("Flour", "Choose", "Grains")
    first, second = play(imported, {"steps": [{"message": "hi"}, {"message": {"text": "Rye", "payload_id": "r1"}}]})
    assert first["says"] == ["Which flour, ? [Rye: dark] [Oat]"]
    assert second["says"] == ["Rye it is."]


def test_a_glific_menu_with_a_picture_sends_it_first() -> None:
    content = {
        "type": "image",
        "url": "https://files.example.org/mill.png",
        "text": "Come?",
        "header": "Mill",
        "caption": "10-16",
    }
    parts = menu(type="quick_reply", content=content, options=[{"title": "Yes"}, {"title": "No"}])
    asked = read_whole(rapidpro(acts("a", parts, to="w"), sorts("w", wait=WAIT)))
    assert play(asked, {"steps": [{"message": "hi"}]})[0]["says"] == ["image:", "Come? [Yes] [No]"]
    [config] = nodes(asked.bots[0], "buttons")
    assert (config["header"], config["footer"]) == ("Mill", "10-16")
    told_only = read(rapidpro(acts("a", parts)))
    assert nodes(told_only, "whatsapp_reply")[0]["message"] == "Mill\nCome?\n• Yes\n• No\n10-16"
    assert told(told_only) == [("buttons_as_text", "")]


def test_a_glific_request_for_a_place_asks_in_words() -> None:
    parts = menu(
        type="location_request_message",
        body={"type": "text", "text": "Where are you?"},
        action={"name": "send_location"},
    )
    bot = read(rapidpro(acts("a", parts, to="w"), sorts("w", wait=WAIT)))
    assert nodes(bot, "whatsapp_reply")[0]["message"] == "Where are you?"
    assert told(bot) == [("place_button", "")]


def test_no_note_is_told_twice_of_one_part() -> None:
    bot = read(rapidpro(says("a", "x", attachments=[PICTURE, PICTURE])))
    assert [(note.kind, note.outcome) for note in bot.notes] == [("send_msg", Outcome.MAPPED)]
