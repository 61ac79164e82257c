"""Bots as files: what a workspace gives out, and what it takes in (the formats are `flows.exchange`)."""
