"""From the bytes of a file to bots: whose file it is, its content says."""

from __future__ import annotations

from typing import Final

import orjson

from hoopoe.flows.exchange.contract import ExchangeError, Imported
from hoopoe.flows.exchange.own import is_own, read_own
from hoopoe.flows.exchange.rapidpro import is_rapidpro, read_rapidpro
from hoopoe.flows.exchange.reading import as_object, as_objects, keep_clean
from hoopoe.flows.exchange.typebot import is_typebot, read_typebot
from hoopoe.kernel.json import Json, JsonObject

MAX_BYTES: Final = 8 * 1024 * 1024


def read_bytes(content: bytes) -> Imported:
    """A file. Raises `ExchangeError` with the place of what is wrong."""
    if len(content) > MAX_BYTES:
        raise ExchangeError("too_large", f"A file may have {MAX_BYTES // (1024 * 1024)} MB.")
    try:
        data: Json = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if "depth limit" in error.msg:
            raise ExchangeError("too_deep", "This is nested too deeply.", place=place) from error
        raise ExchangeError("not_json", "This is not JSON.", place=place) from error
    if not isinstance(data, dict):
        raise ExchangeError("wrong_type", "The file must hold a JSON object.")
    return read_file(data)


def read_file(data: JsonObject) -> Imported:
    """A file that was decoded already. Raises `ExchangeError` with the place of what is wrong."""
    clean = as_object(keep_clean(data))
    if clean.get("format") == "hoopoe.bot":
        return read_own(clean)
    if is_typebot(clean):
        return read_typebot(clean)
    if is_rapidpro(clean):
        return read_rapidpro(clean)
    if any("action_sets" in flow for flow in [clean, *as_objects(clean.get("flows"))]):
        message = "This is a flow of an old spec, before 13. Export it again from a newer version."
        raise ExchangeError("wrong_spec", message, place="flows")
    if any("steps" in each for each in as_objects(clean.get("blocks"))):
        message = "This is a Typebot of an old version, before 3. Import it at Typebot and export it again."
        raise ExchangeError("wrong_spec", message, place="blocks")
    if is_own(clean):
        return read_own(clean)
    message = "This is no bot of Hoopoe, no flow of RapidPro, TextIt or Glific (spec 13), and no Typebot (version 6)."
    raise ExchangeError("unknown_format", message)
