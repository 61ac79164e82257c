"""Contacts on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from hoopoe.kernel.http.shapes import Wire


class IdentityKind(StrEnum):
    """What a contact may be known by."""

    USER_ID = "user_id"
    PARENT_USER_ID = "parent_user_id"
    WA_ID = "wa_id"
    PHONE = "phone"


class EndReason(StrEnum):
    """Why an identity is a contact's no more."""

    NUMBER_CHANGED = "number_changed"
    USER_ID_CHANGED = "user_id_changed"
    PASSED_ON = "passed_on"


class MergeReason(StrEnum):
    """What showed two contacts to be one."""

    MESSAGE = "message"
    NUMBER_CHANGED = "number_changed"
    USER_ID_CHANGED = "user_id_changed"


Scope = Annotated[
    str,
    Field(description="`user_id`: the business account that knows the person so. `wa_id`: our channel. Else empty."),
]


class Identity(Wire):
    """What a contact is known by. Unique in the workspace by kind, scope and value."""

    kind: IdentityKind
    scope: Scope
    value: str
    since: datetime


class FormerIdentity(Wire):
    """What a contact was known by. Its next owner is not this contact."""

    kind: IdentityKind
    scope: Scope
    value: str
    since: datetime
    until: datetime
    reason: EndReason


class MergedContact(Wire):
    """A contact that turned out to be this one. Its id leads here. The names are as they were then."""

    id: UUID
    name: str | None
    username: str | None
    address: str | None = Field(description="One of its numbers or ids.")
    reason: MergeReason
    at: datetime


class Contact(Wire):
    """A person of the workspace: a set of identities. The phone may be missing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01994f7e-8f5e-7cc3-8a53-2b4a51d0c7aa",
                    "name": "نورة",
                    "username": "noura.a",
                    "language": "ar",
                    "tags": ["customer"],
                    "fields": {"city": "Riyadh"},
                    "identities": [
                        {
                            "kind": "user_id",
                            "scope": "102290129340398",
                            "value": "SA.13491208655302741918",
                            "since": "2026-09-15T08:00:00Z",
                        }
                    ],
                    "former_identities": [],
                    "merged": [],
                    "created_at": "2026-09-15T08:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str | None
    username: str | None
    language: str | None
    tags: list[str]
    fields: dict[str, JsonValue] = Field(description="What flows keep of the person, by name.")
    identities: list[Identity]
    former_identities: list[FormerIdentity]
    merged: list[MergedContact]
    created_at: datetime
