"""JSON in which every text may hold `{{ }}`: a stored value, the body of a request."""

from __future__ import annotations

from collections.abc import Callable

from hoopoe.flows.engine import Visit
from hoopoe.flows.expressions import compile_template
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json

_MAX_DEPTH = 20


def inspect_json(look: Look, field: str, value: Json, *, depth: int = 0) -> None:
    """Look at every text in a JSON value."""
    if depth > _MAX_DEPTH:
        look.error(field, "too_deep", "This is nested too deeply.")
        return
    match value:
        case str():
            look.template(field, value)
        case dict():
            for key, item in value.items():
                inspect_json(look, f"{field}.{key}", item, depth=depth + 1)
        case list():
            for index, item in enumerate(value):
                inspect_json(look, f"{field}.{index}", item, depth=depth + 1)
        case _:
            pass


def build_json(value: Json) -> Callable[[Visit], Json]:
    """A function that fills in a JSON value. A text that is one `{{ }}` becomes the value itself."""
    match value:
        case str():
            template = compile_template(value)
            return lambda visit: visit.render_value(template)
        case dict():
            fields = {key: build_json(item) for key, item in value.items()}
            return lambda visit: {key: fill(visit) for key, fill in fields.items()}
        case list():
            items = [build_json(item) for item in value]
            return lambda visit: [fill(visit) for fill in items]
        case _:
            return lambda _visit: value
