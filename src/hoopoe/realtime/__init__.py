"""Telling screens what was committed: a hub per web process, a WebSocket per screen."""
