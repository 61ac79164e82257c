"""What is wrong with a field, in words of ours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from hoopoe.kernel.http.answers import read_fault


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=2, max_length=3, pattern="^a")] = "ab"
    number: Annotated[int, Field(ge=1, le=5)] = 1
    share: float = 0.5
    is_on: bool = True
    id: UUID | None = None
    at: datetime | None = None
    aware: AwareDatetime | None = None
    names: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    colour: Literal["red", "blue"] = "red"
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"text": 1}, "text", "This must be a text."),
        ({"text": "a"}, "text", "This is too short: 2 characters at least."),
        ({"text": "abcd"}, "text", "This is too long: 3 characters at most."),
        ({"text": "ba"}, "text", "This does not have the form that is asked for."),
        ({"number": "x"}, "number", "This must be a whole number."),
        ({"number": 0}, "number", "This must be 1 or more."),
        ({"number": 9}, "number", "This must be 5 or less."),
        ({"share": "x"}, "share", "This must be a number."),
        ({"is_on": "x"}, "is_on", "This must be true or false."),
        ({"id": "x"}, "id", "This must be an id."),
        ({"at": "x"}, "at", "This must be a moment, as 2026-11-28T10:00:00Z."),
        ({"aware": "2026-11-28T10:00:00"}, "aware", "This moment needs its offset from UTC, or a Z."),
        ({"names": "x"}, "names", "This must be a list."),
        ({"names": []}, "names", "There are too few: 1 at least."),
        ({"names": ["a", "b", "c"]}, "names", "There are too many: 2 at most."),
        ({"colour": "green"}, "colour", "This must be one of: 'red' or 'blue'."),
        ({"pet": {"kind": "cow"}}, "pet.kind", "This must be one of: 'cat', 'dog'."),
        ({"pet": {}}, "pet.kind", "This is needed."),
        ({"other": 1}, "other", "There is no such field."),
        ([], "body", "This must be an object with fields."),
    ],
)
def test_each_fault_names_the_field_and_says_what_is_asked_for(given: Any, field: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Shape.model_validate(given)
    [error] = caught.value.errors()
    fault = read_fault({**error, "loc": ("body", *error["loc"])}, given)
    assert (fault.field, fault.message) == (field, words)
