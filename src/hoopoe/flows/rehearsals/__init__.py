"""Tests of a bot: what is said to it, and what it is expected to answer, played by the engine of production."""
