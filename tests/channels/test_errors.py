"""The table of Meta's codes: closed, complete, and in words."""

from __future__ import annotations

import re
from typing import Final

import pytest

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import NO_CODE, NOT_REACHED, OPTED_OUT, Action, Course, ErrorKind, ErrorRule
from hoopoe.channels.explain import OWN_RULES, explain
from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.registry import adapter_for
from hoopoe.monitoring.words import LetterKind, diagnose

ARABIC = re.compile(r"[\u0621-\u064a]")

# Every code of Meta's page on error codes, and those that its other pages name.
DOCUMENTED = {
    ErrorKind.RATE_LIMIT: (4, 80007, 130429, 131056, 131057),
    ErrorKind.TRANSIENT: (1, 2, 131000, 131016, 133004, 2494100),
    ErrorKind.WINDOW_CLOSED: (131047,),
    ErrorKind.RECIPIENT: (130403, 131021, 131026, 131030, 131062, 137000),
    ErrorKind.OPT_OUT: (131050,),
    ErrorKind.POLICY: (130472, 131049, 131063),
    ErrorKind.CONTENT: (100, 131008, 131009, 131051, 131055, 134100, 135000, 139100, 139101, 139102, 139103),
    ErrorKind.TEMPLATE: (
        *(132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069),
        *(134101, 134102),
    ),
    ErrorKind.AUTH: (0, 3, 10, 33, 190, 200, 299, 131005),
    ErrorKind.ACCOUNT: (
        *(368, 130497, 131031, 131037, 131042, 131045, 131048, 131064),
        *(133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011),
    ),
    ErrorKind.MEDIA: (131035, 131036, 131052, 131053),
}
CODES = [(code, kind) for kind, codes in DOCUMENTED.items() for code in codes]


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_every_documented_code_has_its_kind(code: int, kind: ErrorKind) -> None:
    assert explain(Provider.META, code).kind is kind


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.code))
def test_every_rule_speaks_both_languages(rule: ErrorRule) -> None:
    for words in (rule.title, rule.text):
        assert words.en.isascii()
        assert ARABIC.search(words.ar)
        for text in (words.en, words.ar):
            assert "!" not in text
            assert str(rule.code) not in text or rule.code < 100
    assert rule.text.en.endswith(".")
    assert rule.text.ar.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.code))
def test_a_rule_never_says_two_things_about_another_try(rule: ErrorRule) -> None:
    """In doubt and surely refused exclude each other; what passes by itself is tried again by itself."""
    assert not (rule.is_doubtful and rule.retry_after is not None)
    assert rule.is_doubtful == (rule.kind is ErrorKind.TRANSIENT)
    assert rule.is_passing == (rule.kind is ErrorKind.RATE_LIMIT)
    if rule.is_passing:
        assert rule.retry_after is not None
        assert rule.action is Action.WAIT


def test_only_a_syncing_template_is_tried_again_a_few_times() -> None:
    again = [rule.code for rule in RULES.values() if rule.retry_after is not None and not rule.is_passing]
    assert again == [134101]
    assert RULES[134101].retry_after == 600


@pytest.mark.parametrize("provider", list(Provider))
def test_every_rule_says_what_the_machine_does(provider: Provider) -> None:
    """One course each, and words for whatever a person reads of it."""
    for rule in (*adapter_for(provider).rules.values(), *OWN_RULES.values(), explain(provider, 999_999)):
        assert rule.course in Course
        assert (rule.stops is not None) == (rule.course is Course.STOP_CHANNEL)
        assert rule.title.en
        assert rule.text.en.endswith(".")
        assert ARABIC.search(rule.title.ar)
        assert ARABIC.search(rule.text.ar)
        if rule.course is Course.STOP_CHANNEL:
            assert rule.kind in (ErrorKind.AUTH, ErrorKind.ACCOUNT)
            assert rule.action in (Action.FIX_CREDENTIALS, Action.APPEAL, Action.FIX_NUMBER), "what mends the channel"
        if rule.slows or rule.growth is not None:
            assert rule.course is Course.WAIT


# Sending the same again may help, once somebody has looked: at who the person is (137000), whether our own address is
# open (11200), at the provider's own words (63023 and its like). The rest are no sends.
WORTH_ANOTHER_TRY: Final = {137000, 11200, 63023, 63046, 63055, 139100, 139101, 139102, 139103}


