"""Contents: what is made, listed, approved and sent."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatorProcess, wait_until

CONTENT_FIELDS = {
    "sid", "account_sid", "friendly_name", "language", "variables", "types", "url", "links", "date_created",
    "date_updated",
}  # fmt: skip
APPROVAL_FIELDS = {"name", "category", "content_type", "status", "rejection_reason", "allow_category_change"}

TEXT = {"twilio/text": {"body": "Order {{1}} is on its way to {{2}}."}}


def buttons(count: int, title: str = "Button {{1}}") -> dict[str, Any]:
    actions = [{"type": "QUICK_REPLY", "title": f"{title} {number}", "id": f"b{number}"} for number in range(count)]
    return {"twilio/quick-reply": {"body": "Hello {{1}}", "actions": actions}}


def rows(count: int) -> dict[str, Any]:
    items = [{"id": f"r{number}", "item": f"{{{{1}}}} {number}", "description": "d"} for number in range(count)]
    return {"twilio/list-picker": {"body": "Choose", "button": "Open", "items": items}}


async def approve(twilio: Twilio, sid: str, status: str = "approved") -> None:
    body = {"name": "order_update", "category": "UTILITY"}
    code, answer = await twilio.call("POST", f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=body)
    assert (code, set(answer), answer["status"]) == (201, APPROVAL_FIELDS, "received")

    async def look() -> bool:
        _, told = await twilio.call("GET", f"/v1/Content/{sid}/ApprovalRequests")
        return bool(told["whatsapp"]["status"] == status)

    await wait_until(look, f"Content that is {status}")


async def test_made_read_listed_and_deleted(twilio: Twilio) -> None:
    body = {"friendly_name": "order", "language": "en", "variables": {"1": "7"}, "types": TEXT}
    status, made = await twilio.call("POST", "/v1/Content", json=body)
    assert (status, set(made)) == (201, CONTENT_FIELDS)
    assert re.fullmatch(r"HX[0-9a-f]{32}", made["sid"])
    assert {name: made[name] for name in body} == body
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["date_created"])
    assert made["links"]["approval_create"] == f"{made['url']}/ApprovalRequests/whatsapp"
    assert await twilio.call("GET", made["url"]) == (200, made)
    await twilio.make_content(TEXT)
    _, page = await twilio.call("GET", "/v1/Content?PageSize=1")
    assert set(page["meta"]) == {
        "page", "page_size", "first_page_url", "previous_page_url", "url", "next_page_url", "key"
    }  # fmt: skip
    _, page = await twilio.call("GET", page["meta"]["next_page_url"])
    assert page["contents"] == [made]
    assert page["meta"]["next_page_url"] is None
    changed = await twilio.call("PUT", made["url"], json={"types": {"twilio/text": {"body": "new"}}})
    assert changed[1]["types"] == {"twilio/text": {"body": "new"}}
    assert (await twilio.call("DELETE", made["url"]))[0] == 204
    status, answer = await twilio.call("GET", made["url"])
    assert (status, answer["code"]) == (404, 20404)


REFUSED: dict[str, dict[str, Any]] = {
    "no language": {"types": TEXT},
    "no types": {"language": "en"},
    "an unknown type": {"language": "en", "types": {"twilio/poem": {"body": "x"}}},
    "no body": {"language": "en", "types": {"twilio/text": {}}},
    "no buttons": {"language": "en", "types": {"twilio/quick-reply": {"body": "x", "actions": []}}},
    "eleven rows": {"language": "en", "types": rows(11)},
    "a row without id": {
        "language": "en",
        "types": {"twilio/list-picker": {"body": "x", "button": "y", "items": [{"item": "z"}]}},
    },
    "a variable that is no text": {"language": "en", "types": TEXT, "variables": {"1": 7}},
    "a variable with a long name": {"language": "en", "types": TEXT, "variables": {"x" * 17: "7"}},
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_made(name: str, twilio: Twilio) -> None:
    status, answer = await twilio.call("POST", "/v1/Content", json=REFUSED[name])
    assert status == 400
    assert set(answer) == {"code", "message", "more_info", "status"}


async def test_too_many_variables(twilio: Twilio) -> None:
    body = {"language": "en", "types": TEXT, "variables": {str(number): "x" for number in range(101)}}
    status, answer = await twilio.call("POST", "/v1/Content", json=body)
    assert (status, answer["code"]) == (400, 92002)


async def test_buttons_and_rows_are_filled_in(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    sid = await twilio.make_content(buttons(3), {"1": "sample"})
    _, answer = await twilio.send(person, "", ContentSid=sid, ContentVariables=json.dumps({"1": "ن'd"}))
    assert answer["body"] == "Hello ن'd"
    await twilio.accept(person, "", ContentSid=await twilio.make_content(rows(10), {"1": "sample"}))
    menu, picker = await simulator.messages(person, direction="in")
    assert menu["interactive"]["body"] == {"text": "Hello ن'd"}
    assert menu["interactive"]["action"]["buttons"][2] == {
        "type": "reply",
        "reply": {"id": "b2", "title": "Button ن'd 2"},
    }
    found = picker["interactive"]["action"]["sections"][0]["rows"]
    assert (len(found), found[9]) == (10, {"id": "r9", "title": "sample 9", "description": "d"})


@pytest.mark.parametrize(("variables", "code"), [
    ("{'1': 'x'}", 21656),
    ('["x"]', 21656),
    ('{"1": 7}', 21656),
    ('{"1": ""}', 92007),
    ('{"1": "two\\nlines"}', 92007),
    (json.dumps({"1": "x" * 1601}), 21656),
    (json.dumps({str(number): "x" for number in range(101)}), 92002),
])  # fmt: skip
async def test_variables_that_are_refused(variables: str, code: int, twilio: Twilio, person: str) -> None:
    sid = await twilio.make_content(TEXT)
    status, answer = await twilio.send(person, "", ContentSid=sid, ContentVariables=variables)
    assert (status, answer["code"]) == (400, code)


@pytest.mark.parametrize("types", [buttons(4), buttons(1, "x" * 21), buttons(2, "Long {{1}}")])
async def test_what_whatsapp_does_not_take_fails_later(
    types: dict[str, Any], twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.make_content(types, {"1": "y" * 30})
    message = await twilio.accept(person, "", ContentSid=sid)
    (failed,) = await forms.wait_for_statuses(message, "undelivered")
    assert failed.form["ErrorCode"] == "63005"


async def test_only_an_approved_content_opens_a_conversation(
    simulator: SimulatorProcess, twilio: Twilio, number: str, forms: FormReceiver
) -> None:
    await simulator.add_person("Never wrote", number)
    sid = await twilio.make_content(TEXT, {"1": "7", "2": "Olaya"})
    (failed,) = await forms.wait_for_statuses(await twilio.accept(number, "", ContentSid=sid), "undelivered")
    assert failed.form["ErrorCode"] == "63016"
    await approve(twilio, sid)
    await forms.wait_for_statuses(await twilio.accept(number, "", ContentSid=sid), "sent", "delivered")
    assert (await simulator.wait_for_reply(number))["text"] == {"body": "Order 7 is on its way to Olaya."}
    for status, code in {"PAUSED": "63041", "DISABLED": "63042", "REJECTED": "63040"}.items():
        await simulator.call("PATCH", f"/world/templates/{sid}", {"status": status})
        (failed,) = await forms.wait_for_statuses(await twilio.accept(number, "", ContentSid=sid), "undelivered")
        assert failed.form["ErrorCode"] == code


@pytest.mark.parametrize(("variables", "code"), [
    ({"1": "7"}, "63028"), ({"1": "7", "2": "a\tb"}, "63013"), ({"1": "7", "2": "a     b"}, "63013"),
])  # fmt: skip
async def test_an_approved_content_takes_only_clean_and_whole_values(
    variables: dict[str, str], code: str, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.make_content(TEXT)
    await approve(twilio, sid)
    message = await twilio.accept(person, "", ContentSid=sid, ContentVariables=json.dumps(variables))
    (failed,) = await forms.wait_for_statuses(message, "undelivered")
    assert failed.form["ErrorCode"] == code


async def test_a_list_is_never_approved(twilio: Twilio) -> None:
    await approve(twilio, await twilio.make_content(rows(1), {"1": "x"}), "rejected")


async def test_approval_is_asked_for_once_and_in_the_right_words(twilio: Twilio) -> None:
    sid = await twilio.make_content(TEXT)
    _, told = await twilio.call("GET", f"/v1/Content/{sid}/ApprovalRequests")
    assert (told["sid"], told["whatsapp"]["status"]) == (sid, "unsubmitted")
    path = f"/v1/Content/{sid}/ApprovalRequests/whatsapp"
    for body in ({"name": "No spaces", "category": "UTILITY"}, {"name": "order", "category": "FUN"}):
        assert (await twilio.call("POST", path, json=body))[0] == 400
    await approve(twilio, sid)
    status, answer = await twilio.call("POST", path, json={"name": "again", "category": "UTILITY"})
    assert (status, answer["code"]) == (400, 92009)
    _, page = await twilio.call("GET", "/v1/ContentAndApprovals")
    assert page["contents"][0]["approval_requests"]["status"] == "approved"
