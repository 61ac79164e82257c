"""Members, their keys and the audit log on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.identity.roles import Role
from hoopoe.identity.schemas import Token
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example


class Member(Wire):
    """A person's place in the workspace."""

    user_id: UUID
    name: str
    email: str
    role: Role
    joined_at: datetime


class MemberPage(Page[Member]):
    """Members."""


class MemberUpdate(Input):
    model_config = example({"role": "agent"})

    role: Role


class MemberToken(Token):
    """A personal access token, and whose it is."""

    user_id: UUID
    user_name: str
    user_email: str
    user_role: Role


class MemberTokenPage(Page[MemberToken]):
    """Personal access tokens of everybody in the workspace."""


class AuditEntry(Wire):
    """Who did what, when, from where."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    actor_kind: str = Field(description="`session`, `token` or `system`.")
    address: str | None
    action: str = Field(examples=["member.role_changed"])
    target_kind: str
    target_id: UUID | None
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None


class AuditPage(Page[AuditEntry]):
    """Entries of the audit log, newest first."""
