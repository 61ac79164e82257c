"""What our clients and the simulator say to each other, held against the providers' own OpenAPI files.

`PROVIDER_SPECS` names a folder with `meta/` and `twilio/` (CONTRIBUTING.md says where the files are from). They are
not part of this repository; `test_shapes.py` checks the same exchanges against schemas of our own, always.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.exchanges import Exchange, record_meta, record_twilio
from tests.simulator.openapi import Fault, read_spec
from tests.simulator.receiver import Receiver
from tests.simulator.twilio.app import FormReceiver
from tests.simulator.twilio.conftest import forms, person, sender
from tests.support.simulator import SimulatedChannel, SimulatedTwilioChannel, SimulatorProcess

__all__ = ["forms", "person", "sender"]

SPECS = Path(os.environ.get("PROVIDER_SPECS") or "/nowhere")
pytestmark = pytest.mark.skipif(
    not SPECS.is_dir(), reason="PROVIDER_SPECS names no folder with the providers' OpenAPI files"
)

WEBHOOK_PATHS = {"/webhook": "/whatsapp/webhooks"}
META_FILE = "meta/business-messaging-api_v23.0.yaml"
TWILIO_FILES = {
    "/2010-04-01/": "twilio/twilio_api_v2010.json",
    "/v1/Content": "twilio/twilio_content_v1.json",
    "/v2/Channels/": "twilio/twilio_messaging_v2.json",
    "/v2/Indicators/": "twilio/twilio_messaging_v2.json",
    "/v3/Indicators/": "twilio/twilio_messaging_v3.json",
}


# What the file of v23.0 does not know yet, or never knew: left out before the rest is held against it.
UNKNOWN_NAMES = {
    "user_id": "business-scoped user ids are of 2026 (Meta, business-scoped-user-ids)",
    "from_user_id": "business-scoped user ids are of 2026",
    "recipient_user_id": "business-scoped user ids are of 2026",
    "biz_opaque_callback_data": "in Meta's reference of messages, and not in the file",
}
# Differences that stay. One that is not found any more fails.
EXCEPTIONS = {
    r'phone_numbers 200, answer\.data\.0: "status" is a required': "Meta's page of the edge leaves it out unless it is "
    "asked for; and it is `CONNECTED` then, which the file does not know",
    r'/webhook 200, request\..*\.value: .*"messages"': "the file describes a text that comes by the schema of one that "
    "is sent (`TextMessage`), which asks for a `messaging_product`",
    r"/messages 200, request: .*\"status\":\"read\"": "receipts go to the same address, and the file has messages only",
    r"request\.template\.language: \"policy\" is a required": "of the On-Premises API; Meta's examples have none",
    r"request\.interactive\.(type|action): .*(cta_url|send_location|location_request_message)": "the file has no link "
    "buttons and no requests for a location; Meta's pages of interactive messages have both",
    r"request: Unevaluated properties are not allowed \('interactive' was": "the same: what misfits counts as unknown",
}


def show(faults: list[Fault]) -> str:
    return "\n".join(sorted({str(fault) for fault in faults}))


def twilio_file(exchange: Exchange) -> Path:
    return next(SPECS / file for prefix, file in TWILIO_FILES.items() if exchange.path.startswith(prefix))


async def test_twilio(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, person: str
) -> None:
    exchanges = await record_twilio(simulator, sender, forms, person)
    faults = [
        fault
        for exchange in exchanges
        if exchange.path != "/webhook"
        for fault in read_spec(twilio_file(exchange)).check_exchange(exchange)
    ]
    assert not faults, show(faults)


async def test_meta(simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, customer: str) -> None:
    exchanges = await record_meta(simulator, channel, receiver, customer)
    spec = read_spec(SPECS / META_FILE)
    faults = [
        str(fault)
        for exchange in exchanges
        for fault in spec.check_exchange(leave_out(exchange), path=WEBHOOK_PATHS.get(exchange.path))
    ]
    unexplained = [fault for fault in faults if not any(re.search(pattern, fault) for pattern in EXCEPTIONS)]
    assert unexplained == [], "\n".join(unexplained)
    unused = [pattern for pattern in EXCEPTIONS if not any(re.search(pattern, fault) for fault in faults)]
    assert unused == []
    said = json.dumps([[exchange.json, exchange.answer] for exchange in exchanges])
    assert [name for name in UNKNOWN_NAMES if f'"{name}"' not in said] == []


def leave_out(exchange: Exchange) -> Exchange:
    """An exchange without the names that the file does not know."""
    return replace(exchange, json=_without(exchange.json), answer=_without(exchange.answer))


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(each) for each in value]
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in UNKNOWN_NAMES}
    return value


async def test_a_wrong_answer_is_found(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, person: str
) -> None:
    """The files bind: what was changed in an answer, or in a request, is found."""
    exchanges = await record_twilio(simulator, sender, forms, person)
    sent = next(each for each in exchanges if each.method == "POST" and each.path.endswith("/Messages.json"))
    spec = read_spec(twilio_file(sent))
    assert spec.check_exchange(sent) == []
    wrong: dict[str, object] = {"status": "on its way", "sid": "SM1", "num_media": 0, "uri": ["x"]}
    for name, value in wrong.items():
        changed = replace(sent, answer={**sent.answer, name: value})
        assert {fault.where for fault in spec.check_exchange(changed)} == {f".{name}"}, name
    assert spec.check_exchange(replace(sent, path="/2010-04-01/Made/Up.json")) != []
    assert spec.check_exchange(replace(sent, status=299)) != []
