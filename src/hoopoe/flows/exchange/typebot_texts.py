"""Typebot's rich text and `{{variables}}` as WhatsApp's text and our templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.excellent import translate
from hoopoe.flows.exchange.excellent_calls import Value
from hoopoe.flows.exchange.names import Names, escape
from hoopoe.flows.exchange.reading import as_list, as_objects, as_text
from hoopoe.flows.exchange.writing import Origin, Writer
from hoopoe.flows.nodes.fields import MAX_SOURCE_CHARS
from hoopoe.kernel.json import Json, JsonObject

_VARIABLE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_MARKS: Final = (("bold", "*"), ("italic", "_"), ("strikethrough", "~"))
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_CODE: Final = re.compile(r"=>|\breturn\b|[;?]|\w\s*\(|\)\.|\bnew\b|\[|\]")
_CLEAR_CODE: Final = re.compile(
    r"=>|^\s*return\b|\breturn \w*\s*[({\['\"`]|\bnew [A-Z]\w*\("
    r"|\b(Math|JSON|Date|Object|Array|String|Number|parseInt|parseFloat)\b\s*[.(]"
    r"|\.(map|filter|join|split|replace|slice|length|to[A-Z]\w+|includes|push|trim|at|find|reduce)\b"
    r"|\w\[\w*\]|\?\s*[\"'`\d][^:]*:|[=!]==|&&|\|\|"
)
"""What nobody writes in a message."""
_MAX_EXPRESSION: Final = 2_000
_OPERATORS: Final = re.compile(r"[-+*/]")


class Scope:
    """The variables of one Typebot while it is read."""

    def __init__(self, typebot: JsonObject, writer: Writer) -> None:
        self.writer = writer
        self.names = Names()
        self.variables: JsonObject = {}
        self._by_name: dict[str, str] = {}
        self._presets: dict[str, Json] = {}
        for variable in as_objects(typebot.get("variables")):
            key, name = as_text(variable.get("id")), as_text(variable.get("name"))
            if key:
                self._by_name.setdefault(name.strip(), key)
                self._presets[key] = variable.get("value")
                self.names.of(key, near=name)

    def variable(self, key: Json) -> str | None:
        """The name here of a variable by its id; None for one that is not in the file."""
        name = self.names.find(as_text(key))
        if name is not None:
            self.variables.setdefault(name, self._presets.get(as_text(key)))
        return name

    def answer(self, options: JsonObject, block: JsonObject) -> str:
        """Where an input's answer is kept; a name of its own where nobody named one."""
        named = self.variable(options.get("variableId"))
        return named if named is not None else self.names.of(f"answer {as_text(block.get('id'))}", near="answer")

    def template(self, text: str, origin: Origin) -> str:
        """A text with its variables; a name that is not in the file stays as it was written."""
        if len(text) > MAX_SOURCE_CHARS:  # no node takes it
            return escape(text)
        said: list[str] = []
        at = 0
        for found in _VARIABLE.finditer(text):
            said.append(escape(text[at : found.start()]))
            at = found.end()
            name = self.variable(self._by_name.get(found[1].strip()))
            if name is not None:
                said.append(f"{{{{ {name} }}}}")
                continue
            self.writer.note(origin, Outcome.CHANGED, "expression", found[0])
            said.append(escape(found[0]))
        said.append(escape(text[at:]))
        return "".join(said)

    def expression(self, source: str, origin: Origin, *, is_code: bool) -> Json:
        """The value of a `Set variable`: a text, a variable, a number, a sum. None where it is code."""
        text = source.strip()
        if len(text) > _MAX_EXPRESSION:
            return None
        if _VARIABLE.fullmatch(text) and text.count("{{") == 1:
            return self.template(text, origin)
        if _NUMBER.fullmatch(text) and not re.match(r"-?0\d", text):
            return float(text) if "." in text else int(text)
        computed = self._compute(text)
        if computed is not None:
            return computed
        bare = _VARIABLE.sub("v", text)
        marks = _CODE if is_code else _CLEAR_CODE
        return None if marks.search(bare) else self.template(source, origin)

    def _compute(self, text: str) -> str | None:
        """Sums and joined texts of variables, numbers and literals."""
        names: list[str] = []

        def name(found: re.Match[str]) -> str:
            names.append(self.variable(self._by_name.get(found[1].strip())) or "")
            return f"results.v{len(names) - 1}"

        source = _VARIABLE.sub(name, text)
        is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" and text.count(text[0]) == 2
        if "" in names or not (is_quoted or (names and _OPERATORS.search(source)) or ("'" in source and "+" in source)):
            return None
        source = re.sub(r"'([^'\"]*)'|`([^`\"]*)`", lambda found: f'"{found[1] or found[2] or ""}"', source)
        if '"' in source:
            source = source.replace("+", "&")

        def find(path: Sequence[str]) -> Value | None:
            place = path[1][1:] if len(path) == 2 else ""
            return Value(names[int(place)]) if place.isdecimal() and int(place) < len(names) else None

        said, failed = translate(f"@({source})", find)
        return None if failed or not said.startswith("{") else said


def say(content: JsonObject) -> str:
    """A text bubble as one text with WhatsApp's marks."""
    rich = as_list(content.get("richText"))
    if rich:
        return "\n".join(line for element in as_objects(rich) for line in _lines(element)).strip()
    plain = as_text(content.get("plainText"))
    return (plain or _TAG.sub("", as_text(content.get("html"))[:MAX_SOURCE_CHARS].replace("</div>", "\n"))).strip()


def _lines(element: JsonObject, *, depth: int = 0) -> list[str]:
    """A block of rich text: a paragraph, a list, anything that holds such."""
    kind, children = as_text(element.get("type")), as_objects(element.get("children"))
    if depth > 12:
        return []
    if kind in ("ul", "ol"):
        lines = []
        for number, item in enumerate(children, start=1):
            mark = "•" if kind == "ul" else f"{number}."
            inner = [line for each in as_objects(item.get("children")) for line in _lines(each, depth=depth + 1)]
            lines += [f"{mark} {line}" if place == 0 else f"  {line}" for place, line in enumerate(inner)]
        return lines
    if any(as_text(child.get("type")) in ("p", "ul", "ol", "li", "lic") for child in children):
        return [line for child in children for line in _lines(child, depth=depth + 1)]
    line = "".join(_inline(child) for child in children)
    return [f"> {line}" if kind == "blockquote" else line]


def _inline(child: JsonObject, *, depth: int = 0) -> str:
    if "text" in child:
        text = as_text(child.get("text"))
        for name, mark in _MARKS:
            inner = text.strip()
            if child.get(name) is True and inner:
                before, _, behind = text.partition(inner)
                text = f"{before}{mark}{inner}{mark}{behind}"
        return text
    if depth > 12:
        return ""
    inside = "".join(_inline(each, depth=depth + 1) for each in as_objects(child.get("children")))
    url = as_text(child.get("url"))
    if child.get("type") != "a" or not url or url in inside:
        return inside
    return f"{inside} ({url})" if inside.strip() else url
