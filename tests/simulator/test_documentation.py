"""docs/subsystems/simulator.md names every setting, fault, route and event there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.app import create_app
from simulator.control.message_schemas import MessageIn
from simulator.faults import FaultKind
from simulator.settings import SimulatorSettings

PAGE = (Path(__file__).parents[2] / "docs" / "subsystems" / "simulator.md").read_text()


@pytest.mark.parametrize("name", SimulatorSettings.model_fields)
def test_settings(name: str) -> None:
    assert f"`SIMULATOR_{name.upper()}`" in PAGE


@pytest.mark.parametrize("kind", FaultKind)
def test_faults(kind: FaultKind) -> None:
    assert f"`{kind}`" in PAGE


def test_routes() -> None:
    app = create_app(SimulatorSettings())
    paths = app.control.openapi()["paths"]
    assert len(paths) > 10
    missing = [path for path in paths if not re.search(rf"{re.escape(path)}`", PAGE)]
    assert missing == []


def test_message_types() -> None:
    types = MessageIn.model_json_schema()["properties"]["type"]["enum"]
    assert [name for name in types if name not in PAGE] == []
