"""Credentials on the wire. A secret goes in and never comes out."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hoopoe.kernel.http.shapes import Input, Wire, example

_HOST: Final = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PARAMETER: Final = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
_HEADER_VALUE: Final = re.compile(r"[!-~](?:[\t -~]*[!-~])?")
NOT_IN_A_HEADER: Final = (
    "This cannot be sent in a header: only letters without marks, digits and signs of ASCII, no space at an end."
)
_OWN_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})


class CredentialKind(StrEnum):
    """How the secret is sent: `Authorization: Bearer …`, a name and a password, a header, or a query parameter."""

    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    QUERY = "query"


def _check_host(host: str) -> str:
    plain = host.strip().lower()
    if len(plain) > 253 or not _HOST.fullmatch(plain) or (plain.startswith("*.") and "." not in plain[2:]):
        raise ValueError("This is no host such as api.example.com or *.example.com.")
    return plain


def _check_secret(secret: SecretStr) -> SecretStr:
    if any(char in secret.get_secret_value() for char in "\r\n\0"):
        raise ValueError("A secret is one line.")
    return secret


Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Host = Annotated[str, AfterValidator(_check_host)]
Hosts = Annotated[list[Host], Field(min_length=1, max_length=20)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4_000), AfterValidator(_check_secret)]
Username = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^:\r\n\x00]*$")]


class CredentialPlace(Wire):
    """A step that sends it. `version`: in the draft, in what is published, or in an older one that people are in."""

    bot_id: UUID
    bot_name: str
    node_id: str
    node_name: str | None
    version: Literal["draft", "published", "older"]


class Credential(Wire):
    """A stored secret, without the secret."""

    id: UUID
    name: str
    former_names: list[str] = Field(description="What it was called before: flows still find it by these.")
    kind: CredentialKind
    hosts: list[str]
    parameter: str | None
    created_at: datetime
    changed_at: datetime | None = Field(description="When the secret was last replaced.")
    used_at: datetime | None = Field(description="When a flow last sent it, to the minute.")
    places: list[CredentialPlace] = Field(description="Which steps of which bots send it, by any of its names.")


class Credentials(Wire):
    """All of them, by name."""

    data: list[Credential]


class CredentialCreate(Input):
    model_config = example(
        {"name": "Shop", "kind": "bearer", "hosts": ["api.shop.example.com"], "secret": "sk_live_0123456789"}
    )

    name: Name = Field(description="What flows call it.")
    kind: CredentialKind
    hosts: Hosts = Field(description="The secret is sent to these hosts only; `*.example.com` is all below.")
    secret: Secret = Field(description="The token, or the password of `basic`. It is never shown again.")
    username: Username | None = Field(None, description="Of `basic` only.")
    parameter: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PARAMETER)] | None = Field(
        None, description="The name of the header or of the query parameter, for those kinds."
    )

    @field_validator("secret")
    @classmethod
    def _check_sendable(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        kind = info.data.get("kind")  # missing where it is itself no kind
        if kind is not None and not can_send(kind, secret):
            raise ValueError(NOT_IN_A_HEADER)
        return secret

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        needs_parameter = self.kind in (CredentialKind.HEADER, CredentialKind.QUERY)
        if needs_parameter and self.parameter is None:
            raise ValueError("Say in which header or parameter the secret is sent.")
        if self.kind is CredentialKind.BASIC and self.username is None:
            raise ValueError("Say which name the password belongs to.")
        if self.kind is CredentialKind.HEADER and str(self.parameter).lower() in _OWN_HEADERS:
            raise ValueError("This header is set by Hoopoe.")
        return self

    def plain(self) -> str:
        """What is sealed."""
        return join_secret(self.kind, self.username, self.secret)


class CredentialUpdate(Input):
    model_config = example({"secret": "sk_live_9876543210"})

    name: Name | None = Field(None, description="A new name. Flows that use the old one go on finding it.")
    hosts: Hosts | None = Field(None, description="All hosts that the secret may be sent to from now on.")
    secret: Secret | None = Field(None, description="Takes the place of the secret that is stored.")
    username: Username | None = Field(None, description="Of `basic`, with its new password.")


def can_send(kind: CredentialKind, secret: SecretStr) -> bool:
    """Whether the secret can stand where it is sent: a header takes printable ASCII, without a space at its ends."""
    is_bare = kind in (CredentialKind.BEARER, CredentialKind.HEADER)
    return not is_bare or _HEADER_VALUE.fullmatch(secret.get_secret_value()) is not None


def join_secret(kind: CredentialKind, username: str | None, secret: SecretStr) -> str:
    """What is sealed: a name and a password stand with a colon between them."""
    plain = secret.get_secret_value()
    return f"{username}:{plain}" if kind is CredentialKind.BASIC else plain
