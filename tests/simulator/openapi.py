"""The providers' own OpenAPI files, made ready for a validator of JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from tests.simulator.exchanges import Exchange

JsonObject = dict[str, Any]
ERROR_STATUS = 400


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference between an exchange and a file."""

    exchange: str
    side: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.exchange}, {self.side}{self.where}: {self.words}"


class Spec:
    """One OpenAPI file."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        loaded = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
        self.document: JsonObject = _widen(loaded)
        self.operations = [
            (method.upper(), _pattern_of(template), operation)
            for template, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "delete")
        ]

    def find(self, method: str, path: str) -> JsonObject | None:
        """The operation of a request: of several that fit, the one with the fewest places in its path."""
        found = [
            (len(pattern.groupindex) + pattern.groups, each)
            for own, pattern, each in self.operations
            if own == method and pattern.fullmatch(path)
        ]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def check(self, schema: JsonObject, value: object) -> Iterator[tuple[str, str]]:
        """What is wrong with a value: where, and in words."""
        schema = self._choose(schema, value)
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": self.document.get("components", {})})
        for error in validator.iter_errors(value):
            where = "".join(f".{part}" for part in error.instance_path)
            yield where, error.message[:300]

    def _choose(self, schema: JsonObject, value: object) -> JsonObject:
        """Of several schemas the one that the value names: what is wrong with it is said, and not that nothing fits."""
        while "$ref" in schema:
            schema = _resolve(self.document, schema["$ref"])
        choice = schema.get("discriminator", {})
        named = value.get(choice.get("propertyName")) if isinstance(value, dict) else None
        found = choice.get("mapping", {}).get(named)
        return {"$ref": found} if found is not None else schema

    def check_exchange(self, exchange: Exchange, *, path: str | None = None) -> list[Fault]:
        """The differences of one exchange; one fault when the file has no such operation."""
        operation = self.find(exchange.method, path or exchange.path)
        if operation is None:
            return [Fault(exchange.name, "path", "", "the file has no such operation")]
        faults: list[Fault] = []
        body = exchange.form if exchange.form is not None else exchange.json
        content = operation.get("requestBody", {}).get("content", {})
        wanted = content.get("application/x-www-form-urlencoded" if exchange.form is not None else "application/json")
        if body is not None and wanted is not None and not exchange.is_meant_wrong:
            schema = wanted.get("schema", {})
            given = _type_form(exchange.form, schema, self.document) if exchange.form is not None else body
            faults += [Fault(exchange.name, "request", where, words) for where, words in self.check(schema, given)]
        responses = operation.get("responses", {})
        answer = responses.get(str(exchange.status))
        if answer is None:
            if exchange.status < ERROR_STATUS:
                faults.append(Fault(exchange.name, "answer", "", f"the file knows {', '.join(map(str, responses))}"))
            return faults
        if "$ref" in answer:
            answer = _resolve(self.document, answer["$ref"])
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None and exchange.answer is not None:
            faults += [
                Fault(exchange.name, "answer", where, words) for where, words in self.check(schema, exchange.answer)
            ]
        return faults


@cache
def read_spec(path: Path) -> Spec:
    return Spec(path)


def _resolve(document: JsonObject, ref: str) -> JsonObject:
    found: Any = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def _pattern_of(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(template)))


def _type_form(form: dict[str, str], schema: JsonObject, document: JsonObject) -> JsonObject:
    """A form's texts as the types that the file gives them: a form knows texts only."""
    if "$ref" in schema:
        schema = _resolve(document, schema["$ref"])
    typed: JsonObject = {}
    for name, value in form.items():
        own = schema.get("properties", {}).get(name, {})
        kind = own.get("type")
        if kind == "array" or (isinstance(kind, list) and "array" in kind):
            typed[name] = [value]
        elif kind in ("integer", "boolean"):
            typed[name] = json.loads(value)
        else:
            typed[name] = value
    return typed


def _widen(value: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema; its formats and examples say nothing that binds."""
    if isinstance(value, list):
        return [_widen(each) for each in value]
    if not isinstance(value, dict):
        return value
    widened = {str(key): _widen(each) for key, each in value.items() if key not in ("format", "example", "examples")}
    if isinstance(widened.get("allOf"), list):
        # "Nothing else" in one part of several would forbid what the others require: it is meant of the whole.
        closed = [part for part in widened["allOf"] if part.get("additionalProperties") is False]
        for part in closed:
            del part["additionalProperties"]
        if closed:
            widened["unevaluatedProperties"] = False
    if widened.pop("nullable", False) is True:
        own = widened.get("type")
        if isinstance(own, str):
            widened["type"] = [own, "null"]
        if "$ref" in widened:
            return {"anyOf": [widened, {"type": "null"}]}
        if isinstance(widened.get("enum"), list):
            widened["enum"] = [*widened["enum"], None]
    return widened
