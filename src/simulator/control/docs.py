"""`/docs`: the control API on one page of our own, which needs nothing from outside this machine."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 5rem; }
details { border-top: 1px solid #8884; padding: .5rem 0; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4.5rem; font: 600 .8rem ui-monospace, monospace; }
pre { overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; }
"""


def install_docs_page(app: FastAPI) -> None:
    """Serve the page, made from `/openapi.json` each time it is asked for."""

    @app.get("/docs", include_in_schema=False)
    async def read_docs() -> HTMLResponse:
        return HTMLResponse(render_docs(app.openapi()))


def render_docs(schema: dict[str, Any]) -> str:
    """The whole page: every call with its words, its parameters and the shape of its body."""
    calls = "".join(
        _render_call(schema, method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    title = escape(schema["info"]["title"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
        f'<p>{escape(schema["info"]["description"])} <a href="/openapi.json">openapi.json</a></p>{calls}</body></html>'
    )


def _render_call(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    given = "".join(
        f"<li><code>{escape(each['name'])}</code> in {escape(each['in'])}: {escape(each.get('description', ''))}</li>"
        for each in operation.get("parameters", ())
    )
    shape = f"<pre>{escape(json.dumps(_resolve(schema, body), indent=2, ensure_ascii=False))}</pre>" if body else ""
    return (
        f"<details><summary><b>{escape(method.upper())}</b> <code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary><p>{escape(operation.get('description', ''))}</p>"
        f"<ul>{given}</ul>{shape}</details>"
    )


def _resolve(schema: dict[str, Any], shape: Any, depth: int = 6) -> Any:
    """A shape with the shapes that it names in their places."""
    match shape:
        case {"$ref": str(name)} if depth:
            return _resolve(schema, schema["components"]["schemas"][name.rsplit("/", 1)[-1]], depth - 1)
        case dict():
            return {key: _resolve(schema, value, depth) for key, value in shape.items()}
        case list():
            return [_resolve(schema, value, depth) for value in shape]
        case _:
            return shape
