"""Every setting of Hoopoe: typed, described, with its default. All come from the environment.

`hoopoe settings` lists them; docs/reference/settings.md is made from this module.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[3]


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what is allowed."""


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Settings(BaseSettings):
    """Frozen; made once per process by `load_settings` and handed on."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    # Where things are
    hoopoe_home: Path = Field(PROJECT / ".hoopoe", description="Folder of all state: database, logs, keys, demo.json.")
    host: str = Field("127.0.0.1", description="Address that the web process listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process: dashboard, API and webhooks.")
    simulator_port: int = Field(8100, ge=1, le=65535, description="Port of the simulated WhatsApp.")
    public_url: str | None = Field(
        None, description="Address under which customers' browsers and providers reach the web process."
    )
    web_dist: Path = Field(PROJECT / "web" / "dist", description="Folder of the built dashboard.")
    workers: int = Field(1, ge=0, le=64, description="How many worker processes `hoopoe up` starts.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines are written.")

    # The database
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 16 or newer, as postgresql://…. Without it `hoopoe up` runs its own."
    )
    database_direct_url: SecretStr | None = Field(
        None,
        description="The database without a pooler in between. Needed behind PgBouncer in transaction mode: LISTEN, "
        "webhooks and housekeeping go past it, and no statement is kept prepared.",
    )
    embedded_postgres: Literal["16", "18"] = Field("18", description="Version of the embedded PostgreSQL.")
    event_bus: Literal["pg"] = Field("pg", description="How processes wake each other.")

    # Secrets and doors
    hoopoe_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Master keys, comma-separated: the first encrypts secrets at rest, all of them decrypt."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins, comma-separated, whose pages may call the API with a token."
    )
    api_key_per_minute: int = Field(
        60, ge=1, le=100_000, description="Requests a minute that a new key may make, unless it is made with another."
    )
    registrations_per_hour: int = Field(
        20, ge=0, le=100_000, description="Accounts that one address may make in an hour; 0: any number."
    )
    hook_calls_per_minute: int = Field(
        60, ge=1, le=100_000, description="Calls a minute that one secret address of a flow takes."
    )
    workspace_hook_calls_per_minute: int = Field(
        600, ge=1, le=1_000_000, description="Calls a minute that all secret addresses of a workspace take together."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"),
        description="Addresses and networks, comma-separated, of the proxies whose X-Forwarded-For is believed: "
        "by it people are told apart who try passwords. Empty: none.",
    )
    outbound_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host:port pairs, comma-separated, that flows may call although they are private addresses."
    )

    # Providers
    meta_graph_url: str = Field("https://graph.facebook.com", description="Where Meta's Graph API is.")
    twilio_api_url: str = Field(
        "https://api.twilio.com", description="Where Twilio's REST API is; another address stands for all its hosts."
    )
    meta_api_version: str = Field("v25.0", pattern=r"^v\d{1,3}\.\d$", description="Version of Meta's Graph API.")

    # Files
    s3_bucket: str | None = Field(
        None, min_length=1, description="Bucket that keeps files; without it they are kept under HOOPOE_HOME/media."
    )
    s3_endpoint_url: str | None = Field(
        None, description="Address of a store that speaks S3 (MinIO, R2, Ceph …); without it Amazon's own."
    )
    s3_region: str = Field("us-east-1", min_length=1, description="The bucket's region.")
    s3_prefix: str = Field("", description="What all keys in the bucket begin with, for a bucket that is shared.")
    s3_access_key_id: str | None = Field(
        None, description="Key of the store; without it the machine's own role, as Amazon gives it."
    )
    s3_secret_access_key: SecretStr | None = Field(None, description="Secret of that key.")
    media_quota_mb: int = Field(
        10_240, ge=1, description="How many megabytes of files a workspace may keep, unless it has a quota of its own."
    )
    media_kept_days: int | None = Field(
        None, ge=1, description="Files older than this are deleted, their messages stay. Without it they are kept."
    )

    # Data tables
    tables_per_workspace: int = Field(100, ge=1, le=10_000, description="Data tables that a workspace may have.")
    rows_per_table: int = Field(
        100_000,
        ge=1,
        le=10_000_000,
        description="Rows that a data table may have. What is not asked for by its key is looked for row by row.",
    )

    # Mail
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server, as smtp://user:password@host:587 or smtps://…:465. Without it mails go to the log.",
    )
    mail_from: str = Field("Hoopoe <hoopoe@localhost>", description="Who mails come from.")

    # The message core
    webhook_max_bytes: int = Field(
        3 * 1024 * 1024, ge=1024, description="Largest webhook body that is taken, in bytes."
    )
    journal_days: int = Field(
        30, ge=1, le=365, description="Days for which webhooks are kept as they came; what is older is dropped."
    )
    account_event_days: int = Field(
        365, ge=30, le=3650, description="Days for which is kept what providers say of accounts, numbers and templates."
    )
    merge_days: int = Field(
        365, ge=30, le=3650, description="Days for which the record of two contacts that became one is kept."
    )
    trace_days: int = Field(
        14, ge=0, le=365, description="Days for which what a bot did, and why, is kept; 0 keeps nothing of it."
    )
    session_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days for which a person's way through a flow is kept after its end; never less than its traces.",
    )
    turn_batch: int = Field(128, ge=1, le=1000, description="Most lanes that one turn handles.")
    send_concurrency: int = Field(
        1000,
        ge=1,
        le=5000,
        description="Most sends under way at once, per worker: those that wait for their place in a channel's timetable"
        " (0.15 s), for the provider's answer, and to be written down.",
    )
    send_lease_seconds: float = Field(
        30.0, ge=0.5, le=600, description="How long a claimed send may take before its outcome is in doubt."
    )
    send_first_retry_seconds: float = Field(
        5.0, ge=0.05, le=600, description="Wait before a refused send is tried again; doubles with each try."
    )
    send_unknown_after_seconds: float = Field(
        120.0, ge=0.5, description="How long a send stays in doubt before it is sent again (once) or a person is asked."
    )

    catch_up_seconds: float = Field(
        300.0,
        ge=0,
        description="How often a number's messages are asked for at a provider that does not try webhooks again "
        "(Twilio); 0: never.",
    )

    # Development
    hoopoe_dev_clock: Switch = Field(Switch.OFF, description="Lets POST /api/dev/clock move domain time.")
    hoopoe_demo_limits: Switch = Field(
        Switch.ON, description="Rate limits and quota of the demo workspace; off lifts them, for benchmarks."
    )

    @field_validator("hoopoe_keys", "cors_origins", "trusted_proxies", "outbound_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            try:
                ip_network(text)
            except ValueError:
                raise ValueError(f"{text!r} is neither an address nor a network such as 10.0.0.0/8") from None
        return value

    @field_validator("database_url", "database_direct_url")
    @classmethod
    def _check_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("it begins with postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("it begins with smtp:// or smtps://")
        return value

    @field_validator("meta_graph_url", "twilio_api_url", "public_url", "s3_endpoint_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("it begins with https:// (or http:// on this machine)")
        return value.rstrip("/") if value is not None else None

    def require_database_url(self) -> str:
        """The database's address. Raises `SettingsError` where a process needs one and has none."""
        if self.database_url is None:
            raise SettingsError("DATABASE_URL is not set. `hoopoe up` starts a database of its own and sets it.")
        return self.database_url.get_secret_value()

    def direct_database_url(self) -> str:
        """The address for LISTEN and NOTIFY: past any pooler."""
        if self.database_direct_url is not None:
            return self.database_direct_url.get_secret_value()
        return self.require_database_url()

    @property
    def has_pgbouncer(self) -> bool:
        """Whether a pooler stands before the database: prepared statements do not survive in it."""
        return self.database_direct_url is not None

    def require_keys(self) -> list[str]:
        """The master keys. Raises `SettingsError` where there are none."""
        if not self.hoopoe_keys:
            raise SettingsError("HOOPOE_KEYS is not set. `hoopoe up` makes one and keeps it in HOOPOE_HOME/keys.")
        return [key.get_secret_value() for key in self.hoopoe_keys]

    def own_url(self) -> str:
        """Where the web process is reached: PUBLIC_URL, else this machine."""
        return self.public_url or f"http://{self.reachable_host()}:{self.port}"

    def simulator_url(self) -> str:
        """Where the simulator of `hoopoe up` is reached from this machine."""
        return f"http://{self.reachable_host()}:{self.simulator_port}"

    def reachable_host(self) -> str:
        """HOST as one may call it: an address that means "all of them" is this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        return f"[{host}]" if ":" in host else host


# How the table and the page of settings are divided; each group begins with this field.
_GROUPS = {
    "Where things are": "hoopoe_home",
    "The database": "database_url",
    "Secrets and doors": "hoopoe_keys",
    "Providers": "meta_graph_url",
    "Files": "s3_bucket",
    "Data tables": "tables_per_workspace",
    "Mail": "smtp_url",
    "The message core": "webhook_max_bytes",
    "Development": "hoopoe_dev_clock",
}


def group_settings() -> dict[str, list[str]]:
    """The names of all settings by group, in the order of the class."""
    firsts = {first: group for group, first in _GROUPS.items()}
    groups: dict[str, list[str]] = {}
    for name in Settings.model_fields:
        if name in firsts:
            groups[firsts[name]] = []
        groups[next(reversed(groups))].append(name)
    return groups


SECRET_NAMES = frozenset(name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))


def load_settings() -> Settings:
    """Read the environment. Raises `SettingsError` with one line per setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(fault) for fault in error.errors())) from None


def _explain(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "settings"
    value = "" if name in SECRET_NAMES else f" is {fault['input']!r}, but"
    return f"{name.upper()}{value}: {fault['msg']}"
