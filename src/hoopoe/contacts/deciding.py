"""Whom an address means, when it names several contacts or one that may be somebody else. Pure.

Two contacts that one address names are one person, unless they have different user ids at the same portfolio: then
they are two accounts, and what the weaker names (a number) was passed on from one to the other. The same holds for
a number that is known and comes with a user id that is not: WhatsApp tells when a person's id changes (then the old
id has left the contact already), so it is the number's new owner.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from hoopoe.channels.contract import Address
from hoopoe.contacts.identities import UserIds, are_two_people


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One person as one channel knows the person."""

    workspace_id: UUID
    channel_id: UUID
    user_id: str | None
    wa_id: str | None


def phone_of(key: PersonKey) -> str | None:
    """The number as an identity keeps it: with a plus."""
    return f"+{key.wa_id}" if key.wa_id is not None else None


@dataclass(frozen=True, slots=True)
class Found:
    """The contacts that an address names, by each of its parts. `phone`: the spelling that was known.

    `has_changed_hands`: it was somebody's who gave it up between the first and the last time asked about.
    """

    by_user: UUID | None = None
    by_former: UUID | None = None
    by_parent: UUID | None = None
    by_wa: UUID | None = None
    by_phone: UUID | None = None
    phone: str | None = None
    portfolio: str = ""
    has_changed_hands: bool = False

    @property
    def named(self) -> tuple[UUID, ...]:
        """Each contact once, the best known first."""
        hits = (self.by_user, self.by_former, self.by_parent, self.by_wa, self.by_phone)
        return tuple(dict.fromkeys(hit for hit in hits if hit is not None))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who it is (None: somebody new), who else is the same, and what is taken from whom: (holder, kind, value).

    `is_number_withheld`: the number is somebody's who is kept apart, and stays so.
    """

    contact_id: UUID | None
    same: tuple[UUID, ...] = ()
    taken: tuple[tuple[UUID, str, str], ...] = ()
    is_late: bool = False
    is_number_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts that are one. The older one, whose id is smaller, is kept."""

    workspace_id: UUID
    kept: UUID
    merged: UUID
    shown: Address

    @staticmethod
    def of(key: PersonKey, shown: Address, one: UUID, other: UUID) -> Pair:
        return Pair(key.workspace_id, min(one, other), max(one, other), shown)


def is_plain(key: PersonKey, hit: Found, known: UUID | None = None) -> bool:
    """Whether nothing has to be decided: nobody is named, or one contact, and no id that is new to it."""
    if known is None and hit.by_user is None and hit.by_former is not None:
        return True
    named = {*hit.named, known} - {None}
    is_new_id = key.user_id is not None and hit.by_user is None and bool(named)
    return len(named) < 2 and not is_new_id


def decide(
    key: PersonKey,
    hit: Found,
    user_ids: Mapping[tuple[UUID, UUID], UserIds],
    *,
    known: UUID | None = None,
    apart: Collection[tuple[UUID, UUID]] = (),
) -> Decision:
    """Whom an address means. `user_ids`: those of the contacts, by (workspace, contact), unless `is_plain`.

    Two that are kept `apart` are not the same, whatever shows them together: the better known of them it is.
    """
    if known is None and hit.by_user is None and hit.by_former is not None:
        return Decision(hit.by_former, is_late=True)
    if is_plain(key, hit, known):
        return Decision(known or next(iter(hit.named), None))
    shown: UserIds = {hit.portfolio: frozenset((key.user_id,))} if key.user_id is not None else {}
    contact_id = known or hit.by_user or hit.by_parent
    own = {**user_ids.get((key.workspace_id, contact_id), {}), **shown} if contact_id is not None else dict(shown)
    same: list[UUID] = []
    taken: list[tuple[UUID, str, str]] = []
    is_number_withheld = False
    weak = [(hit.by_wa, "wa_id", key.wa_id), (hit.by_phone, "phone", hit.phone)]
    for other in (hit.by_user, hit.by_parent):
        if other is not None and other != contact_id and other not in same and (contact_id, other) not in apart:
            same.append(other)
    for other, kind, value in weak:
        if other is None or value is None or other == contact_id or other in same:
            continue
        if (contact_id, other) in apart:
            is_number_withheld = True
            continue
        theirs = user_ids.get((key.workspace_id, other), {})
        if are_two_people(own, theirs):
            taken.append((other, kind, value))
        elif contact_id is None:
            contact_id, own = other, {**theirs, **own}
        else:
            same.append(other)
    return Decision(contact_id, tuple(same), tuple(taken), is_number_withheld=is_number_withheld)
