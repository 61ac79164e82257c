"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who loses it.

Machine time. A code is taken once, within half a minute before or after; what the app shows is computed from
a secret that is sealed at rest.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pyotp

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.secrets import Keyring, hash_token, is_equal, secret_context

ISSUER: Final = "Hoopoe"
STEP_SECONDS: Final = 30
STEPS_AROUND: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
# Without what looks alike on paper.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is told: the secret in Base32, and the address that a QR code carries."""

    secret: str
    uri: str


def _context(user_id: UUID) -> str:
    return secret_context(user_id, user_id, "totp_secret")


async def begin_enrolment(conn: Connection, keyring: Keyring, *, user_id: UUID, email: str) -> Enrolment:
    """A new secret. It asks for nothing before a code of it was seen; an older unconfirmed one is forgotten."""
    secret = pyotp.random_base32()
    await conn.execute(
        "update users set totp_secret = $2, totp_last_step = null where id = $1 and totp_confirmed_at is null",
        user_id,
        keyring.seal(secret, context=_context(user_id)),
    )
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


async def confirm_enrolment(conn: Connection, keyring: Keyring, *, user_id: UUID, code: str) -> list[str] | None:
    """Ask for codes from now on, and hand out the recovery codes; None for a wrong code or no enrolment."""
    if not await _take_code(conn, keyring, user_id, code):
        return None
    await conn.execute("update users set totp_confirmed_at = now() where id = $1", user_id)
    return await renew_recovery_codes(conn, user_id)


async def renew_recovery_codes(conn: Connection, user_id: UUID) -> list[str]:
    """New recovery codes; the old ones end. Known here and never again."""
    codes = [_make_recovery_code() for _ in range(RECOVERY_CODES)]
    await conn.execute("delete from recovery_codes where user_id = $1", user_id)
    await conn.execute(
        "insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])",
        user_id,
        [_hash_recovery_code(user_id, code) for code in codes],
    )
    return codes


async def take_second_factor(conn: Connection, keyring: Keyring, *, user_id: UUID, code: str) -> bool:
    """Whether the code is the app's of now, or a recovery code. Either is used up by this."""
    if await _take_code(conn, keyring, user_id, code):
        return True
    tag = await conn.execute(
        "delete from recovery_codes where user_id = $1 and code_hash = $2", user_id, _hash_recovery_code(user_id, code)
    )
    return tag.endswith(" 1")


async def end_second_factor(conn: Connection, user_id: UUID) -> None:
    """Ask for a password alone again."""
    await conn.execute(
        "update users set totp_secret = null, totp_confirmed_at = null, totp_last_step = null where id = $1", user_id
    )
    await conn.execute("delete from recovery_codes where user_id = $1", user_id)


async def count_recovery_codes(conn: Connection, user_id: UUID) -> int:
    """How many are left."""
    count: int = await conn.fetchval("select count(*) from recovery_codes where user_id = $1", user_id)
    return count


async def _take_code(conn: Connection, keyring: Keyring, user_id: UUID, code: str) -> bool:
    # Held until the transaction ends: of two with the same code at the same time the second finds it taken.
    row = await conn.fetchrow("select totp_secret, totp_last_step from users where id = $1 for no key update", user_id)
    if row is None or row["totp_secret"] is None:
        return False
    totp = pyotp.TOTP(keyring.open(row["totp_secret"], context=_context(user_id)))
    now = int(time.time()) // STEP_SECONDS
    given = "".join(code.split())
    found = [now + step for step in STEPS_AROUND if is_equal(totp.generate_otp(now + step), given)]
    if not found or (row["totp_last_step"] is not None and found[0] <= row["totp_last_step"]):
        return False
    await conn.execute("update users set totp_last_step = $2 where id = $1", user_id, found[0])
    return True


def _make_recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _hash_recovery_code(user_id: UUID, code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter in _LETTERS)
    return hash_token(f"{user_id}|{plain}")
