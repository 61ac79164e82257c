"""The control API: what a test, or the simulator's page, can do with the world."""
