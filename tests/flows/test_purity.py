"""The flow islands import what is listed here and nothing else; above all nothing that waits or connects."""

from __future__ import annotations

import ast
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
FILES = [path for island in ISLANDS for path in sorted((ROOT / island).glob("*.py"))]


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(ast.parse(path.read_text())):
        if isinstance(part, ast.Import):
            found.update(alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            assert part.level == 0, "imports are absolute"
            found.add(part.module or "")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_imports(path: Path) -> None:
    for name in imports_of(path):
        top = name.partition(".")[0]
        if top == "hoopoe":
            assert name.startswith(OURS), name
            if name.startswith("hoopoe.flows."):
                assert name.split(".")[2] in LAYERS[path.parent.name], name
        else:
            assert top in STANDARD | LIBRARIES, name


def test_no_code_asks_the_clock_or_chance() -> None:
    for path in FILES:
        for part in ast.walk(ast.parse(path.read_text())):
            if isinstance(part, ast.Attribute):
                assert part.attr not in {"now", "utcnow", "today", "uuid4", "uuid1"} or _is_argument(part), path
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                assert part.func.id not in {"open", "print", "input", "eval", "exec"}, path


def _is_argument(part: ast.Attribute) -> bool:
    """`env.now` is given; `datetime.now` is not."""
    return isinstance(part.value, ast.Name | ast.Attribute) and ast.unparse(part.value).endswith("env")
