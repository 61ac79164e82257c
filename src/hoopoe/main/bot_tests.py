"""What `hoopoe bot test` does: the tests of bot files, played by the engine of production."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from hoopoe.flows.definition import FlowInvalid, compile_flow, parse_blueprint
from hoopoe.flows.exchange import ExchangeError, read_bytes
from hoopoe.flows.preview.stage import NOBODY, VERSION
from hoopoe.flows.rehearsals.carrying import read_scripts
from hoopoe.flows.rehearsals.rehearse import Rehearsal, rehearse
from hoopoe.flows.rehearsals.script import ExpectedMessage, NamedScript
from hoopoe.flows.runner.libraries import Libraries
from hoopoe.kernel.json import dump_json
from hoopoe.kernel.settings import SettingsError
from hoopoe.main.bot_library import OtherBot, list_siblings, make_library

# XML 1.0 has no way to write these, not even escaped.
_NOT_IN_XML: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True)
class PlayedTest:
    """A test that was played. `difference`: what it said otherwise than expected, line by line; empty if it passed."""

    bot: str
    name: str
    difference: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlayedFile:
    """A file's tests as they went; or why none of them could be played (`trouble`)."""

    path: str
    tests: Sequence[PlayedTest] = ()
    trouble: str | None = None

    @property
    def failed(self) -> int:
        return sum(bool(test.difference) for test in self.tests)

    @property
    def lines(self) -> Iterator[str]:
        """What is printed: a line for each test, and below it how it differs."""
        if self.trouble is not None:
            yield f"{self.path}: {self.trouble}"
            return
        yield f"{self.path}: {len(self.tests) - self.failed} passed, {self.failed} failed"
        for test in self.tests:
            yield f"  {'failed' if test.difference else 'passed'}  {test.name}"
            yield from (f"    {line}" for line in test.difference)


def play_tests(path: str, content: bytes, others: Sequence[OtherBot] = ()) -> PlayedFile:
    """Play every test of a file. One that cannot be read is trouble: a test that is skipped proves nothing.

    `others`: the bots that its bots may run, besides each other.
    """
    played: list[PlayedTest] = []
    try:
        bots = read_bytes(content).bots
        for bot in bots:
            flow = compile_flow(parse_blueprint(bot.blueprint), version_id=str(VERSION))
            libraries = Libraries({NOBODY: make_library(flow, [*list_siblings(path, bots), *others])})
            scripts, unreadable = read_scripts(bot.tests)
            if unreadable:
                return PlayedFile(path, trouble=f"{unreadable[0].place}: {unreadable[0].fault}")
            played += [
                PlayedTest(bot.name, each.name, list(_tell(each, rehearse(flow, each.script, libraries))))
                for each in scripts
            ]
    except (ExchangeError, SettingsError) as error:
        return PlayedFile(path, trouble=str(error))
    except FlowInvalid as error:
        return PlayedFile(
            path, trouble=f"The bot has errors; see `hoopoe bot lint`. The first: {error.faults[0].message}"
        )
    return PlayedFile(path, played)


def find_status(files: Sequence[PlayedFile]) -> int:
    """The exit code: 0 all passed, 1 some failed, 2 some could not be played."""
    if any(file.trouble is not None for file in files):
        return 2
    return 1 if any(file.failed for file in files) else 0


def write_junit(files: Sequence[PlayedFile]) -> bytes:
    """JUnit XML: a suite for each file, a case for each test; a file that could not be played is a case in error."""
    root = ET.Element("testsuites", _count(files))
    for file in files:
        suite = ET.SubElement(root, "testsuite", {"name": _clean(file.path), **_count([file])})
        if file.trouble is not None:
            case = ET.SubElement(suite, "testcase", {"classname": _clean(file.path), "name": "file"})
            ET.SubElement(case, "error", {"message": _clean(file.trouble)})
        for test in file.tests:
            names = {"classname": _clean(test.bot), "name": _clean(test.name)}
            case = ET.SubElement(suite, "testcase", names)
            if test.difference:
                failure = ET.SubElement(case, "failure", {"message": _clean(test.difference[0])})
                failure.text = _clean("\n".join(test.difference))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _tell(test: NamedScript, rehearsal: Rehearsal) -> Iterator[str]:
    """How a test differs, step by step; nothing where it passed."""
    for number, (step, played) in enumerate(zip(test.script.steps, rehearsal.steps, strict=False), start=1):
        if played.is_same:
            continue
        yield f"step {number}: {dump_json(step.act.model_dump(mode='json', exclude_none=True))}"
        if played.trouble is not None:
            yield f"  trouble:  {played.trouble}"
        yield from _list("expected:", played.expected)
        yield from _list("said:", played.got)
    left = len(test.script.steps) - len(rehearsal.steps)
    if left:
        yield f"{left} more steps were not played"


def _list(title: str, messages: Sequence[ExpectedMessage]) -> Iterator[str]:
    if not messages:
        yield f"  {title:9} nothing"
    for message in messages:
        refused = " (refused: the window is shut)" if message.is_refused else ""
        yield f"  {title:9} {message.type} {dump_json(message.content)}{refused}"


def _count(files: Sequence[PlayedFile]) -> dict[str, str]:
    errors = sum(file.trouble is not None for file in files)
    tests = sum(len(file.tests) for file in files) + errors
    return {"tests": str(tests), "failures": str(sum(file.failed for file in files)), "errors": str(errors)}


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
