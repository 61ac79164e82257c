"""What may stand in a log, and what not."""

from __future__ import annotations

import json
import subprocess
import sys

from hoopoe.kernel.json import Json
from hoopoe.kernel.log import MASK, hide_private


def test_private_fields_are_masked_wherever_they_stand() -> None:
    event = {
        "event": "message_read",
        "body": "see you at eight",
        "message": {"text": "hello", "type": "text"},
        "access_token": "EAAB",
        "count": 3,
    }
    assert hide_private(None, "info", event) == {
        "event": "message_read",
        "body": MASK,
        "message": {"text": MASK, "type": "text"},
        "access_token": MASK,
        "count": 3,
    }


def test_numbers_inside_other_text_are_cut() -> None:
    shown = hide_private(None, "warning", {"event": "x", "error": "no route to +966500000101 (2 tries)"})
    assert shown["error"] == f"no route to +{MASK}01 (2 tries)"


def log_lines(form: str, code: str) -> str:
    """What a process logs on standard error."""
    program = f"""
import logging, structlog
from hoopoe.kernel.log import configure_logging
configure_logging(level="info", form="{form}")
log = structlog.get_logger()
{code}
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr


def test_json_is_one_object_a_line_for_our_logs_and_those_of_libraries() -> None:
    lines = log_lines("json", 'log.info("turn_taken", lanes=2); logging.getLogger("uvicorn.error").warning("slow")')
    first, second = (json_object(json.loads(line)) for line in lines.splitlines())
    assert (first["event"], first["level"], first["lanes"]) == ("turn_taken", "info", 2)
    assert (second["event"], second["level"]) == ("slow", "warning")


def json_object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def test_what_is_below_the_level_is_not_there() -> None:
    assert log_lines("json", 'log.debug("noise"); logging.getLogger("asyncio").info("noise")') == ""


def test_a_traceback_hides_numbers_too() -> None:
    code = """
try:
    raise ValueError("+966500000101")
except ValueError as error:
    log.error("failed", exc_info=error)
"""
    logged = log_lines("json", code)
    assert "ValueError" in logged
    assert "966500000101" not in logged.replace('raise ValueError("+966500000101")', "")
