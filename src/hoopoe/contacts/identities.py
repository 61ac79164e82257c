"""What people are known and found by. Pure.

What a person types to find a contact becomes prefixes of `contact_terms`. A term is a normalised word of the name
or the username, a user id in small letters, the digits of the number, or those digits reversed: the end of a number
is a prefix of its reverse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from hoopoe.kernel.text import fold_digits, search_terms

MIN_DIGITS: Final = 3
MAX_WORDS: Final = 8

_NUMBER: Final = re.compile(r"[\d\s()+./-]+")
_USER_ID: Final = re.compile(r"[A-Za-z]{2}\.(?:[Ee][Nn][Tt]\.)?[A-Za-z0-9]+", re.ASCII)


def search_prefixes(text: str) -> tuple[tuple[str, ...], ...]:
    """What a contact must match: one prefix at least of every group. Empty: nothing can be searched for.

    "0142", "…5 0142" and "+966 55 501" all find a number; "nou ah" finds "Noura Ahmad", "@nou" a username and
    "US.1349" the user ids that begin so.
    """
    plain = fold_digits(text).strip()
    if _USER_ID.fullmatch(plain):
        words = tuple((term,) for term in search_terms(text)[:MAX_WORDS])
        # A name may be written so too, "Ab.Rahman": then its words are in one group with it.
        return tuple((plain.lower(), *word) for word in words)
    digits = re.sub(r"\D", "", plain)
    if len(digits) >= MIN_DIGITS and _NUMBER.fullmatch(plain):
        national = digits.lstrip("0") or digits
        return ((national, digits[::-1], national[::-1]),)
    return tuple((term,) for term in search_terms(text)[:MAX_WORDS])


def prefix_end(prefix: str) -> str:
    """The text behind every text that begins with `prefix`, in the order of code points."""
    return prefix + "\U0010ffff"


# --- Which numbers may be one person --------------------------------------------------------------

# Mobile numbers of these countries are written in more than one way, by people and by WhatsApp itself. All with the
# plus of E.164: whatever else is looked at (a user id, a number in other words) is only itself.
_BRAZIL: Final = re.compile(r"\+55([1-9][1-9])9?([6-9][0-9]{7})", re.ASCII)
_MEXICO: Final = re.compile(r"\+521?([2-9][0-9]{9})", re.ASCII)
_ARGENTINA: Final = re.compile(r"\+549?((?:11|[23][0-9])[0-9]{8})", re.ASCII)
_ARGENTINA_15: Final = tuple(
    re.compile(rf"\+54({area})15([0-9]{{{10 - digits}}})", re.ASCII)
    for digits, area in ((2, "11"), (3, "[23][0-9]{2}"), (4, "[23][0-9]{3}"))
)


def phone_candidates(phone: str) -> tuple[str, ...]:
    """The spellings under which a number (E.164, with plus) may be known, the given one first.

    Brazil: mobiles with and without the ninth digit; landlines begin with 2 to 5 and have one spelling. Argentina:
    with the 9 for mobiles, without it, and as people dial it at home, with a 15 behind the area code. Mexico: with
    and without the 1 that mobiles had. For finding only: what is stored is what was given.
    """
    if match := _BRAZIL.fullmatch(phone):
        spellings = [f"+55{match[1]}{nine}{match[2]}" for nine in ("9", "")]
    elif match := _MEXICO.fullmatch(phone):
        spellings = [f"+52{one}{match[1]}" for one in ("", "1")]
    else:
        spellings = [spelling for national in _argentine_nationals(phone) for spelling in _spell_argentine(national)]
    return tuple(dict.fromkeys((phone, *spellings)))


def _argentine_nationals(phone: str) -> list[str]:
    """The ten digits that an Argentine number may stand for: more than one only where the area code is not certain."""
    match = _ARGENTINA.fullmatch(phone)
    if match is not None:
        return [match[1]]
    return [found[1] + found[2] for form in _ARGENTINA_15 if (found := form.fullmatch(phone)) is not None]


def _spell_argentine(national: str) -> list[str]:
    areas = (2,) if national.startswith("11") else (3, 4)
    at_home = [f"+54{national[:digits]}15{national[digits:]}" for digits in areas]
    return [f"+549{national}", f"+54{national}", *at_home]


# --- Who is shown ---------------------------------------------------------------------------------

# What a contact is called at each portfolio: {scope: user ids}.
UserIds: TypeAlias = Mapping[str, frozenset[str]]


def are_two_people(one: UserIds, other: UserIds) -> bool:
    """Whether two contacts cannot be one: one account has one user id at a portfolio, and theirs differ there."""
    return any(one[scope].isdisjoint(other[scope]) for scope in one.keys() & other.keys())
