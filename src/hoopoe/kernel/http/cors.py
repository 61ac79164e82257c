"""Pages of other origins: which may call the API, and a refusal in the one shape for the rest."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from hoopoe.kernel.errors import CrossOrigin
from hoopoe.kernel.http.answers import NO_REQUEST_ID, refusal_to_json


class CrossOriginDoor(CORSMiddleware):
    """Starlette's, but for the preflight that it refuses: that is answered 403 `cross_origin`.

    Browsers show it to nobody; whoever looks for the reason does, in the network panel or with curl.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        is_preflight = {"origin", "access-control-request-method"} <= set(headers)
        if not is_preflight or scope["method"] != "OPTIONS":
            await super().__call__(scope, receive, send)
            return
        answer = self.preflight_response(request_headers=headers)
        if answer.status_code >= 400:
            refusal = CrossOrigin(f"{bytes(answer.body).decode()}: see CORS_ORIGINS and the API's description.")
            kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
            content = refusal_to_json(refusal, scope.get("request_id", NO_REQUEST_ID))
            answer = JSONResponse(content, status_code=refusal.status, headers=kept)
        await answer(scope, receive, send)
