"""Invitations on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from hoopoe.identity.passwords import MAX_CHARS
from hoopoe.identity.roles import Role
from hoopoe.identity.schemas import Code, Email, Locale, Name
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example


class InvitationCreate(Input):
    model_config = example({"role": "agent", "email": "sami@example.com"})

    role: Role
    email: Email | None = Field(None, description="Only this person may accept; without it, whoever has the link.")


class Invitation(Wire):
    """An invitation that nobody used yet. Its link is shown once, when it is made or renewed."""

    id: UUID
    email: str | None
    role: Role
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime


class InvitationCreated(Invitation):
    token: str = Field(examples=["hit_…"])
    link: str = Field(description="The page where it is accepted; the token stands behind the #.")
    is_mailed: bool = Field(
        description="Whether a mail with it is on its way: not without an address, nor without SMTP_URL."
    )


class InvitationPage(Page[Invitation]):
    """Open invitations, newest first."""


class InvitationShown(Wire):
    """What somebody who holds the link is told."""

    workspace_name: str
    role: Role
    email: str | None
    expires_at: datetime


class InvitationAccept(Input):
    """Who has an account gives its e-mail and password; who has none gives a name and a new password."""

    model_config = example({"email": "sami@example.com", "password": "a hoopoe carries letters", "name": "Sami"})

    email: Email
    password: Annotated[SecretStr, Field(max_length=MAX_CHARS)]
    name: Name | None = None
    code: Code | None = Field(None, description="Where an account that one has asks for a second factor.")
    locale: Locale = Locale.EN
