"""Secrets that tell by their looks: whatever name they are given, and wherever in a text they stand. Pure.

Every value of a trace goes through here, and most hold nothing that even resembles a secret: plain looks for `_HINTS`
say so and cost nearly nothing. What has one is read by RE2, which takes time in proportion to the text.
"""

from __future__ import annotations

from typing import Final

import re2

from hoopoe.kernel.secret_names import PARTS, WORDS

REDACTED: Final = "[redacted]"

# As names stand in texts: `pin` behind a joint or alone, for `spin=2` is none.
_NAME: Final = rf"(?:[\w.-]*(?:{PARTS})[\w-]*|(?:[\w.-]*[_.-])?(?:{WORDS})\d*(?:[_-][\w-]*)?)"
_HINTS: Final = (
    *(
        "=",
        '":',
        "<",
        "://",
        "earer ",
        "EARER ",
        "asic ",
        "eyJ",
        "sk_",
        "pk_",
        "rk_",
        "sk-",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
    ),
    *("ghr_", "github_pat_", "xox", "shp", "AKIA", "ASIA", "EAA", "AIza", "PRIVATE KEY"),
)
_SHAPES: Final = re2.compile(
    r"(?:\b(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,})"
    r"|(?:eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)"
    r"|(?:\b[spr]k[_-](?:live|test|proj|ant)?[A-Za-z0-9_-]{14,})"
    r"|(?:\bgh[pousr]_[A-Za-z0-9]{20,})|(?:\bgithub_pat_\w{20,})|(?:\bxox[abeprs]-[A-Za-z0-9-]{10,})"
    r"|(?:\bshp(?:at|ca|pa|ss)_[A-Za-z0-9]{16,})|(?:\b(?:AKIA|ASIA)[A-Z0-9]{16})|(?:\bEAA[A-Za-z0-9]{20,})"
    r"|(?:\bAIza[A-Za-z0-9_-]{30,})|(?:-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?)"
)
# What stands before the secret is kept: `?api_key=`, `"token": "`, `<password>`, `https://`.
_NAMED: Final = re2.compile(
    r"(?i)((?:^|[?&;,\s{])" + _NAME + r'=|"' + _NAME + r'"\s*:\s*"|<' + _NAME + r'>)(?:[^\s&"<;,}]+)'
)
_IN_ADDRESS: Final = re2.compile(r"(://)[^/\s@:]+:[^/\s@]+@")


def hide_shapes(text: str) -> str:
    """A text without what looks like a secret, or stands where one does: `password=…`."""
    for hint in _HINTS:
        if hint in text:
            break
    else:
        return text
    text = _SHAPES.sub(REDACTED, text)
    text = _NAMED.sub(rf"\1{REDACTED}", text)
    return str(_IN_ADDRESS.sub(rf"\1{REDACTED}@", text))


def hide_looks(text: str) -> str:
    """A text without what itself looks like a secret. What is only letters is none here: `basic understanding`."""
    return str(_SHAPES.sub(lambda found: found[0] if "".join(found[0].split()).isalpha() else REDACTED, text))
