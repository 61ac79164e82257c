"""The API's routes and what each asks for, read off the app."""

from __future__ import annotations

from fastapi.routing import APIRoute

from hoopoe.identity.http import PermissionCheck
from hoopoe.main.http_app import ROUTERS


def list_routes() -> list[tuple[str, APIRoute]]:
    """(method, route) of the whole API."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [(method, route) for route in routes for method in sorted(route.methods)]


def find_permissions(route: APIRoute) -> set[str]:
    """The permissions that a route asks for."""
    found = set()
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        if isinstance(dependant.call, PermissionCheck):
            found.add(dependant.call.permission.value)
    return found
