"""Bots, the drafts of their flows, and the versions that were published and never change."""
