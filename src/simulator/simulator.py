"""The parts of a running simulator, as every request handler gets them."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.meta.media import MediaUrls
from simulator.settings import SimulatorSettings
from simulator.statuses import Statuses
from simulator.webhooks import Deliverer
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Simulator:
    """A world, and what moves in it."""

    world: World
    deliverer: Deliverer
    statuses: Statuses
    media_urls: MediaUrls


def make_simulator(settings: SimulatorSettings) -> Simulator:
    """The parts, not yet started."""
    world = World(settings)
    deliverer = Deliverer(world)
    return Simulator(world, deliverer, Statuses(world, deliverer), MediaUrls())
