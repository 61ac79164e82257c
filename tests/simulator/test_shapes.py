"""What our clients and the simulator say to each other, held against JSON Schemas of our own in `shapes/`.

They are written from the providers' pages that each names, and say less than the providers' own files
(`test_specs.py`); they are always there.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.simulator.exchanges import Exchange, record_meta, record_twilio
from tests.simulator.receiver import Receiver
from tests.simulator.twilio.app import FormReceiver
from tests.simulator.twilio.conftest import forms, person, sender
from tests.support.simulator import SimulatedChannel, SimulatedTwilioChannel, SimulatorProcess

__all__ = ["forms", "person", "sender"]

SHAPES = Path(__file__).with_name("shapes")

# (method, path) → the shapes of the request and of an answer that is no error.
META = (
    ("POST", r"/v25.0/\d+/messages", "meta_send", "meta_sent"),
    ("POST", "/webhook", "meta_webhook", None),
)
TWILIO = (
    ("POST", r".*/Messages\.json", "twilio_send", "twilio_message"),
    ("GET", r".*/Messages\.json", None, "twilio_messages"),
    ("GET", r".*/Messages/\w+\.json", None, "twilio_message"),
    ("POST", r".*/Messages/\w+\.json", None, "twilio_message"),
    ("POST", "/v1/Content", "twilio_new_content", "twilio_content"),
    ("GET", r"/v1/Content/\w+", None, "twilio_content"),
    ("POST", "/webhook", "twilio_inbound|twilio_status", None),
)
ERRORS = {"meta": "meta_error", "twilio": "twilio_error"}


@cache
def validator_of(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads((SHAPES / f"{name}.json").read_text(encoding="utf-8")))


def find_faults(exchanges: list[Exchange], rules: tuple[tuple[str, str, str | None, str | None], ...]) -> list[str]:
    faults: list[str] = []
    for exchange in exchanges:
        for method, path, request, answer in rules:
            if exchange.method != method or not re.fullmatch(path, exchange.path):
                continue
            body = exchange.form if exchange.form is not None else exchange.json
            if request is not None and not exchange.is_meant_wrong:
                shape = request if "|" not in request else _choose_webhook(request, body)
                faults += _check(shape, body, exchange)
            if answer is not None and exchange.status < 400 and not _is_receipt(exchange):
                faults += _check(answer, exchange.answer, exchange)
    return faults


def _choose_webhook(names: str, form: Any) -> str:
    inbound, status = names.split("|")
    return status if "MessageStatus" in form else inbound


def _is_receipt(exchange: Exchange) -> bool:
    return isinstance(exchange.json, dict) and exchange.json.get("status") == "read"


def _check(shape: str, value: object, exchange: Exchange) -> list[str]:
    return [
        f"{exchange.name} {shape}{''.join(f'.{part}' for part in error.instance_path)}: {error.message[:300]}"
        for error in validator_of(shape).iter_errors(value)
    ]


def find_error_faults(exchanges: list[Exchange], provider: str) -> list[str]:
    wrong = [exchange for exchange in exchanges if exchange.status >= 400]
    assert wrong, "the run has requests that are refused"
    return [fault for exchange in wrong for fault in _check(ERRORS[provider], exchange.answer, exchange)]


async def test_meta(simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, customer: str) -> None:
    exchanges = await record_meta(simulator, channel, receiver, customer)
    assert find_faults(exchanges, META) == []
    assert find_error_faults(exchanges, "meta") == []
    sent = next(each for each in exchanges if each.path.endswith("/messages") and each.status == 200)
    assert find_faults([replace(sent, answer={})], META) != []
    assert find_faults([replace(sent, json={**sent.json, "made_up": 1})], META) != []


async def test_twilio(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, person: str
) -> None:
    exchanges = await record_twilio(simulator, sender, forms, person)
    assert find_faults(exchanges, TWILIO) == []
    assert find_error_faults(exchanges, "twilio") == []
    sent = next(each for each in exchanges if each.path.endswith("/Messages.json") and each.status == 201)
    assert find_faults([replace(sent, answer={**sent.answer, "status": "on its way"})], TWILIO) != []
    assert find_faults([replace(sent, form={"To": "+966500000101", "Body": "x"})], TWILIO) != []


@pytest.mark.parametrize("path", sorted(SHAPES.glob("*.json")), ids=lambda path: path.stem)
def test_every_shape_is_used_and_says_where_it_is_from(path: Path) -> None:
    shape = json.loads(path.read_text(encoding="utf-8"))
    jsonschema_rs.meta.validate(shape)
    assert shape["$comment"].startswith(("Meta, ", "Twilio, "))
    used = {
        name for rules in (META, TWILIO) for _, _, *names in rules for each in names if each for name in each.split("|")
    }
    assert path.stem in used | set(ERRORS.values())
