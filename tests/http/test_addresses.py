"""Whatever the schema lets an address carry, the server can read: a longer one it takes for no HTTP at all."""

from __future__ import annotations

from typing import Any

import httptools
import pytest

from hoopoe.kernel.settings import Settings
from hoopoe.main.http_app import make_http_app

LONGEST = 65_535
"""What the server's parser takes, in bytes."""
PATH = 500
CHARACTER = 12
"""Bytes of a character outside the first plane: four, and each stands as `%F0`."""
SHORT = 64
"""Of numbers, ids, times, and words of a closed list."""


def measure(schema: dict[str, Any], schemas: dict[str, Any]) -> int:
    """The bytes of the longest value. Fails for what has no bound."""
    if "$ref" in schema:
        return measure(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if "anyOf" in schema:
        return max(measure(each, schemas) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return int(schema["maxItems"]) * measure(schema["items"], schemas)
    if schema.get("type") != "string" or {"enum", "const", "format"} & set(schema):
        return SHORT
    return int(schema["maxLength"]) * CHARACTER


def test_the_longest_address_that_the_schema_allows_can_be_read(settings: Settings) -> None:
    document = make_http_app(settings).openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 150
    for operation in operations:
        asked = [each for each in operation.get("parameters", []) if each["in"] == "query"]
        sizes = {each["name"]: measure(each["schema"], document["components"]["schemas"]) for each in asked}
        names = sum(len(name) + 2 for name in sizes)
        assert PATH + names + sum(sizes.values()) < LONGEST, (operation["operationId"], sizes)


def test_a_longer_one_cannot() -> None:
    assert httptools.parse_url(b"/" + b"a" * (LONGEST - 1)).path
    with pytest.raises(httptools.HttpParserInvalidURLError):
        httptools.parse_url(b"/" + b"a" * LONGEST)
