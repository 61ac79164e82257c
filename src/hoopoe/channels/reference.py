"""docs/reference/provider-errors.md, written from the table of codes itself.

`python -m hoopoe.channels.reference > docs/reference/provider-errors.md` makes it; a test fails when it is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import NO_CODE, NOT_REACHED, OPTED_OUT, Course, ErrorKind, ErrorRule
from hoopoe.channels.explain import explain
from hoopoe.channels.meta.errors import RULES as META_RULES
from hoopoe.channels.twilio.errors import RULES as TWILIO_RULES

HEAD: Final = """\
# Provider errors

<!-- Made by `python -m hoopoe.channels.reference`. Change the code, not this file. -->

What WhatsApp's codes mean, what the sender does about each, and what people read beside a message that failed.
Codes are read from the answer to a send and from `failed` statuses. A code that is not here counts as refused for
good, unless the answer says that the fault is passing (`is_transient`, HTTP 429, 5xx). `429` and `503` stand for
these HTTP statuses without a code; Twilio's 5xx are always in doubt. Negative codes are our own, the same
for every provider.

- *tried again*: refused for certain, so a second try doubles nothing. It waits at least so long, and the provider's
  own `Retry-After` when that is longer.
- *in doubt*: WhatsApp may have taken the message. Nothing is sent again before a status settles it.
- *the channel stops*: nothing else would get through either. The channel is in trouble, with the reason in words on
  its page; this message and all others wait, and leave when somebody mended it, while their window lasts.
- *the person is left alone*: it fails, and the person counts as opted out of marketing from then on.
- *refused*: it fails at once, with the words on the right.

*The number slows down*: nothing leaves over the channel for that long, whoever it is for. Waits are five seconds at
first, twice as long each time, a minute at most, and vary by a fifth so that many do not come back at once; where the
provider names how its waits grow, they grow so.

"""

TABLE_HEAD: Final = """\
| code | the sender | button | what people read |
|---|---|---|---|
"""

OWN_CODES: Final = (OPTED_OUT, NOT_REACHED, NO_CODE)
PROVIDERS: Final[Mapping[str, Mapping[int, ErrorRule]]] = {
    "Our own": {code: explain(Provider.META, code) for code in OWN_CODES},
    "Meta": META_RULES,
    "Twilio": TWILIO_RULES,
}


def render_reference() -> str:
    """The page: for each provider a table for each kind of error, codes with the same words in one row."""
    parts = [HEAD]
    for name, rules in PROVIDERS.items():
        parts.append(f"## {name}\n\n")
        for kind in ErrorKind:
            of_kind = [rule for rule in rules.values() if rule.kind is kind]
            if of_kind:
                rows = "".join(_render_row(group) for group in _group(of_kind))
                parts.append(f"### `{kind}`\n\n{TABLE_HEAD}{rows}\n")
    return "".join(parts).rstrip("\n") + "\n"


def _group(rules: Iterable[ErrorRule]) -> Iterable[Sequence[ErrorRule]]:
    """Rules that differ in nothing but the code, in the order of their first code."""
    groups: dict[object, list[ErrorRule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        groups.setdefault((rule.title, rule.text, rule.action, _say_treatment(rule)), []).append(rule)
    return groups.values()


def _render_row(rules: Sequence[ErrorRule]) -> str:
    rule = rules[0]
    codes = ", ".join(_say_codes([each.code for each in rules]))
    words = f"**{rule.title.en}.** {rule.text.en}<br>**{rule.title.ar}.** {rule.text.ar}"
    return f"| {codes} | {_say_treatment(rule)} | `{rule.action}` | {words} |\n"


def _say_codes(codes: Sequence[int]) -> list[str]:
    """Ascending codes, runs of three or more as a range."""
    starts = [codes[0], *(after for before, after in pairwise(codes) if after != before + 1)]
    ends = [*(before for before, after in pairwise(codes) if after != before + 1), codes[-1]]
    said: list[str] = []
    for start, end in zip(starts, ends, strict=True):
        if end - start < 2:
            said += [f"`{code}`" for code in range(start, end + 1)]
        else:
            said.append(f"`{start}` to `{end}`")
    return said


def _say_treatment(rule: ErrorRule) -> str:
    if rule.is_doubtful:
        return "in doubt"
    match rule.course:
        case Course.STOP_CHANNEL:
            return "the channel stops"
        case Course.STOP_PERSON:
            return "refused; the person is left alone"
        case Course.TEMPLATE:
            return "refused; only a template may be sent"
        case _ if rule.retry_after is None:
            return "refused"
    times = "while the window is open" if rule.is_passing else "a few times"
    grows = f", then {rule.growth:g}^n s" if rule.growth is not None else ""
    slows = "; the number slows down" if rule.slows else ""
    return f"tried again {times}, after {rule.retry_after:g} s{grows}{slows}"


if __name__ == "__main__":
    sys.stdout.write(render_reference())
