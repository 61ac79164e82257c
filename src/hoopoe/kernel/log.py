"""Logs: events with fields, one line each, on standard error.

    log = structlog.get_logger()
    log.info("turn_taken", lanes=12)

What people write and their numbers never get into a log: fields of those names are masked whole, and a
number inside any other text is cut to its last two digits.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Final, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK: Final = "•••"
HIDDEN_FIELDS: Final = frozenset(
    {
        *("access_token", "app_secret", "authorization", "cookie", "hoopoe_keys", "password", "secret"),
        *("signature", "ticket", "token", "verify_token"),
        *("answer", "body", "caption", "content", "item", "message_body", "payload", "raw", "text"),
        *("address", "email", "from_number", "number", "phone", "recipient", "to", "user_id_at_provider", "wa_id"),
    }
)
_NUMBER: Final = re.compile(r"\+\d{5,13}(\d{2})")


def configure_logging(*, level: str, form: Literal["console", "json"]) -> None:
    """Set up the logs of this process; call it once, first thing. The libraries' logs take the same way."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, hide_private]
    if form == "json":
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        last.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))


def hide_private(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Mask what is private, also inside of mappings and lists."""
    return {name: _hide(name, value) for name, value in event.items()}


def _hide(name: str, value: object) -> object:
    if name in HIDDEN_FIELDS and value is not None:
        return MASK
    match value:
        case str():
            return _NUMBER.sub(rf"+{MASK}\1", value)
        case Mapping():
            return {str(key): _hide(str(key), inner) for key, inner in value.items()}
        case list() | tuple():
            return [_hide("", inner) for inner in value]
        case _:
            return value
