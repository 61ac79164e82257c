"""What `up` says on the terminal: steps while it starts, a box when it is ready, trouble when there is some."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Final

LOUD: Final = {"warning": "33", "error": "31", "critical": "31"}
LOUD_PREFIXES: Final = {"WARNING": "33", "ERROR": "31", "CRITICAL": "31", "Traceback": "31"}
QUIET_FIELDS: Final = frozenset({"event", "level", "timestamp", "exception"})
PREFIX_COLOURS: Final = {"web": "36", "worker": "35", "simulator": "32", "database": "34"}


@dataclass(slots=True)
class Screen:
    """Standard output, with colours where a person looks at it."""

    is_coloured: bool
    started: float

    @classmethod
    def open(cls) -> Screen:
        return cls(is_coloured=sys.stdout.isatty(), started=time.monotonic())

    def say(self, text: str) -> None:
        """One line."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def step(self, text: str) -> None:
        """A step of the start, with the seconds since its beginning."""
        self.say(self._paint("2", f"{time.monotonic() - self.started:5.1f} s  ") + text)

    def tell(self, name: str, text: str, colour: str = "33") -> None:
        """Something about a process that a person should know."""
        prefix = self._paint(PREFIX_COLOURS.get(name.partition("-")[0], "37"), f"{name:>10}")
        self.say(f"{prefix}  {self._paint(colour, text)}")

    def tell_loud_line(self, name: str, line: str) -> None:
        """Show a line of a process's log if it is a warning or worse."""
        found = summarise(line)
        if found is not None:
            text, colour = found
            self.tell(name, text, colour)

    def box(self, title: str, rows: list[tuple[str, str]], foot: str) -> None:
        """Where to look."""
        wide = max(len(label) for label, _ in rows)
        lines = ["", *(f"{label:<{wide}}   {value}" for label, value in rows), "", foot]
        width = max(len(title) + 2, *(len(line) for line in lines)) + 2
        self.say("")
        self.say(f"╭─ {self._paint('1', title)} {'─' * (width - len(title) - 1)}╮")
        for line in lines:
            self.say(f"│  {line:<{width}}│")
        self.say(f"╰{'─' * (width + 2)}╯")

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.is_coloured else text


def summarise(line: str) -> tuple[str, str] | None:
    """A log line in short with its colour, if it is a warning or worse."""
    if line.startswith("{"):
        try:
            event = json.loads(line)
        except ValueError:
            return None
        colour = LOUD.get(str(event.get("level")))
        if colour is None:
            return None
        fields = " ".join(f"{name}={value}" for name, value in event.items() if name not in QUIET_FIELDS)
        cause = str(event.get("exception", "")).rstrip().rpartition("\n")[2]
        return " ".join(part for part in (str(event.get("event")), fields, cause) if part), colour
    word = line.split(":", 1)[0].split(" ", 1)[0]
    return (line, LOUD_PREFIXES[word]) if word in LOUD_PREFIXES else None
