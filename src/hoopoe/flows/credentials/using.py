"""Putting a stored secret into a request, at the very moment at which it leaves.

Only here is a secret in the clear: it is in no flow, session, effect, event, log or trace.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import UUID

from hoopoe.flows.credentials.schemas import CredentialKind
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.outbound_http import OutboundRequest
from hoopoe.kernel.secrets import Keyring, SealedError, secret_context

SEALED: Final = "secret"
"""The field's name in the context that a secret is sealed for."""
_LEAST_REDACTED: Final = 4
_HIDDEN: Final = b"[secret]"

# A published flow never changes: it finds what was renamed by the name that it knows.
FIND: Final = """
select id, kind, hosts, parameter, sealed from credentials
where workspace_id = $1 and (name = $2 or $2 = any (former_names))
order by name = $2 desc limit 1
"""
# Once a minute is enough to know whether anybody needs it.
USED: Final = """
update credentials set used_at = now()
where workspace_id = $1 and id = $2 and (used_at is null or used_at < now() - interval '1 minute')
"""


class CredentialRefusedError(Exception):
    """The secret may not be sent with this request. The message is for the flow's author."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret in the clear, for as long as one request takes. `allowed`: host and port without https, for tests."""

    name: str
    kind: CredentialKind
    hosts: tuple[str, ...]
    parameter: str | None
    secret: str
    allowed: frozenset[tuple[str, int]] = frozenset()

    def __repr__(self) -> str:
        return f"Credential({self.name!r})"

    def sign(self, request: OutboundRequest) -> OutboundRequest:
        """The request with the secret in it. Raises `CredentialRefusedError` for another host, or without https."""
        self._check_host(request.url)
        match self.kind:
            case CredentialKind.BEARER:
                return _with_header(request, "authorization", f"Bearer {self.secret}")
            case CredentialKind.BASIC:
                encoded = base64.b64encode(self.secret.encode()).decode()
                return _with_header(request, "authorization", f"Basic {encoded}")
            case CredentialKind.HEADER:
                return _with_header(request, (self.parameter or "authorization").lower(), self.secret)
            case CredentialKind.QUERY:
                return replace(request, query={**request.query, self.parameter or "key": self.secret})

    def _check_host(self, url: str) -> None:
        try:
            parts = urlsplit(url.strip())
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        if not any(matches_host(host, pattern) for pattern in self.hosts):
            raise CredentialRefusedError(f"The credential '{self.name}' may not be sent to {host[:100] or 'nowhere'}.")
        if parts.scheme != "https" and (host, port) not in self.allowed:
            raise CredentialRefusedError(f"The credential '{self.name}' is sent over https only.")

    def redact(self, body: bytes) -> bytes:
        """An answer without the secret, in whatever way the other side says it back."""
        _, _, password = self.secret.partition(":") if self.kind is CredentialKind.BASIC else ("", "", "")
        spellings = {
            self.secret,
            password,
            quote(self.secret, safe=""),
            base64.b64encode(self.secret.encode()).decode(),
        }
        for spelling in sorted(spellings, key=len, reverse=True):
            if len(spelling) >= _LEAST_REDACTED:
                body = body.replace(spelling.encode(), _HIDDEN)
        return body


def _with_header(request: OutboundRequest, name: str, value: str) -> OutboundRequest:
    return replace(request, headers={**request.headers, name: value})


def matches_host(host: str, pattern: str) -> bool:
    """Whether a host is the one that is named; `*.example.com` names all below it, and no address by number."""
    if not pattern.startswith("*."):
        return host == pattern
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.endswith(pattern[1:])
    return False


def is_covered(pattern: str, by: str) -> bool:
    """Whether every host that one pattern names is named by another one too."""
    return pattern == by or matches_host(pattern.replace("*", "any", 1), by)


@dataclass(frozen=True, slots=True)
class CredentialShelf:
    """Where performers find credentials. `allowed` is OUTBOUND_ALLOW: what may be called without https."""

    pool: Pool
    keyring: Keyring
    allowed: Collection[tuple[str, int]] = ()

    async def take(self, workspace_id: UUID, name: str) -> Credential:
        """The workspace's credential of this name. Raises `CredentialRefusedError` where there is none to be had."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            row = await conn.fetchrow(FIND, workspace_id, name)
            if row is not None:
                await conn.execute(USED, workspace_id, row["id"])
        if row is None:
            raise CredentialRefusedError(f"There is no credential '{name}'.")
        try:
            secret = self.keyring.open(row["sealed"], context=secret_context(workspace_id, row["id"], SEALED))
        except SealedError:
            raise CredentialRefusedError(f"The credential '{name}' cannot be opened: store it again.") from None
        return Credential(
            name=name,
            kind=CredentialKind(row["kind"]),
            hosts=tuple(row["hosts"]),
            parameter=row["parameter"],
            secret=secret,
            allowed=frozenset(self.allowed),
        )
