"""The API's description, with the refusals that many operations share told once."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI


def install_openapi(app: FastAPI) -> None:
    """Let the app describe itself in this shape, at `/openapi.json` too."""
    make = app.openapi
    made: list[dict[str, Any]] = []

    def describe() -> dict[str, Any]:
        if not made:
            made.append(share_refusals(make()))
        return made[0]

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's own way of changing the description


def share_refusals(schema: dict[str, Any]) -> dict[str, Any]:
    """Put each distinct refusal under `components.responses`, named by its codes, and refer to it."""
    shared: dict[str, Any] = {}
    for methods in schema["paths"].values():
        for operation in methods.values():
            answers = operation["responses"]
            for status, answer in answers.items():
                if int(status) >= 400:
                    name = "_or_".join(answer["content"]["application/json"]["examples"])
                    shared[name] = answer
                    answers[status] = {"$ref": f"#/components/responses/{name}"}
    schema["components"]["responses"] = dict(sorted(shared.items()))
    return schema


def resolve(schema: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """The value itself, where a reference may stand for it."""
    found: dict[str, Any] = value
    if "$ref" in value:
        found = schema
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found
