"""What routes of files need of the process: the store, the way out, who signs addresses, the quota."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from hoopoe.kernel.outbound_http import OutboundClient
from hoopoe.kernel.storage import Store
from hoopoe.media.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Shelf:
    """One per web process."""

    store: Store
    outbound: OutboundClient
    addresses: Addresses
    quota_mb: int


def _read_shelf(request: Request) -> Shelf:
    return cast(Shelf, request.app.state.shelf)


def _read_addresses(request: Request) -> Addresses:
    return cast(Shelf, request.app.state.shelf).addresses


CurrentShelf = Annotated[Shelf, Depends(_read_shelf)]
"""The app's shelf."""

CurrentAddresses = Annotated[Addresses, Depends(_read_addresses)]
"""Who signs addresses of files."""
