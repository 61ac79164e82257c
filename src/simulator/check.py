"""The world's judgement on itself: nothing lost, nothing doubled."""

from __future__ import annotations

from simulator.jsontypes import JsonObject
from simulator.world import World


def check_world(world: World) -> JsonObject:
    """Judge by what was accepted and what was acknowledged.

    `lost`: webhooks that were given up, never acknowledged with 200. `doubled`: messages of the app
    that were accepted twice (see Tallies). `owed` is still on its way, `unheard` had no subscribed
    app. What is owed is not lost yet, so a verdict counts only once it is 0.
    """
    lost, doubled = len(world.state.given_up), world.tallies.doubled
    owed = len(world.state.owed)
    if lost == 0 and doubled == 0:
        sentence = "Nothing lost, nothing doubled" + (f", {owed} on the way" if owed else "")
    else:
        sentence = f"{lost} lost, {doubled} doubled"
    return {
        "ok": lost == 0 and doubled == 0,
        "sentence": sentence,
        "lost": lost,
        "doubled": doubled,
        "owed": owed,
        "unheard": world.state.unheard,
    }
