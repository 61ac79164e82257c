"""Older shapes of a blueprint, brought to the newest: one file per step, each a pure function.

    upgrade_blueprint(data) -> JsonObject      raises SpecTooNew for a shape that this code does not know

To change the shape: raise `SPEC_VERSION`, add `to_<version>.py` with `upgrade`, list it in `STEPS`, and keep a
blueprint of the old shape in tests/flows/upgrades.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from hoopoe.flows.definition.upgrades import to_2
from hoopoe.kernel.json import JsonObject

SPEC_VERSION: Final[Literal[2]] = 2

STEPS: Final[Mapping[int, Callable[[JsonObject], JsonObject]]] = {2: to_2.upgrade}
"""By the version that a step leads to."""


class SpecTooNew(ValueError):  # noqa: N818 - named after the situation
    """A blueprint of a later shape than this code reads. `field` is where it says so."""

    def __init__(self, field: str, version: int) -> None:
        super().__init__(f"This flow has the shape {version}; this Hoopoe reads {SPEC_VERSION} and older.")
        self.field = field


def upgrade_blueprint(data: JsonObject) -> JsonObject:
    """A blueprint in the newest shape. What is given is not changed, and what is no blueprint stays none."""
    field, version = read_version(data)
    if version > SPEC_VERSION:
        raise SpecTooNew(field, version)
    for step in range(version + 1, SPEC_VERSION + 1):
        data = STEPS[step](data)
    return data


def read_version(data: JsonObject) -> tuple[str, int]:
    """The version that a blueprint says it has, and in which field; 1 for one that says nothing of use."""
    for field in ("spec_version", "schema_version"):
        version = data.get(field)
        if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
            return field, version
    return "spec_version", 1
