"""Bots as files: our own, and those of other products. Pure: JSON goes in, bots and a report come out.

    read_bytes(content) -> Imported       raises ExchangeError(code, message, place=…)
    read_file(data) -> Imported           the same for decoded JSON
    export_bot(name, blueprint) -> JSON   our own file
    renew_calls(bots, ids) -> blueprints  the bots of one file call each other by their new ids

Whose file it is, its content says. What a foreign step becomes stands in one table for each format:
`rapidpro_actions.ACTIONS`, `rapidpro_tests.TESTS`, `typebot_steps.STEPS`, `typebot_inputs.INPUTS`; all others become
the node `placeholder`, with their original kept. `docs/how-to/import-a-bot.md` is written from these tables.
"""

from hoopoe.flows.exchange.calls import renew_calls
from hoopoe.flows.exchange.contract import ExchangeError, Format, Imported, ImportedBot, Missing, Note, Outcome
from hoopoe.flows.exchange.own import FORMAT, FORMAT_VERSION, export_bot
from hoopoe.flows.exchange.recognising import MAX_BYTES, read_bytes, read_file

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "MAX_BYTES",
    "ExchangeError",
    "Format",
    "Imported",
    "ImportedBot",
    "Missing",
    "Note",
    "Outcome",
    "export_bot",
    "read_bytes",
    "read_file",
    "renew_calls",
]
