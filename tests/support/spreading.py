"""How tests are spread over processes: what takes longest first, and together what shares processes of Hoopoe.

A folder here starts them once, for all of its tests; spread over all test processes each would start its own.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# One process works through each of these.
TOGETHER = ("tests/flows_live", "tests/e2e", "tests/media_live", "tests/webhooks", "tests/realtime", "tests/contacts")
# What begins late would keep one process at work when all others are done. The longest first.
FIRST = (
    "tests/http/test_any_input.py",
    "tests/chaos/test_rounds.py",
    "tests/chaos/test_known_faults.py",
    "tests/flows_live",
    "tests/chaos/test_property.py",
    "tests/migrations/test_old_code.py",
    "tests/e2e",
    "tests/main/test_up.py",
    "tests/main/test_cli.py",
    "tests/webhooks",
    "tests/bots/test_people.py",
    "tests/architecture/test_contracts.py",
    "tests/bots/test_plays.py",
    "tests/flows/test_memory.py",
)


class Spreading(LoadFileScheduling):
    """File by file, but for the folders above; in the order of the collection."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What one process works through: a file, or a folder."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def put_longest_first(items: list[pytest.Item]) -> None:
    """Order what was collected; every test process comes to the same order."""
    places = {scope: place for place, scope in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(scope_of(item.nodeid), len(FIRST)))
