"""Answers of the control API."""

from __future__ import annotations

import orjson
from fastapi.responses import Response

from simulator.jsontypes import JsonObject


def answer(body: JsonObject, status: int = 200) -> Response:
    """JSON as it stands: FastAPI's own encoder would walk through every value of a long log."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def answer_error(status: int, code: str, message: str, details: object = None) -> Response:
    """The one shape of an error: `{"error": {"code", "message", "details"}}`."""
    body = {"error": {"code": code, "message": message, "details": details}}
    return Response(orjson.dumps(body), status, media_type="application/json")
