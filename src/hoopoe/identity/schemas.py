"""Identity's shapes on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic import AfterValidator, AwareDatetime, Field, SecretStr
from pydantic_core import PydanticCustomError

from hoopoe.identity.passwords import MAX_CHARS, MIN_CHARS, is_guessable
from hoopoe.identity.roles import Permission, Role
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.kernel.text import clean, normalize

# A mail server of one's own may have such a domain; the demo's owner has one.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name not in {"local", "localhost", "test"}]


class Locale(StrEnum):
    EN = "en"
    AR = "ar"


def _check_name(value: str) -> str:
    name = " ".join(clean(value).split())
    if not normalize(name):
        raise ValueError("This may not be empty.")
    return name


def _check_email(value: str) -> str:
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None


Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_check_name)]
Email = Annotated[str, Field(max_length=254, examples=["noor@example.com"]), AfterValidator(_check_email)]
Code = Annotated[str, Field(min_length=1, max_length=32, examples=["123456"])]


def _check_password(value: SecretStr) -> SecretStr:
    if is_guessable(value.get_secret_value()):
        raise PydanticCustomError(
            "weak_password",
            "This password is easy to guess. Take several words that have nothing to do with each other.",
        )
    return value


NewPassword = Annotated[SecretStr, Field(min_length=MIN_CHARS, max_length=MAX_CHARS), AfterValidator(_check_password)]


class Register(Input):
    """A new person with a workspace of their own."""

    model_config = example(
        {
            "name": "Noor",
            "email": "noor@example.com",
            "password": "a hoopoe carries letters",
            "workspace_name": "Café Qamar",
            "locale": "en",
        }
    )

    name: Name
    email: Email
    password: NewPassword
    workspace_name: Name
    locale: Locale = Locale.EN


class Login(Input):
    model_config = example({"email": "noor@example.com", "password": "a hoopoe carries letters"})

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[SecretStr, Field(max_length=MAX_CHARS)]
    code: Code | None = Field(None, description="Of the authenticator app, or a recovery code, where one is asked for.")
    workspace_name: Name | None = Field(
        None, description="Whoever belongs to no workspace (any more) makes one of this name, as its owner."
    )


class User(Wire):
    id: UUID
    name: str
    email: str
    locale: Locale
    has_second_factor: bool = Field(description="Logging in asks for a code of an authenticator app.")
    is_operator: bool = Field(description="Runs this Hoopoe: sees the pages about all workspaces.")


class Workspace(Wire):
    """A workspace as one of its members sees it."""

    id: UUID
    name: str
    role: Role
    timezone: str
    currency: str
    languages: list[str]
    logo_url: str | None = Field(description="Asks for a token too. Another address with every other image.")
    deleted_at: datetime | None = Field(description="Deleted: only its owners see it, and nothing in it works.")
    purged_from: datetime | None = Field(description="When a deleted workspace can no longer be restored.")


class WorkspaceSummary(Wire):
    id: UUID
    name: str
    role: Role
    logo_url: str | None
    deleted_at: datetime | None


class Session(Wire):
    """A session of a browser. The refresh token is not in here: it is an HttpOnly cookie."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # a kind, not a secret
    expires_in: int = Field(description="Seconds.")
    user: User
    workspace: Workspace
    workspaces: list[WorkspaceSummary]


class BrowserSession(Wire):
    """Somewhere one is logged in."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    address: str | None
    agent: str | None = Field(description="What the browser calls itself.")
    is_current: bool


class BrowserSessions(Wire):
    data: list[BrowserSession]


class PasswordChange(Input):
    model_config = example({"current_password": "a hoopoe carries letters", "new_password": "and never loses one"})

    current_password: Annotated[SecretStr, Field(max_length=MAX_CHARS)]
    new_password: NewPassword


class PasswordForgotten(Input):
    model_config = example({"email": "noor@example.com"})

    email: Annotated[str, Field(max_length=254)]


class PasswordReset(Input):
    model_config = example({"password": "a hoopoe carries letters"})

    password: NewPassword


class PasswordProof(Input):
    model_config = example({"password": "a hoopoe carries letters"})

    password: Annotated[SecretStr, Field(max_length=MAX_CHARS)]


class SecondFactorCode(Input):
    model_config = example({"code": "123456"})

    code: Code


class SecondFactor(Wire):
    is_on: bool
    recovery_codes_left: int


class SecondFactorEnrolment(Wire):
    """What an authenticator app is told. It asks for nothing before a code of it was confirmed."""

    secret: str = Field(description="Base32, for typing.")
    uri: str = Field(description="For a QR code.", examples=["otpauth://totp/…"])


class RecoveryCodes(Wire):
    """Each logs in once in place of a code. They are in this answer and nowhere else."""

    codes: list[str]


class Me(Wire):
    """Who asks, in which workspace, with which permissions."""

    user: User
    workspace: Workspace
    permissions: list[str]
    workspaces: list[WorkspaceSummary]


class Setup(Wire):
    """What the first page needs to know before anybody has logged in."""

    needs_setup: bool = Field(description="There is no user yet.")
    has_simulator: bool
    simulator_url: str | None


class Ticket(Wire):
    """A ticket for one WebSocket connection."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


def _check_is_ahead(value: datetime) -> datetime:
    if value <= datetime.now(UTC):
        raise PydanticCustomError("past", "This moment is over.")
    return value


class TokenCreate(Input):
    model_config = example({"name": "CI", "expires_at": "2030-01-01T00:00:00Z", "scopes": ["conversations:read"]})

    name: Name
    expires_at: Annotated[AwareDatetime, AfterValidator(_check_is_ahead)] | None = None
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=50)] | None = Field(
        None, description="What it may; without it, all that its member may."
    )
    requests_per_minute: Annotated[int, Field(ge=1, le=6_000)] | None = Field(
        None, description="How many requests it may make; without it, as API_KEY_PER_MINUTE says."
    )


class Token(Wire):
    """A personal access token. Its text is shown once, when it is made."""

    id: UUID
    name: str
    scopes: list[str] | None = Field(description="Null: all that its member may.")
    requests_per_minute: int | None = Field(description="Null: no limit.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenCreated(Token):
    token: str = Field(examples=["hpt_…"])


class TokenPage(Page[Token]):
    """Personal access tokens."""
