"""`hoopoe bot`: exit codes for CI, lines for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hoopoe.main.cli import app

FOREIGN = Path(__file__).parents[1] / "flows" / "exchange"
PARCEL = FOREIGN / "rapidpro" / "parcel.json"


def invoke(*arguments: str, said: str = "", **variables: str) -> Result:
    return CliRunner().invoke(app, ("bot", *arguments), input=said, env=dict(variables))


def test_lint_ends_with_what_ci_needs(tmp_path: Path) -> None:
    good, bad, none = (tmp_path / name for name in ("good.json", "bad.json", "none.json"))
    nodes = [
        {"id": "start", "type": "whatsapp_trigger"},
        {"id": "hi", "type": "whatsapp_reply", "config": {"message": "Hi"}},
    ]
    blueprint = {"name": "Hi", "nodes": nodes, "edges": [{"id": "e", "source": "start", "target": "hi"}]}
    good.write_text(json.dumps(blueprint))
    bad.write_text(json.dumps({**blueprint, "edges": []}))
    none.write_text("{")
    assert (invoke("lint", str(good)).exit_code, invoke("lint", str(good)).stdout) == (0, "Nothing is wrong with it.\n")
    done = invoke("lint", str(bad))
    assert done.exit_code == 1
    assert "error    Hi: start.exits.next: This trigger leads nowhere. (dead_trigger)" in done.stdout
    done = invoke("lint", str(none))
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "line 1, column 2: This is not JSON.\n")
    assert invoke("lint", str(PARCEL)).exit_code == 0
    strict = invoke("lint", str(PARCEL), "--strict")
    assert strict.exit_code == 1
    assert "changed  nodes.3.actions.0 call_webhook" in strict.stdout


def test_play_talks_by_the_engine() -> None:
    answer = '{"status_text": "on its way", "day": "2026-05-03"}'
    done = invoke("play", str(PARCEL), said=f"hi\nAB1234\nwhat\n{answer}\n/quit\n")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "What is the number of your parcel?"
    assert '"method":"POST"' in done.stdout
    assert "· Answer with JSON, /example or /error." in done.stdout
    assert done.stdout.splitlines()[-2:] == [
        "Your parcel is on its way, expected on 03/05/2026.",
        "· The flow has ended.",
    ]
    example = invoke("play", str(PARCEL), said="hi\nAB1234\n/example\n/quit\n")
    assert "Your parcel is" in example.stdout, "an answer without what the flow reads is an answer"
    failed = invoke("play", str(PARCEL), said="hi\nAB1234\n/error\n")
    assert "We cannot look it up just now." in failed.stdout


def test_play_takes_buttons_by_number_and_lets_time_pass() -> None:
    story = str(FOREIGN / "rapidpro" / "daily_story.json")
    done = invoke("play", story, "--now", "2026-03-01T10:00", said="hello\nstory\n2\nare you there?\n/wait\n")
    assert done.stdout.splitlines() == [
        "· Nothing starts on that.",
        "A story for You. Ready?",
        "Short or long?",
        "  1. Short",
        "  2. Long",
        "There was a hoopoe who carried letters.",
        "· It goes on in 0:01:00: /wait",
        "· It waits and hears nothing meanwhile. /wait lets the time pass.",
        "· It is 2026-03-01 10:01.",
        "It never lost one. The end.",
        "· The flow has ended.",
    ]
    menu = str(FOREIGN / "rapidpro" / "clinic_menu.json")
    late = invoke("play", menu, "--language", "ar", said="hi\n/wait\n")
    assert "اكتب لنا متى شئت." in late.stdout
    tour = invoke("play", str(FOREIGN / "typebot" / "media_tour.json"), said="hi\n/example\n/example\n/wait\n/image\n")
    assert "· It waits for as long as it takes." in tour.stdout
    assert "Thank you!" in tour.stdout


def test_play_ends_with_1_where_the_flow_fails(tmp_path: Path) -> None:
    nodes = [
        {"id": "start", "type": "whatsapp_trigger"},
        {"id": "say", "type": "whatsapp_reply", "config": {"message": "Again"}},
        {"id": "if", "type": "if_condition", "config": {"left_value": "1", "right_value": "1"}},
    ]
    edges = [
        {"id": "a", "source": "start", "target": "say"},
        {"id": "b", "source": "say", "target": "if"},
        {"id": "c", "source": "if", "source_handle": "true", "target": "say"},
    ]
    file = tmp_path / "loop.json"
    file.write_text(json.dumps({"name": "Loop", "nodes": nodes, "edges": edges}))
    done = invoke("play", str(file), said="hi\n")
    assert done.exit_code == 1
    assert "! The flow failed:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--now", "noon"), "--now: 'noon' is no time such as 2026-03-01T10:00."),
        (("--bot", "2"), "The file has 1 bots, and no bot 2."),
    ],
)
def test_play_says_what_it_cannot(arguments: tuple[str, ...], words: str) -> None:
    done = invoke("play", str(PARCEL), *arguments)
    assert (done.exit_code, done.stderr) == (2, f"{words}\n")


@pytest.mark.parametrize("command", [
    ("bot", "export", "Café"), ("bot", "import", str(PARCEL)), ("bot", "import", str(PARCEL), "--dry-run"),
    ("operator", "list"), ("operator", "add", "noor@example.com"), ("operator", "new-key", "billing"),
    ("settings",), ("bot", "lint", str(PARCEL)),
])  # fmt: skip
@pytest.mark.parametrize("is_there", [False, True])
def test_asking_makes_nothing(tmp_path: Path, command: tuple[str, ...], *, is_there: bool) -> None:
    """Neither a home nor a database in one: what is missing is said, and what to do."""
    home = tmp_path / "home"
    if is_there:
        home.mkdir()
    done = CliRunner().invoke(app, command, env={"HOOPOE_HOME": str(home), "DATABASE_URL": None})
    assert home.exists() == is_there
    assert not is_there or list(home.iterdir()) == []
    if command[0] == "settings" or command[1] == "lint":
        assert done.exit_code == 0
        return
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no database of PostgreSQL" in done.stderr
    assert "hoopoe up" in done.stderr
    assert "DATABASE_URL" in done.stderr
