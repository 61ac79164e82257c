"""What an effect is answered where nobody performs it: by hand, from an example, or that it failed. Pure.

Each kind of effect has results of its own shape (`flows.engine.contract.Effect`), and so has what stands for them.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pydantic import ValidationError

from hoopoe.flows.nodes.base import find_node_type
from hoopoe.kernel.json import Json, JsonObject

NO_FILE: Final = str(UUID(int=0))
"""A file that nobody has: a preview names it only."""
_TOLD: Final = "It was told to fail."


def make_answer(kind: str, request: JsonObject, given: Json) -> JsonObject:
    """What was typed, as the result of an effect: the body of another system, the rows of a table, a file.

    A table is answered with one row, a list of rows, or how many there are; with nothing: that there is none.
    """
    match kind:
        case "database_query":
            return _answer_table(request, given)
        case "fetch_file":
            return {"ok": True, "file_id": NO_FILE, "error": None}
        case _:
            return {"ok": True, "status": 200, "body": given, "error": None}


def make_failure(kind: str) -> JsonObject:
    """An effect that came to nothing."""
    match kind:
        case "database_query":
            return {"ok": False, "row_count": 0, "error": _TOLD}
        case "fetch_file":
            return {"ok": False, "file_id": None, "error": _TOLD}
        case _:
            return {"ok": False, "status": 500, "body": None, "error": _TOLD}


def make_example(kind: str, request: JsonObject, *, node_type: str | None, config: object) -> JsonObject:
    """What the settings of the node say that it reads; where they are not known, what any effect of its kind gives."""
    found = find_node_type(node_type) if node_type is not None else None
    try:
        settings = found.config.model_validate(config) if found is not None else None
    except ValidationError:
        settings = None
    made = settings.example_result() if settings is not None else None
    return made if made is not None else make_answer(kind, request, {})


def _answer_table(request: JsonObject, given: Json) -> JsonObject:
    rows: list[Json] = given if isinstance(given, list) else [given] if given else []
    count = given if isinstance(given, int) and not isinstance(given, bool) else len(rows)
    answer: JsonObject = {"ok": True, "row_count": count}
    match request.get("operation"):
        case "count":
            return answer
        case "list":
            return {**answer, "row_count": len(rows), "rows": rows}
        case _:
            return {**answer, "row_count": len(rows), "row": rows[0] if rows else None}
