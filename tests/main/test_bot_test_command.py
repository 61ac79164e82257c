"""`hoopoe bot test`: tests that bots bring along, played on the command line; exit codes and JUnit for CI."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from typer.testing import CliRunner, Result

from hoopoe.main.cli import app
from tests.preview.flows import later

SETTING = {"starts_at": "2026-03-01T09:00:00Z", "timezone": "Asia/Riyadh"}


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ("bot", "test", *map(str, arguments)))


def step(act: dict[str, Any], *texts: str) -> dict[str, Any]:
    return {"act": act, "expected": [{"type": "text", "content": {"body": text}} for text in texts]}


def named(name: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "script": {"setting": SETTING, "steps": list(steps)}}


def say(text: str) -> dict[str, Any]:
    return {"type": "say", "message": {"type": "text", "text": text}}


def write(path: Path, blueprint: dict[str, Any], *tests: dict[str, Any], name: str = "Later") -> Path:
    file = {"format": "hoopoe.bot", "format_version": 1, "name": name, "blueprint": blueprint, "tests": list(tests)}
    path.write_text(json.dumps(file))
    return path


def arabic() -> dict[str, Any]:
    flow: dict[str, Any] = later(hours=1)
    flow["nodes"][1]["config"]["message"] = "شكرا <& {{ contact.name }}>"
    return flow


GOOD = named("Says it", step(say("Hi"), "Thank you, Sara"), step({"type": "wait"}, "How was it?"))
WRONG = named("Is wrong", step(say("Hi"), "Thank you, Sara"), step({"type": "wait"}, "How was the food?"))
IMPOSSIBLE = named("Comes too early", step({"type": "wait"}, "How was it?"), step(say("Hi"), "Thank you, Sara"))


def test_all_that_pass_end_with_0(tmp_path: Path) -> None:
    one = write(tmp_path / "one.json", later(hours=1), GOOD)
    two = write(tmp_path / "two.json", arabic(), named("تحية", step(say("مرحبا"), "شكرا <& Sara>")), name="لاحقا")
    done = invoke(one, two)
    assert done.stdout.splitlines() == [
        f"{one}: 1 passed, 0 failed",
        "  passed  Says it",
        f"{two}: 1 passed, 0 failed",
        "  passed  تحية",
    ]
    assert done.exit_code == 0


def test_one_that_fails_ends_with_1_and_shows_the_step_that_differs(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.json", later(hours=1), GOOD, WRONG, IMPOSSIBLE)
    done = invoke(file)
    assert done.stdout.splitlines() == [
        f"{file}: 1 passed, 2 failed",
        "  passed  Says it",
        "  failed  Is wrong",
        '    step 2: {"type":"wait"}',
        '      expected: text {"body":"How was the food?"}',
        '      said:     text {"body":"How was it?"}',
        "  failed  Comes too early",
        '    step 1: {"type":"wait"}',
        "      trouble:  The flow waits for no time that will come.",
        '      expected: text {"body":"How was it?"}',
        "      said:     nothing",
        "    1 more steps were not played",
    ]
    assert done.exit_code == 1


def test_what_cannot_be_played_ends_with_2_and_the_rest_is_played(tmp_path: Path) -> None:
    good = write(tmp_path / "good.json", later(hours=1), GOOD, WRONG)
    none = tmp_path / "none.json"
    none.write_text("{")
    dead = write(tmp_path / "dead.json", {**later(hours=1), "edges": []}, GOOD)
    odd = write(tmp_path / "odd.json", later(hours=1), GOOD, named("No steps"))
    done = invoke(none, dead, odd, good)
    assert done.exit_code == 2
    assert done.stdout.splitlines()[0] == f"{good}: 1 passed, 1 failed"
    first, second, third = done.stderr.splitlines()
    assert first == f"{none}: line 1, column 2: This is not JSON."
    assert second.startswith(f"{dead}: The bot has errors; see `hoopoe bot lint`. The first: ")
    assert third.startswith(f"{odd}: tests.1: script.steps: ")
    assert invoke(tmp_path / "nowhere.json").exit_code == 2


def test_a_file_without_tests_passes_and_says_so(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.json", later(hours=1))
    done = invoke(file)
    assert (done.exit_code, done.stdout) == (0, f"{file}: 0 passed, 0 failed\n")


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_test(tmp_path: Path) -> None:
    other = named('تحية <"&\x07>', step(say("مرحبا"), "أهلا <&>"))
    files = [
        write(tmp_path / "one.json", later(hours=1), GOOD, WRONG),
        write(tmp_path / "two.json", arabic(), other, name="لاحقا"),
        tmp_path / "none.json",
    ]
    files[2].write_text("{")
    report = tmp_path / "report.xml"
    assert invoke(*files, "--junit", report).exit_code == 2
    root = ET.fromstring(report.read_bytes())  # noqa: S314  # our own file
    assert root.attrib == {"tests": "4", "failures": "2", "errors": "1"}
    one, two, none = root.findall("testsuite")
    assert (one.get("name"), one.get("tests"), one.get("failures"), one.get("errors")) == (str(files[0]), "2", "1", "0")
    passed, failed = one.findall("testcase")
    assert (passed.attrib, len(passed)) == ({"classname": "Later", "name": "Says it"}, 0)
    text = failed.findtext("failure") or ""
    assert 'expected: text {"body":"How was the food?"}' in text
    assert 'said:     text {"body":"How was it?"}' in text
    [case] = two.findall("testcase")
    assert case.attrib == {"classname": "لاحقا", "name": 'تحية <"&\ufffd>'}
    assert 'said:     text {"body":"شكرا <& Sara>"}' in (case.findtext("failure") or "")
    [error] = none.findall("testcase/error")
    assert error.get("message") == "line 1, column 2: This is not JSON."


def test_a_report_that_cannot_be_written_ends_with_2(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.json", later(hours=1), GOOD)
    done = invoke(file, "--junit", tmp_path / "nowhere" / "report.xml")
    assert (done.exit_code, done.stderr[:9]) == (2, "--junit: ")


def test_the_example_of_the_how_to_passes(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "test-a-bot.md").read_text(encoding="utf-8")
    file = tmp_path / "hello.json"
    file.write_text(page.split("```json\n")[1].split("```")[0], encoding="utf-8")
    assert invoke(file).stdout.splitlines() == [f"{file}: 1 passed, 0 failed", "  passed  Says hello"]


def test_a_bot_that_runs_another_is_played_without_it(tmp_path: Path) -> None:
    flow: dict[str, Any] = later(hours=1)
    flow["nodes"][2] = {"id": "pause", "type": "run_flow", "config": {"bot_id": str(UUID(int=7))}}
    flow["edges"][2]["source_handle"] = "error"
    file = write(tmp_path / "bot.json", flow, named("Calls", step(say("Hi"), "Thank you, Sara", "How was it?")))
    command = [sys.executable, "-m", "hoopoe.main.cli", "bot", "test", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{file}: 1 passed, 0 failed\n  passed  Calls\n")
    assert "flow_missing" in done.stderr, "what the engine logs is no part of the report"


# --- Bots that run others ---

ADDRESS, TOWN = str(UUID(int=7)), str(UUID(int=8))


def runs(bot_id: str, *, then: str) -> dict[str, Any]:
    """A flow that runs another, and says what that gave."""
    return {
        "spec_version": 2,
        "name": then,
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {"id": "run", "type": "run_flow", "config": {"bot_id": bot_id, "results": {"town": "town"}}},
            {"id": "say", "type": "whatsapp_reply", "config": {"message": f"{then}: {{{{ town }}}}"}},
            {"id": "no", "type": "whatsapp_reply", "config": {"message": "Not to be had"}},
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "run"},
            {"id": "b", "source": "run", "source_handle": "done", "target": "say"},
            {"id": "c", "source": "run", "source_handle": "error", "target": "no"},
        ],
    }


def asks_town() -> dict[str, Any]:
    return {
        "spec_version": 2,
        "name": "Town",
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {"id": "ask", "type": "ask_question", "config": {"question": "Which town?", "variable_name": "town"}},
        ],
        "edges": [{"id": "a", "source": "start", "target": "ask"}],
    }


def run_command(*arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hoopoe.main.cli", "bot", *map(str, arguments)]
    return subprocess.run(command, input=said, capture_output=True, text=True, check=False)


DELIVERS = named("Delivers", step(say("Hi"), "Which town?"), step(say("Jeddah"), "To: Jeddah"))


def test_a_bot_is_played_with_those_that_it_runs(tmp_path: Path) -> None:
    """Two deep: an address asks for a town. The one file whose id is not said is the one that is asked for."""
    file = write(tmp_path / "bot.json", runs(ADDRESS, then="To"), DELIVERS)
    between = write(tmp_path / "address.json", runs(TOWN, then="In"))
    town = write(tmp_path / "town.json", asks_town())
    done = run_command("test", file, "--with", f"{ADDRESS}={between}", "--with", town)
    assert (done.returncode, done.stderr) == (1, "")
    assert 'said:     text {"body":"In: Jeddah"}' in done.stdout
    direct = run_command("test", file, "--with", town)
    assert (direct.returncode, direct.stdout) == (0, f"{file}: 1 passed, 0 failed\n  passed  Delivers\n")
    played = run_command("play", file, "--with", town, said="hi\nJeddah\n")
    assert played.returncode == 0
    assert played.stdout.splitlines() == ["Which town?", "To: Jeddah", "· The flow has ended."]


def test_a_bare_blueprint_says_itself_which_bot_it_is(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.json", runs(ADDRESS, then="To"), DELIVERS)
    bare, other = tmp_path / "bare.json", write(tmp_path / "other.json", later(hours=1))
    bare.write_text(json.dumps({**asks_town(), "bot_id": ADDRESS}))
    assert invoke(file, "--with", bare, "--with", f"{TOWN}={other}").exit_code == 0


def test_with_says_in_words_what_it_cannot(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.json", runs(ADDRESS, then="To"), DELIVERS)
    town, other = write(tmp_path / "town.json", asks_town()), write(tmp_path / "other.json", later(hours=1))
    none = tmp_path / "none.json"
    none.write_text("{")
    dead = write(tmp_path / "dead.json", {**later(hours=1), "edges": []}, name="Dead")
    for given, words in (
        ([tmp_path / "nowhere.json"], f"--with: No such file or directory: {tmp_path / 'nowhere.json'}"),
        ([none], f"--with: {none}: line 1, column 2: This is not JSON."),
    ):
        done = invoke(file, *(part for each in given for part in ("--with", each)))
        assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{words}\n")
    unclear = invoke(file, "--with", town, "--with", other)
    assert unclear.exit_code == 2
    assert f"{town} does not say which bot it is: write ID=FILE. Asked for: {ADDRESS}." in unclear.stderr
    twice = invoke(file, "--with", f"{ADDRESS}={town}", "--with", f"{ADDRESS}={other}")
    assert (twice.exit_code, f"{town} and {other} are both the bot {ADDRESS}." in twice.stderr) == (2, True)
    broken = invoke(file, "--with", dead)
    assert (broken.exit_code, f"{dead}: The bot has errors; see `hoopoe bot lint`." in broken.stderr) == (2, True)
    assert run_command("play", file, "--with", dead).returncode == 2
