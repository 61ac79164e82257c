"""What housekeeping asks of others, where a test is about something else."""

from __future__ import annotations

from uuid import UUID


async def forget_nothing(_: UUID) -> bool:
    """There is nothing outside of the database."""
    return True
