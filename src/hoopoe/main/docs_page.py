"""`/docs`: the API's documentation, made from `/openapi.json` by a page of our own.

No script and no style from anywhere else: it must open in a closed network, and under our own
content security policy.
"""

from __future__ import annotations

import asyncio
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from hoopoe.main.openapi import resolve

METHODS = ("get", "post", "put", "patch", "delete")

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 6rem; }
h1 { margin-bottom: .25rem; } h2 { margin-top: 3rem; border-bottom: 1px solid #8886; padding-bottom: .25rem; }
details { border: 1px solid #8884; border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; } summary code { font-weight: 600; }
.method { display: inline-block; min-width: 4rem; font: 600 .8rem/1.4 ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
td, th { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #8883; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 36rem) { body { padding: 1rem .75rem 4rem; } }
"""


def install_docs_page(app: FastAPI) -> None:
    """Serve the page. It is made once, when it is first asked for, beside the requests of others."""
    made: list[str] = []

    @app.get("/docs", include_in_schema=False)
    async def read_docs() -> HTMLResponse:
        if not made:
            made.append(await asyncio.to_thread(lambda: render_docs(app.openapi())))
        return HTMLResponse(made[0])


def render_docs(schema: dict[str, Any]) -> str:
    """The whole page."""
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                groups.setdefault(operation.get("tags", ["other"])[0], []).append(
                    _operation(schema, method, path, operation)
                )
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(items)}" for tag, items in groups.items())
    shapes = "".join(_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items()))
    intro = "".join(f"<p>{_code(line)}</p>" for line in schema["info"]["description"].splitlines())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Hoopoe API</title><style>{STYLE}</style></head><body>"
        f"<h1>Hoopoe API</h1><p>Version {escape(schema['info']['version'])} · "
        f'<a href="/openapi.json">openapi.json</a></p>{intro}{sections}<h2>Shapes</h2>{shapes}</body></html>'
    )


def _operation(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [
        (f"<code>{escape(given['name'])}</code> in {given['in']}", _kind(given["schema"]), given.get("description", ""))
        for given in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body is not None:
        rows.append(("body", _kind(body), ""))
    resolved = [(status, resolve(schema, answer)) for status, answer in operation["responses"].items()]
    answers = [
        (f"<code>{status}</code>", _kind(_answer_schema(answer)), answer["description"]) for status, answer in resolved
    ]
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="method">{method.upper()}</span>'
        f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
        f"<p>{_code(operation.get('description', ''))}</p>{_table(rows)}{_table(answers)}</details>"
    )


def _answer_schema(answer: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _shape(name: str, shape: dict[str, Any]) -> str:
    required = set(shape.get("required", ()))
    rows = [
        (
            f"<code>{escape(field)}</code>{'' if field in required else ' (optional)'}",
            _kind(value),
            value.get("description", ""),
        )
        for field, value in shape.get("properties", {}).items()
    ]
    return (
        f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{_code(shape.get('description', ''))}</p>{_table(rows)}</details>"
    )


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#shape-{name}"><code>{name}</code></a>'
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_kind(each) for each in schema[key])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(schema.get("format") or schema.get("type") or "")


def _table(rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr><td>{name}</td><td>{kind}</td><td>{_code(words)}</td></tr>" for name, kind, words in rows)
    return f"<table>{lines}</table>"


def _code(text: str) -> str:
    """Plain text with `code` in backticks."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
