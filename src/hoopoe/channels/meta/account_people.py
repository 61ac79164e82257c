"""`user_preferences`: people who stop and resume marketing messages. Pure.

Source: Meta, webhooks/reference/user_preferences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hoopoe.channels.account_events import About, AccountEvent, Preference
from hoopoe.channels.account_events import AccountEventKind as Kind
from hoopoe.channels.contract import Address
from hoopoe.channels.meta.account_values import read_details, read_said, read_word
from hoopoe.channels.meta.fields import is_user_id, read_id, read_phone, read_text, read_time
from hoopoe.kernel.json import JsonObject

MESSAGES: Final = "_messages"
WANTED: Final[dict[str, bool]] = {"stop": False, "resume": True, "signup": True}
NOBODY: Final = AccountEvent(Kind.PREFERENCE, "unknown", About.PERSON)


def read_preferences(value: JsonObject) -> tuple[AccountEvent, ...]:
    """One event for each person. A value that names none is one event that says so."""
    listed, contacts = value.get("user_preferences"), value.get("contacts")
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    people = [each for each in contacts if isinstance(each, dict)] if isinstance(contacts, list) else []
    only = people[0] if len(people) == len(found) == 1 else {}
    by_id = {known: each for each in reversed(people) for known in _read_ids(each) if known is not None}
    events = tuple(_read_preference(each, by_id, only) for each in found)
    return events or (NOBODY,)


def _read_preference(given: JsonObject, people: Mapping[str, JsonObject], only: JsonObject) -> AccountEvent:
    what = read_word(given.get("value"))
    category = read_word(given.get("category"), "marketing").removesuffix(MESSAGES)
    contact = _find_contact(given, people, only)
    person = _read_person(given, contact)
    return AccountEvent(
        Kind.PREFERENCE,
        what,
        About.PERSON,
        at=read_time(given.get("timestamp")),
        new=category,
        reason=read_said(given.get("detail")),
        details=read_details({"signup_id": read_id(given.get("signup_id"))}),
        person=person,
        preference=Preference(category, WANTED[what]) if what in WANTED and person is not None else None,
        # Not the others': a value may hold a thousand people, and would be kept as often.
        raw={"contacts": [contact] if contact else [], "user_preferences": [given]},
    )


def _find_contact(given: JsonObject, people: Mapping[str, JsonObject], only: JsonObject) -> JsonObject:
    """What is known of the person, by one of its ids. One that names nobody is the only contact's."""
    own = [known for known in _read_ids(given) if known is not None]
    return next((people[known] for known in own if known in people), {}) if own else only


def _read_person(given: JsonObject, contact: JsonObject) -> Address | None:
    phone, user_id = _read_ids(given)
    contact_phone, contact_user_id = _read_ids(contact)
    phone, user_id = phone or contact_phone, user_id or contact_user_id
    if phone is None and user_id is None:
        return None
    profile = contact.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    username, name = read_text(profile.get("username")), read_text(profile.get("name"))
    return Address(
        phone=phone,
        user_id=user_id,
        parent_user_id=read_id(given.get("parent_user_id")) or read_id(contact.get("parent_user_id")),
        username=username.strip().removeprefix("@") or None if username is not None else None,
        name=name.strip() if name is not None else None,
    )


def _read_ids(value: JsonObject) -> tuple[str | None, str | None]:
    """The number and the user id. A user id in the number's place stays one."""
    phone, user_id = read_phone(value.get("wa_id")), read_id(value.get("user_id"))
    if phone is not None and is_user_id(phone):
        return None, user_id or phone
    return phone, user_id
