"""Blueprints that come with Hoopoe: `cafe_blueprint()` to play with, `echo_blueprint()` to measure with."""

from hoopoe.flows.demo.cafe import cafe_blueprint
from hoopoe.flows.demo.echo import echo_blueprint

__all__ = ["cafe_blueprint", "echo_blueprint"]