@pytest.mark.parametrize("provider", list(Provider))
def test_sending_again_is_advised_only_where_it_may_help(provider: Provider) -> None:
    rules = adapter_for(provider).rules
    advised = {code for code, rule in rules.items() if rule.action is Action.RETRY}
    assert advised == WORTH_ANOTHER_TRY & rules.keys()


@pytest.mark.parametrize(
    ("provider", "code", "action"),
    [
        (Provider.META, 131047, Action.SEND_TEMPLATE),
        (Provider.META, 131042, Action.FIX_PAYMENT),
        (Provider.META, 134011, Action.FIX_PAYMENT),
        (Provider.META, 368, Action.APPEAL),
        (Provider.META, 131031, Action.APPEAL),
        (Provider.META, 131064, Action.APPEAL),
        (Provider.META, 131037, Action.FIX_NUMBER),
        (Provider.META, 133010, Action.FIX_NUMBER),
        (Provider.META, 131026, Action.NONE),
        (Provider.META, 131050, Action.NONE),
        (Provider.META, OPTED_OUT, Action.NONE),
        (Provider.META, 131049, Action.WAIT),
        (Provider.META, 190, Action.FIX_CREDENTIALS),
        (Provider.META, 132015, Action.EDIT_MESSAGE),
        (Provider.META, 999_999, Action.RETRY),
        (Provider.TWILIO, 63016, Action.SEND_TEMPLATE),
        (Provider.TWILIO, 63112, Action.APPEAL),
        (Provider.TWILIO, 63020, Action.APPEAL),
        (Provider.TWILIO, 63007, Action.FIX_NUMBER),
        (Provider.TWILIO, 21610, Action.NONE),
        (Provider.TWILIO, 63024, Action.NONE),
    ],
)
def test_what_is_advised_is_what_mends_it(provider: Provider, code: int, action: Action) -> None:
    assert explain(provider, code).action is action
    assert diagnose(LetterKind.SEND, provider, str(code)).remedy.value == action.value


@pytest.mark.parametrize(
    ("provider", "code", "course"),
    [
        (Provider.META, 130429, Course.WAIT),
        (Provider.META, 131056, Course.WAIT),
        (Provider.META, 134101, Course.AGAIN),
        (Provider.META, 131000, Course.SETTLE),
        (Provider.META, 131047, Course.TEMPLATE),
        (Provider.META, 131050, Course.STOP_PERSON),
        (Provider.META, 190, Course.STOP_CHANNEL),
        (Provider.META, 131031, Course.STOP_CHANNEL),
        (Provider.META, 131009, Course.MEND),
        (Provider.META, 131042, Course.MEND),
        (Provider.TWILIO, 20429, Course.WAIT),
        (Provider.TWILIO, 63010, Course.SETTLE),
        (Provider.TWILIO, 63016, Course.TEMPLATE),
        (Provider.TWILIO, 21610, Course.STOP_PERSON),
        (Provider.TWILIO, 20003, Course.STOP_CHANNEL),
        (Provider.TWILIO, 63112, Course.STOP_CHANNEL),
        (Provider.TWILIO, 63024, Course.MEND),
    ],
)
def test_courses(provider: Provider, code: int, course: Course) -> None:
    assert explain(provider, code).course is course


def test_what_a_person_can_do() -> None:
    actions = {code: explain(Provider.META, code).action for code in (131047, 190, 131009, 131049, 131050)}
    assert actions == {
        131047: Action.SEND_TEMPLATE,
        190: Action.FIX_CREDENTIALS,
        131009: Action.EDIT_MESSAGE,
        131049: Action.WAIT,
        131050: Action.NONE,
    }


@pytest.mark.parametrize("code", [999_999, NO_CODE])
def test_a_code_nobody_knows_says_so(code: int) -> None:
    rule = explain(Provider.META, code)
    assert (rule.code, rule.kind, rule.retry_after) == (code, ErrorKind.UNKNOWN, None)
    assert ARABIC.search(rule.text.ar)


def test_a_provider_that_was_not_reached_is_not_a_token_refused() -> None:
    assert explain(Provider.META, NOT_REACHED).is_passing
    assert explain(Provider.META, NOT_REACHED).text == explain(Provider.META, 503).text
    assert explain(Provider.META, 0).kind is ErrorKind.AUTH
