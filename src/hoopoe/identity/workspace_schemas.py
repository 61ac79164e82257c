"""Workspaces on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from hoopoe.identity.schemas import Name, Workspace
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, example
from hoopoe.kernel.world import list_currency_codes, list_languages, list_timezones

MAX_LANGUAGES = 12


def _check_timezone(value: str) -> str:
    if value not in list_timezones():
        raise ValueError("There is no such time zone. Use a name such as Asia/Riyadh.")
    return value


def _check_currency(value: str) -> str:
    if value not in list_currency_codes():
        raise ValueError("There is no such currency. Use a code such as SAR.")
    return value


def _check_languages(value: list[str]) -> list[str]:
    for language in value:
        if language not in list_languages():
            raise ValueError(f"There is no language {language!r}. Use codes such as ar and en.")
    if len(set(value)) < len(value):
        raise ValueError("A language stands here twice.")
    return value


Timezone = Annotated[str, Field(max_length=64, examples=["Asia/Riyadh"]), AfterValidator(_check_timezone)]
Currency = Annotated[str, Field(max_length=3, examples=["SAR"]), AfterValidator(_check_currency)]
Languages = Annotated[
    list[Annotated[str, Field(max_length=3)]],
    Field(min_length=1, max_length=MAX_LANGUAGES, examples=[["ar", "en"]]),
    AfterValidator(_check_languages),
]


class WorkspaceCreate(Input):
    """Another workspace, with oneself as its owner. What is left out is as in a new account's workspace."""

    model_config = example({"name": "Qamar Bakery", "timezone": "Asia/Riyadh", "currency": "SAR"})

    name: Name
    timezone: Timezone = "UTC"
    currency: Currency = "SAR"
    languages: Languages = Field(default=["en", "ar"])


class WorkspaceUpdate(Input):
    """What is left out, or null, stays as it is."""

    model_config = example({"name": "Qamar Bakery", "languages": ["ar", "en"]})

    name: Name | None = None
    timezone: Timezone | None = None
    currency: Currency | None = None
    languages: Languages | None = Field(None, description="The first is what bots speak when nothing else is known.")


class WorkspaceDetails(Workspace):
    """A workspace with what only its settings show."""

    messages_per_minute: int | None = Field(description="Incoming messages handled per minute; null: no limit.")
    customer_messages_per_minute: int | None = Field(description="The same for one customer.")
    created_at: datetime


class WorkspacePage(Page[WorkspaceDetails]):
    """One's workspaces."""
