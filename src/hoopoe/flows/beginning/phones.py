"""A phone number as another system writes it, and the spellings under which we may know its person."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import phonenumbers

from hoopoe.contacts.identities import phone_candidates
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.text import fold_digits

# The countries of the workspace's own numbers, the channels that this bot answers first.
NUMBERS: Final = """
select number from channels where workspace_id = $1 and number is not null
order by bot_id is not distinct from $2 desc, id
"""
_BETWEEN: Final = re.compile(r"[\s().\-\u00a0\u2010-\u2015\u200e\u200f\u2066-\u2069\u202a-\u202e]")


def clean_phone(value: object) -> object:
    """Digits of any script as 0 to 9, without what stands between them; 00 in front is a plus."""
    if not isinstance(value, str) or len(value) > 60:
        return value
    plain = _BETWEEN.sub("", fold_digits(value))
    return f"+{plain[2:]}" if plain.startswith("00") else plain


async def spell_phone(conn: Connection, workspace_id: UUID, bot_id: UUID, phone: str) -> tuple[str, ...]:
    """The spellings under which a cleaned number may be known.

    One without its country (0501234567) is read as one of the countries of the workspace's own numbers. Raises
    `ValidationFailed` where it is possible in none of them.
    """
    if not phone.startswith("0"):
        return phone_candidates(f"+{phone.removeprefix('+')}")
    regions = dict.fromkeys(
        region for row in await conn.fetch(NUMBERS, workspace_id, bot_id) if (region := _region_of(row["number"]))
    )
    spellings = [spelling for region in regions for spelling in _spell_in(phone, region)]
    if not spellings:
        words = "Write the number with its country, such as +966501234567."
        raise ValidationFailed(FieldFault("phone", words, "needs_country"))
    return tuple(dict.fromkeys(spellings))


def _region_of(number: str) -> str | None:
    try:
        code = phonenumbers.parse(f"+{number.removeprefix('+')}").country_code
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_country_code(code) if code is not None else None


def _spell_in(phone: str, region: str) -> tuple[str, ...]:
    try:
        parsed = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return ()
    if not phonenumbers.is_possible_number(parsed):
        return ()
    return phone_candidates(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
