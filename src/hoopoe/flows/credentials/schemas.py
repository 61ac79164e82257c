"""Credentials on the wire. A secret goes in and never comes out."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from hoopoe.kernel.http.shapes import Input, Wire, example

_HOST: Final = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PARAMETER: Final = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
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
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4_000), AfterValidator(_check_secret)]


class Credential(Wire):
    """A stored secret, without the secret."""

    id: UUID
    name: str
    kind: CredentialKind
    hosts: list[str]
    parameter: str | None
    created_at: datetime
    used_at: datetime | None = Field(description="When a flow last sent it, to the minute.")


class Credentials(Wire):
    """All of them, by name."""

    data: list[Credential]


class CredentialCreate(Input):
    model_config = example(
        {"name": "Shop", "kind": "bearer", "hosts": ["api.shop.example.com"], "secret": "sk_live_0123456789"}
    )

    name: Name = Field(description="What flows call it.")
    kind: CredentialKind
    hosts: list[Host] = Field(
        min_length=1, max_length=20, description="The secret is sent to these hosts only; `*.example.com` is all below."
    )
    secret: Secret = Field(description="The token, or the password of `basic`. It is never shown again.")
    username: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^:\r\n\x00]*$")] | None = Field(
        None, description="Of `basic` only."
    )
    parameter: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PARAMETER)] | None = Field(
        None, description="The name of the header or of the query parameter, for those kinds."
    )

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
        """What is sealed: a name and a password stand with a colon between them."""
        secret = self.secret.get_secret_value()
        return f"{self.username}:{secret}" if self.kind is CredentialKind.BASIC else secret
