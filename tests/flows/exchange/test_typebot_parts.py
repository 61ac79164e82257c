"""What stands in real Typebots, one part at a time: it is taken, or the report says so."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.exchange import ExchangeError
from hoopoe.flows.exchange.reading import as_list
from hoopoe.kernel.json import JsonObject

from .building import block, bubble, nodes, read, read_whole, reasons, told, typebot
from .playing import play

FLOUR: JsonObject = {"id": "v1", "name": "Flour"}
COUNT: JsonObject = {"id": "v2", "name": "Count"}


def compares(operator: str | None, value: str, **more: Any) -> JsonObject:
    comparison = {"variableId": "v2", "value": value, **({"comparisonOperator": operator} if operator else {})}
    return {"id": f"{operator}{value}", "content": {"comparisons": [comparison]}, **more}


def sets(name: str, source: str, **more: Any) -> JsonObject:
    return block(name, "Set variable", options={"variableId": "v2", "expressionToEvaluate": source, **more})


def says_after(*blocks: JsonObject, **more: Any) -> list[str]:
    """What a Typebot of these blocks says to the first message."""
    imported = read_whole(typebot(list(blocks), variables=[FLOUR, COUNT], **more))
    return [str(said) for said in as_list(play(imported, {"steps": [{"message": "hi"}]})[0].get("says"))]


def test_pictures_and_sound_are_files_and_pages_are_addresses() -> None:
    bot = read(
        typebot(
            [
                block(
                    "a",
                    "image",
                    content={"url": "https://f.example.org/mill", "clickLink": {"url": "https://x.example.org"}},
                ),
                block("b", "video", content={"url": "https://f.example.org/mill.mp4", "type": "url"}),
                block("c", "audio", content={"url": "https://f.example.org/mill.mp3"}),
                block("d", "image", content={"url": "https://f.example.org/mill.gif?x=1"}),
                block("e", "video", content={"url": "https://www.youtube.com/watch?v=m", "type": "youtube", "id": "m"}),
                block("f", "embed", content={"url": "https://maps.example.org"}),
            ]
        )
    )
    sent = [node["media"]["kind"] if "media" in node else node["message"] for node in nodes(bot, "whatsapp_reply")]
    gif, video, page = "https://f.example.org/mill.gif?x=1", "https://youtu.be/m", "https://maps.example.org"
    assert sent == ["image", "video", "audio", gif, video, page]
    assert told(bot) == [
        ("link_left_out", "https://x.example.org"),
        *(("media_as_link", link) for link in (gif, video, page)),
    ]


def test_a_condition_that_holds_and_leads_nowhere_goes_to_the_next_block() -> None:
    holds = block("c", "Condition", items=[compares("Equal to", "4")], outgoingEdgeId="else")
    blocks = [sets("a", "4"), holds, bubble("d", "four")]
    edges = {"else": "g1"}
    imported = read_whole(typebot(blocks, [bubble("e", "other")], variables=[COUNT], edges=edges))
    assert play(imported, {"steps": [{"message": "hi"}]})[0]["says"] == ["four"]


def test_a_comparison_without_its_operator_never_holds_and_is_told() -> None:
    never = block("c", "Condition", items=[compares(None, "4", outgoingEdgeId="yes")])
    flow = typebot(
        [sets("a", "4"), never, bubble("d", "no")], [bubble("e", "yes")], variables=[COUNT], edges={"yes": "g1"}
    )
    assert play(read_whole(flow), {"steps": [{"message": "hi"}]})[0]["says"] == ["no"]
    assert told(read(flow)) == [("operator_left_out", "?")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("How are you (today)? Time: now; fine", "How are you (today)? Time: now; fine"),
        ("{{Count}} of them", "7 of them"),
        ("{{Count}} / 2", "3.5"),
        ("{{Count}} + 10 / 4", "9.5"),
    ],
)
def test_what_a_variable_is_set_to(source: str, said: str) -> None:
    assert says_after(sets("a", "7"), sets("b", source), bubble("c", "{{Count}}")) == [said]


@pytest.mark.parametrize(
    "source",
    ["{{Count}}.length", "Math.round({{Count}})", "return {{Count}}", "{{Count}} === 1 ? 'a' : 'b'", "(x) => x"],
)
def test_code_is_a_placeholder_even_where_it_is_not_called_so(source: str) -> None:
    bot = read(typebot([sets("a", source, isCode=False)], variables=[COUNT]))
    assert told(bot) == [("code", source)]


def test_the_look_of_a_page_and_other_beginnings_are_told() -> None:
    start = {
        "comparisons": [
            {"comparisonOperator": "Matches regex", "value": "/^mill\\b/i"},
            {"comparisonOperator": "Is set"},
        ]
    }
    flow = typebot(
        [bubble("a", "Hi")],
        theme={"general": {"font": "Sans"}},
        settings={
            "typingEmulation": {"enabled": False},
            "whatsApp": {"startCondition": {**start, "logicalOperator": "AND"}},
        },
    )
    flow["events"] += [{"id": "c", "type": "command", "options": {"command": "x"}}]
    imported = read_whole(flow)
    assert reasons(imported.notes) == ["trigger", "looks", "looks", "any_of_these", "trigger"]
    [trigger] = nodes(imported.bots[0], "whatsapp_trigger")
    assert (trigger["match"], trigger["keywords"]) == ("regex", ["^mill\\b"])


def test_a_broken_pattern_starts_nothing() -> None:
    start = {"comparisons": [{"comparisonOperator": "Matches regex", "value": "(mill"}]}
    imported = read_whole(typebot([bubble("a", "Hi")], settings={"whatsApp": {"startCondition": start}}))
    assert [node["trigger_type"] for node in nodes(imported.bots[0], "whatsapp_trigger")] == ["any_message"]
    assert reasons(imported.notes) == ["trigger"]


@pytest.mark.parametrize(
    "block_",
    [
        block("c", "choice input", items=[{"id": "i", "content": "old"}], options={"dynamicVariableId": "v1"}),
        block(
            "c",
            "picture choice input",
            items=[{"id": "i", "title": "old"}],
            options={"dynamicItems": {"isEnabled": True, "titlesVariableId": "v1"}},
        ),
    ],
)
def test_options_out_of_a_variable_are_shown(block_: JsonObject) -> None:
    flow = typebot([bubble("b", "Which?"), block_], variables=[{**FLOUR, "value": ["rye", "oat"]}])
    assert play(read_whole(flow), {"steps": [{"message": "hi"}]})[0]["says"] == ["Which?\nrye, oat"]
    assert [reason for reason, _ in told(read(flow))] == ["options_as_text"]


def test_an_unknown_input_keeps_the_ways_of_its_options() -> None:
    paths = [
        {"id": "p1", "text": "Buy", "outgoingEdgeId": "buy"},
        {"id": "p2", "text": "More", "outgoingEdgeId": "more"},
    ]
    unknown = block(
        "c",
        "wheel of fortune",
        items=[{"id": "i", "title": "Rye", "paths": paths}, {"id": "j", "content": "Oat", "outgoingEdgeId": "buy"}],
    )
    bot = read(typebot([unknown], [bubble("d", "Sold")], [bubble("e", "Much")], edges={"buy": "g1", "more": "g2"}))
    assert nodes(bot, "placeholder")[0]["ways"] == ["Rye: Buy", "Rye: More", "Oat"]
    assert {edge["target"] for edge in bot.blueprint["edges"]} == {"n1", "n2", "n3"}


def test_a_body_is_json_also_where_a_number_is_filled_in() -> None:
    webhook = {
        "method": "POST",
        "url": "https://mill.example.org",
        "body": '{"flour": "{{Flour}}", "count": {{Count}}}',
    }
    mapping = [{"variableId": "v2", "bodyPath": "statusCode"}]
    call = block("a", "Webhook", options={"webhook": webhook, "responseVariableMapping": mapping, "isCustomBody": True})
    flow = typebot([call, bubble("b", "Status {{Count}}")], variables=[FLOUR, COUNT])
    assert nodes(read(flow), "http_request")[0]["body"] == {"flour": "{{ Flour }}", "count": "{{ Count }}"}
    steps = [{"message": "hi"}, {"effect": {"ok": False, "status": 404, "body": None}}]
    assert play(read_whole(flow), {"steps": steps})[1]["says"] == ["Status 404"]


def test_the_titles_of_groups_name_their_steps() -> None:
    flow = typebot([bubble("a", "Hi")], [bubble("b", "Bye")])
    flow["groups"][0]["title"], flow["groups"][1]["title"] = "Welcome", "Group #2"
    assert [node.get("name") for node in read(flow).blueprint["nodes"]] == [None, "Welcome", None]


def test_a_typebot_of_the_first_versions_says_what_to_do() -> None:
    old: JsonObject = {"name": "Mill", "blocks": [{"id": "b", "steps": [{"id": "s", "type": "start"}]}], "edges": []}
    with pytest.raises(ExchangeError, match="export it again"):
        read_whole(old)
