"""The table of Twilio's codes: closed, and in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hoopoe.channels.errors import Action, ErrorKind, ErrorRule
from hoopoe.channels.twilio.errors import RULES

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "provider-errors.md"
ARABIC = re.compile(r"[\u0621-\u064a]")

DOCUMENTED = {
    ErrorKind.RATE_LIMIT: (20429, 30001, 63017, 63018),
    ErrorKind.TRANSIENT: (20500, 63009, 63010, 63012),
    ErrorKind.WINDOW_CLOSED: (63016,),
    ErrorKind.RECIPIENT: (21211, 21614, 63003, 63015, 63024, 63031, 63032, 63033),
    ErrorKind.OPT_OUT: (21610,),
    ErrorKind.POLICY: (63013, 63026, 63049),
    ErrorKind.CONTENT: (21617, 63005, 63021, 63023, 63030, 63046, 63055),
    ErrorKind.TEMPLATE: (21655, 21656, 63027, 63028, 63040, 63041, 63042, 92002, 92007, 92009),
    ErrorKind.AUTH: (20003, 20404, 63001),
    ErrorKind.ACCOUNT: (11200, 21703, 63007, 63008, 63020, 63022, 63038, 63051, 63112),
    ErrorKind.MEDIA: (11751, 63019, 63034),
}
CODES = [(code, kind) for kind, codes in DOCUMENTED.items() for code in codes]
EACH = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.code))


def test_every_documented_code_has_its_kind() -> None:
    assert {code: RULES[code].kind for code, _ in CODES} == dict(CODES)
    assert set(RULES) - {code for code, _ in CODES} == {429}


@EACH
def test_every_rule_speaks_both_languages(rule: ErrorRule) -> None:
    for words in (rule.title, rule.text):
        assert words.en.isascii()
        assert ARABIC.search(words.ar)
        assert "!" not in words.en + words.ar
        assert str(rule.code) not in words.en + words.ar
    assert rule.text.en.endswith(".")
    assert rule.text.ar.endswith(".")


@EACH
def test_a_rule_never_says_two_things_about_another_try(rule: ErrorRule) -> None:
    assert not (rule.is_doubtful and rule.retry_after is not None)
    assert rule.is_doubtful == (rule.kind is ErrorKind.TRANSIENT)
    assert rule.is_passing == (rule.kind is ErrorKind.RATE_LIMIT) == (rule.retry_after is not None)


@EACH
def test_every_code_is_on_its_page(rule: ErrorRule) -> None:
    part = PAGE.read_text(encoding="utf-8").partition("\n## Twilio\n")[2]
    rows = [line for line in part.splitlines() if rule.text.en in line and rule.text.ar in line]
    ranges = [(int(first), int(last)) for row in rows for first, last in re.findall(r"`(\d+)` to `(\d+)`", row)]
    assert any(f"`{rule.code}`" in row for row in rows) or any(low <= rule.code <= high for low, high in ranges)


def test_what_a_person_can_do() -> None:
    actions = {code: RULES[code].action for code in (63016, 20003, 21617, 63038, 21610)}
    assert actions == {
        63016: Action.SEND_TEMPLATE,
        20003: Action.FIX_CREDENTIALS,
        21617: Action.EDIT_MESSAGE,
        63038: Action.WAIT,
        21610: Action.NONE,
    }
