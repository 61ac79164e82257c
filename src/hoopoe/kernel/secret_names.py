"""Names that say that what they name is a secret: one list, for all that hides, refuses or warns. Pure.

`PARTS` say so wherever in a name they stand; `WORDS` only as a word of it, for `pin` stands in `shipping` too. Both are
written so that `re` and RE2 read them alike, in small letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

PARTS: Final = (
    r"token|secret|passw(?:or)?d|pass[_-]?(?:code|phrase)|(?:api|private)[_-]?key|credential|signature|cookie"
    r"|authori[sz]ation|authenti|auth[_-]?(?:key|code|header)"
    r"|كلمة[_ ]?(?:ال)?(?:سر|مرور)|رقم[_ ]?(?:ال)?سري"
)
WORDS: Final = r"[a-z]*auth|pwd|sig|pin|[a-z]?otp|cvv|cvc|(?:pin|otp)code"

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET: Final = re.compile(rf"{PARTS}|(?:^|[^a-z])(?:{WORDS})(?:[^a-z]|$)")


@lru_cache(maxsize=8_192)
def is_secret(name: str) -> bool:
    """Whether a name says that what it names is a secret: `user_otp`, `pinCode`, `X-Api-Key`, `cvv2`.

    A bot asks about the same few again and again.
    """
    return _SECRET.search(_HUMP.sub("_", name).lower()) is not None
