"""Access tokens (JWT, 15 minutes), and what the other tokens look like.

The signing key is derived from the first of HOOPOE_KEYS. When that changes, access tokens end early and
browsers fetch new ones by their refresh cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import jwt

from hoopoe.identity.roles import Role
from hoopoe.kernel.secrets import Keyring

ACCESS_SECONDS: Final = 15 * 60
REFRESH_DAYS: Final = 30
REFRESH_GRACE_SECONDS: Final = 10
TICKET_SECONDS: Final = 30

PERSONAL_PREFIX: Final = "hpt_"
REFRESH_PREFIX: Final = "hrt_"
TICKET_PREFIX: Final = "hwt_"
OPERATOR_PREFIX: Final = "hak_"

_ALGORITHM: Final = "HS256"
_CLAIMS: Final = ["sub", "restaurantId", "role", "sid", "iat", "exp"]


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says. `session_id` is the family of refresh tokens it comes from.

    The role is for those who read the token; what a member may do is looked up at every request.
    """

    user_id: UUID
    workspace_id: UUID
    role: Role
    session_id: UUID


class AccessSigner:
    """Signs and reads access tokens."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.derive("access tokens")

    def sign(self, claims: AccessClaims) -> str:
        """A token that is good for `ACCESS_SECONDS`."""
        now = datetime.now(UTC)
        payload = {
            "sub": str(claims.user_id),
            "restaurantId": str(claims.workspace_id),
            "role": claims.role.value,
            "sid": str(claims.session_id),
            "iat": now,
            "exp": now + timedelta(seconds=ACCESS_SECONDS),
        }
        return jwt.encode(payload, self._key, algorithm=_ALGORITHM)

    def read(self, token: str) -> AccessClaims | None:
        """What a token says; None when it is not ours, was changed, or has expired."""
        try:
            payload = jwt.decode(token, self._key, algorithms=[_ALGORITHM], options={"require": _CLAIMS})
            return AccessClaims(
                user_id=UUID(payload["sub"]),
                workspace_id=UUID(payload["restaurantId"]),
                role=Role(payload["role"]),
                session_id=UUID(payload["sid"]),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            return None


def derive_clock_token(keyring: Keyring) -> str:
    """The token by which the simulator may move the development clock. `up` hands it to the simulator."""
    return "hct_" + keyring.derive("development clock").hex()
