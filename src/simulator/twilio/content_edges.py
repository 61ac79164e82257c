"""The Content API: create, read, list, delete, and WhatsApp's review of what was handed in."""

from __future__ import annotations

import asyncio

from simulator.jsontypes import JsonObject, as_text
from simulator.simulator import Simulator
from simulator.state import Content
from simulator.twilio.call import Call
from simulator.twilio.contents import SESSION_ONLY, choose_type, read_approval, read_content
from simulator.twilio.errors import TwilioError
from simulator.twilio.payloads import new_sid, say_iso


async def post_content(call: Call) -> JsonObject:
    call.require_active()
    world = call.simulator.world
    content = read_content(call.json(), sid=new_sid("HX"), account_sid=call.account.sid, at=world.now())
    world.put_content(content)
    return view_content(content, base_url=call.base_url)


async def get_contents(call: Call) -> JsonObject:
    """The account's Contents, newest first."""
    return call.list_meta(
        "contents", [(own.sid, view_content(own, base_url=call.base_url)) for own in _own_contents(call)]
    )


async def get_contents_and_approvals(call: Call) -> JsonObject:
    rows: list[tuple[str, JsonObject]] = []
    for own in _own_contents(call):
        row = view_content(own, base_url=call.base_url)
        row["approval_requests"] = own.approval if own.approval is not None else _unsubmitted(own)
        rows.append((own.sid, {name: value for name, value in row.items() if name not in {"url", "links"}}))
    return call.list_meta("contents", rows)


async def get_content(call: Call, sid: str) -> JsonObject:
    return view_content(call.content(sid), base_url=call.base_url)


async def put_content(call: Call, sid: str) -> JsonObject:
    """Change a Content that was not handed in for approval."""
    known = call.content(sid)
    if known.approval is not None:
        raise TwilioError(20001, "A Content that was submitted for approval cannot be changed")
    given = {"language": known.language, "friendly_name": known.friendly_name, **call.json()}
    changed = read_content(given, sid=sid, account_sid=known.account_sid, at=known.at)
    call.simulator.world.put_content(changed)
    return view_content(changed, base_url=call.base_url)


async def delete_content(call: Call, sid: str) -> None:
    call.simulator.world.remove_content(call.content(sid))


async def post_approval(call: Call, sid: str) -> JsonObject:
    content = call.content(sid)
    content.approval = read_approval(call.json(), content)
    answer = dict(content.approval)
    call.simulator.world.put_content(content)
    plan_review(call.simulator, content)
    return answer


async def get_approval(call: Call, sid: str) -> JsonObject:
    content = call.content(sid)
    own = content.approval if content.approval is not None else _unsubmitted(content)
    return {
        "sid": sid,
        "account_sid": content.account_sid,
        "whatsapp": {"type": "whatsapp", **own},
        "url": f"{call.base_url}/v1/Content/{sid}/ApprovalRequests",
    }


def view_content(content: Content, *, base_url: str) -> JsonObject:
    url = f"{base_url}/v1/Content/{content.sid}"
    return {
        "sid": content.sid,
        "account_sid": content.account_sid,
        "friendly_name": content.friendly_name,
        "language": content.language,
        "variables": content.variables,
        "types": content.types,
        "date_created": say_iso(content.at),
        "date_updated": say_iso(content.at),
        "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
    }


def plan_review(simulator: Simulator, content: Content) -> None:
    """WhatsApp's verdict after the set time: all that is well formed passes, but for what it never approves."""
    delay = simulator.world.settings.template_review
    asyncio.get_running_loop().call_later(delay, _review, simulator, content.sid)


def set_approval(simulator: Simulator, content: Content, status: str, *, reason: str = "") -> None:
    """Give an approval request a status. Twilio tells nobody: who wants to know asks."""
    own = content.approval if content.approval is not None else _unsubmitted(content)
    content.approval = {**own, "status": status, "rejection_reason": reason}
    simulator.world.put_content(content)


def _review(simulator: Simulator, sid: str) -> None:
    content = simulator.world.state.contents.get(sid)
    if content is None or content.approval is None or as_text(content.approval.get("status")) != "received":
        return
    if choose_type(content) in SESSION_ONLY:
        set_approval(simulator, content, "rejected", reason="This type cannot start a conversation.")
    else:
        set_approval(simulator, content, "approved")


def _unsubmitted(content: Content) -> JsonObject:
    return {
        "name": content.friendly_name,
        "category": "",
        "content_type": choose_type(content),
        "status": "unsubmitted",
        "rejection_reason": "",
        "allow_category_change": True,
    }


def _own_contents(call: Call) -> list[Content]:
    contents = call.simulator.world.state.contents.values()
    return [content for content in reversed(contents) if content.account_sid == call.account.sid]
