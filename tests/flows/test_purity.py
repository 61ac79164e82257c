"""The flow islands import what is listed here and nothing else; above all nothing that waits or connects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hoopoe.flows

ROOT = Path(hoopoe.flows.__file__).parent
ISLANDS = ("expressions", "engine", "nodes", "definition", "demo", "exchange")
STANDARD = {
    "__future__", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "functools", "importlib",
    "itertools", "hashlib", "inspect", "json", "math", "pkgutil", "re", "types", "typing", "uuid", "zoneinfo",
}  # fmt: skip
LIBRARIES = {"liquid", "orjson", "phonenumbers", "pydantic", "pydantic_core", "re2"}
OURS = (
    "hoopoe.channels.capabilities",
    "hoopoe.channels.contract",
    "hoopoe.kernel.json",
    "hoopoe.kernel.secret_names",
    "hoopoe.kernel.secret_shapes",
    "hoopoe.kernel.spelling",
    "hoopoe.kernel.text",
    *(f"hoopoe.flows.{island}" for island in ISLANDS),
)
# Each island uses those before it and none behind it.
LAYERS = {name: set(ISLANDS[: index + 1]) for index, name in enumerate(ISLANDS)}
FILES = [path for island in ISLANDS for path in sorted((ROOT / island).rglob("*.py"))]
CLOCK_AND_CHANCE = {"now", "utcnow", "today", "uuid4", "uuid1"}
DOORS = {"open", "print", "input", "eval", "exec"}


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(ast.parse(path.read_text())):
        if isinstance(part, ast.Import):
            found.update(alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            assert part.level == 0, "imports are absolute"
            found.add(part.module or "")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: ".".join(path.relative_to(ROOT).with_suffix("").parts))
def test_imports(path: Path) -> None:
    for name in imports_of(path):
        top = name.partition(".")[0]
        if top == "hoopoe":
            assert name.startswith(OURS), name
            if name.startswith("hoopoe.flows."):
                assert name.split(".")[2] in LAYERS[path.relative_to(ROOT).parts[0]], name
        else:
            assert top in STANDARD | LIBRARIES, name


def test_no_code_asks_the_clock_or_chance() -> None:
    for path in FILES:
        assert list(find_impure(ast.parse(path.read_text()))) == [], path


def test_nested_packages_are_read_too() -> None:
    assert ROOT / "definition" / "upgrades" / "to_2.py" in FILES


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from uuid import uuid4\nmade = uuid4()", ["uuid4"]),
        ("from uuid import uuid4 as make\nmade = make()", ["uuid4"]),
        ("import uuid\nmade = uuid.uuid1()", ["uuid1"]),
        ("from datetime import datetime\nat = datetime.now()", ["now"]),
        ("print('x')", ["print"]),
        ("def step(env):\n    now = env.now\n    return now", []),
    ],
)
def test_what_asks_the_clock_or_chance_is_found(source: str, found: list[str]) -> None:
    assert list(find_impure(ast.parse(source))) == found


def find_impure(tree: ast.AST) -> Iterator[str]:
    """What of a file's code gives another answer each time, under whatever name it was imported."""
    for part in ast.walk(tree):
        if isinstance(part, ast.ImportFrom):
            yield from (alias.name for alias in part.names if alias.name in CLOCK_AND_CHANCE)
        if isinstance(part, ast.Attribute) and part.attr in CLOCK_AND_CHANCE and not _is_argument(part):
            yield part.attr
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in DOORS:
            yield part.func.id


def _is_argument(part: ast.Attribute) -> bool:
    """`env.now` is given; `datetime.now` is not."""
    return isinstance(part.value, ast.Name | ast.Attribute) and ast.unparse(part.value).endswith("env")
