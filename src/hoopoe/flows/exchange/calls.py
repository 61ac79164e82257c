"""Bots of one file that run each other: by the ids that they get here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hoopoe.flows.exchange.contract import ImportedBot
from hoopoe.flows.exchange.reading import as_object, as_objects, as_text
from hoopoe.kernel.json import Json, JsonObject


def renew_calls(bots: Sequence[ImportedBot], ids: Mapping[str, str]) -> list[JsonObject]:
    """The blueprints of bots; where one runs another, by `ids`: from a bot's key in its file to its id here."""
    return [
        {**bot.blueprint, "nodes": [_renew(node, ids) for node in as_objects(bot.blueprint["nodes"])]} for bot in bots
    ]


def _renew(node: JsonObject, ids: Mapping[str, str]) -> Json:
    config = as_object(node.get("config"))
    found = ids.get(as_text(config.get("bot_id")))
    if node.get("type") != "run_flow" or found is None:
        return node
    return {**node, "config": {**config, "bot_id": found}}
