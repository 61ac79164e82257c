"""What a person sees of the processes' logs."""

from __future__ import annotations

import pytest

from hoopoe.main.up.screen import Screen, summarise


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"event": "turn_taken", "level": "info", "lanes": 3}', None),
        ('{"event": "not_sent", "level": "warning", "count": 2, "timestamp": "t"}', "not_sent count=2"),
        (
            '{"event": "failed", "level": "error", "exception": "Traceback …\\nValueError: no"}',
            "failed ValueError: no",
        ),
        ("Simulated WhatsApp on http://127.0.0.1:8100", None),
        ("WARNING:  something odd", "WARNING:  something odd"),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ('{"event": half', None),
        ("", None),
    ],
)
def test_only_warnings_and_worse_are_shown_and_short(line: str, shown: str | None) -> None:
    found = summarise(line)
    assert (found and found[0]) == shown


def test_the_box_has_straight_sides(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("Dashboard", "http://127.0.0.1:8000"), ("E-mail", "owner@hoopoe.localhost")]
    Screen(is_coloured=False, started=0).box("Hoopoe", rows, "Ctrl-C stops everything.")
    lines = capsys.readouterr().out.strip().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert any("http://127.0.0.1:8000" in line for line in lines)
