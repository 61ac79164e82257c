"""RapidPro's expressions (`@results.age`, `@(upper(contact.name))`) as our templates.

A hand-written reader of the part that has a counterpart. Our templates compute by filters from left to right, so an
expression is a head and filters; where one would need a result inside of a filter, it has no counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from hoopoe.flows.exchange.excellent_calls import NoCounterpart, Value, call, combine, make_literal
from hoopoe.flows.exchange.names import escape
from hoopoe.flows.expressions.template import MAX_EXPRESSION_CHARS
from hoopoe.flows.nodes.fields import MAX_SOURCE_CHARS

ROOTS: Final = (
    "contact", "fields", "globals", "locals", "input", "results", "run", "child", "parent", "webhook", "legacy_extra",
    "node", "trigger", "resume", "urns", "ticket",
)  # fmt: skip
_PATH: Final = re.compile(rf"@(?:(@)|(\()|((?:{'|'.join(ROOTS)})(?:\.\w+)*)(?!\w))", re.IGNORECASE | re.ASCII)
_TOKEN: Final = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)'
    r"|(?P<mark><=|>=|!=|=>|[-+*/^&=<>(),\[\].]))"
)
_MAX_CHARS: Final = 2_000
_ESCAPED: Final = {"n": "\n", "t": "\t"}
_LEVELS: Final = (("=", "!="), ("<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))
_JOINED: Final = 3
"""The level of what stands between two `&`."""

Find = Callable[[Sequence[str]], Value | None]
"""From a path such as `results.age.category` to what holds it here, or None."""


def translate(text: str, find: Find) -> tuple[str, list[str]]:
    """A text with RapidPro's expressions as one of our templates, and those that have no counterpart.

    These stay as they were written: nobody is shown an empty place where there was something.
    """
    said: list[str] = []
    failed: list[str] = []
    at = 0
    if len(text) > MAX_SOURCE_CHARS:  # no node takes it; looking for brackets in it would take its square
        return escape(text), []
    while (found := _PATH.search(text, at)) is not None:
        said.append(escape(text[at : found.start()]))
        at = found.end()
        if found[1]:
            said.append("@")
            continue
        source = found[0]
        if found[2]:
            end = _close(text, at)
            if end is None:
                said.append(escape(source))
                continue
            source, at = text[found.start() : end], end
        try:
            said.append(_write(source, find, is_path=not found[2]))
        except (NoCounterpart, RecursionError):
            failed.append(source)
            said.append(escape(source))
    said.append(escape(text[at:]))
    return "".join(said), failed


def _write(source: str, find: Find, *, is_path: bool) -> str:
    if is_path:
        value = find([part.lower() for part in source[1:].split(".")])
        if value is None:
            raise NoCounterpart
        return f"{{{{ {value} }}}}"
    inner = source[2:-1]
    if len(inner) > _MAX_CHARS:
        raise NoCounterpart
    said = _Reader(inner, find).write()
    if len(said) > MAX_EXPRESSION_CHARS:
        raise NoCounterpart
    return said


def _close(text: str, start: int) -> int | None:
    """Where the bracket that was opened before `start` is closed."""
    depth, is_quoted = 1, False
    for index in range(start, min(len(text), start + _MAX_CHARS + 2)):
        mark = text[index]
        if mark == '"' and text[index - 1] != "\\":
            is_quoted = not is_quoted
        elif not is_quoted and mark in "()":
            depth += 1 if mark == "(" else -1
            if depth == 0:
                return index + 1
    return None


def unquote(said: str) -> str:
    """What a text in quotes says."""
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), said[1:-1])


class _Reader:
    """A recursive descent over one `@( )`."""

    def __init__(self, source: str, find: Find) -> None:
        self._find = find
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        at = 0
        while source[at:].strip():
            found = _TOKEN.match(source, at)
            if found is None:
                raise NoCounterpart
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()

    def write(self) -> str:
        """The whole as a template: one expression, or several beside each other."""
        try:
            value = self._read(0)
            self._finish()
        except NoCounterpart:
            self._at = 0
            said = self._write_joined()
            self._finish()
            return said
        if value.condition:
            return f"{{% if {value.head} %}}true{{% else %}}false{{% endif %}}"
        return f"{{{{ {value} }}}}"

    def _write_joined(self) -> str:
        """What `&` joins, each part by itself: so one may be a choice, or be computed."""
        said = [self._write_part()]
        while self._peek() == ("mark", "&"):
            self._next()
            said.append(self._write_part())
        return "".join(said)

    def _write_part(self) -> str:
        if (self._peek()[0], self._peek()[1].lower()) == ("name", "if") and self._tokens[
            self._at + 1 : self._at + 2
        ] == [("mark", "(")]:
            return self._write_choice()
        kind, said = self._peek()
        if kind == "text":
            self._next()
            return escape(unquote(said))
        value = self._read(_JOINED)
        if value.condition:
            raise NoCounterpart
        return f"{{{{ {value} }}}}"

    def _write_choice(self) -> str:
        """`if(…, …, …)`, whose ways may hold another."""
        self._at += 2
        condition = self._condition()
        self._take(",")
        yes = self._write_joined()
        self._take(",")
        no = self._write_joined()
        self._take(")")
        return f"{{% if {condition} %}}{yes}{{% else %}}{no}{{% endif %}}"

    def _condition(self) -> str:
        value = self._read(0)
        return value.head if value.condition else value.simple

    def _read(self, level: int) -> Value:
        if level == len(_LEVELS):
            return self._unary()
        value = self._read(level + 1)
        while self._peek()[0] == "mark" and self._peek()[1] in _LEVELS[level]:
            mark = self._next()[1]
            value = combine(mark, value, self._read(level + 1))
        return value

    def _unary(self) -> Value:
        if self._peek() == ("mark", "-"):
            self._next()
            return self._unary().then("times: -1")
        kind, said = self._next()
        match kind:
            case "number":
                return Value(said)
            case "text":
                return make_literal(unquote(said))
            case "mark" if said == "(":
                value = self._read(0)
                self._take(")")
                return value
            case "name":
                return self._named(said)
            case _:
                raise NoCounterpart

    def _named(self, name: str) -> Value:
        low = name.lower()
        if self._peek() == ("mark", "("):
            self._next()
            return self._call(low)
        if low in ("true", "false", "null"):
            return Value("nil" if low == "null" else low)
        path = low.split(".")
        while self._peek() == ("mark", "["):
            self._next()
            kind, said = self._next()
            if kind not in ("number", "text"):
                raise NoCounterpart
            path.append(said.strip('"'))
            self._take("]")
            if self._peek() == ("mark", "."):
                self._next()
                path.extend(self._next()[1].lower().split("."))
        value = self._find(path) if path[0] in ROOTS else None
        if value is None:
            raise NoCounterpart
        return value

    def _call(self, name: str) -> Value:
        given: list[Value] = []
        while self._peek() != ("mark", ")"):
            given.append(self._read(0))
            if self._peek() == ("mark", ","):
                self._next()
            elif self._peek() != ("mark", ")"):
                raise NoCounterpart
        self._take(")")
        return call(name, given)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, mark: str) -> None:
        if self._next() != ("mark", mark):
            raise NoCounterpart

    def _finish(self) -> None:
        if self._at < len(self._tokens):
            raise NoCounterpart
