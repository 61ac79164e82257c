"""Everything that can be set, by environment variables that begin with `SIMULATOR_`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SimulatorSettings(BaseSettings):
    """The simulator's settings. Times are seconds of real time unless said otherwise."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8100, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    ready_file: Path | None = Field(
        default=None, description="Written once requests are answered: JSON with port, url and pid."
    )
    config: Path | None = Field(default=None, description="JSON file that names channels and people.")
    data: Path | None = Field(
        default=None, description="Folder that keeps the world over a restart; without it the world is in memory."
    )
    web: Path | None = Field(default=None, description="Folder of the built web; its phone.html is served at /.")

    clock_listeners: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses, by comma, that are told when the clock moves."
    )
    clock_token: str = Field(default="", description="Sent to the clock listeners as Bearer token.")

    limits: Literal["on", "off", "strict"] = Field(
        default="on",
        description="Pair rate and throughput: on; off; or strict, where a burst to one person is followed by silence.",
    )
    status_delays: Annotated[tuple[float, float, float], NoDecode] = Field(
        default=(0.03, 0.08, 0.12),
        description="Seconds after acceptance at which sent, delivered and read are told, as sent,delivered,read.",
    )
    template_review: float = Field(default=0.2, ge=0, description="How long a new template is PENDING.")
    media_url_seconds: float = Field(default=300, gt=0, description="How long a media URL lives, in world time.")

    webhook_timeout: float = Field(default=10, gt=0, description="How long a webhook waits for its answer.")
    webhook_concurrency: int = Field(default=32, ge=1, description="Webhooks under way at once per callback.")
    webhook_batch: int = Field(default=1, ge=1, le=1000, description="Most updates put into one webhook.")
    retry_gap: float = Field(
        default=0.5, ge=0, description="Gap before the second retry; it doubles. The first is immediate."
    )
    retry_gap_max: float = Field(default=8, ge=0, description="The gap grows to this.")
    retries: int = Field(default=120, ge=0, description="How often a webhook is tried again before it is given up.")

    log_rows: int = Field(default=20_000, ge=1, description="Rows that the wire log keeps.")
    seed: int | None = Field(default=None, description="Makes the faults' dice repeatable.")

    @field_validator("clock_listeners", mode="before")
    @classmethod
    def _split_listeners(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("status_delays", mode="before")
    @classmethod
    def _split_delays(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("status_delays")
    @classmethod
    def _grow(cls, value: tuple[float, float, float]) -> tuple[float, float, float]:
        if list(value) != sorted(value) or value[0] < 0:
            raise ValueError("the delays of sent, delivered and read must not be negative and must not shrink")
        return value
