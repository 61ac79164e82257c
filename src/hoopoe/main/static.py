"""The dashboard's files, and its one page for every address that is not a file and not the API's."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.edge import Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

# What the API answers for: an unknown address there is a 404 in JSON, not the dashboard.
API_PREFIXES = ("api/", "ws", "whatsapp/", "openapi.json", "docs", "health", "metrics")

NOT_BUILT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hoopoe</title></head>
<body><h1>Hoopoe is running, but its dashboard is not built.</h1>
<p>Build it with <code>make run</code>, or in <code>web/</code> with <code>npm run build</code>.
The API works all the same: <a href="/docs">API documentation</a>.</p></body></html>"""


def install_dashboard(app: FastAPI, folder: Path) -> None:
    """Serve the files of `folder` at every address that no route has."""
    root = folder.resolve()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4404, "reason": "There is no such address."})
            return
        response = read_dashboard(root, scope["path"].lstrip("/"), scope["method"])
        await response(scope, receive, send)

    app.router.default = answer


def read_dashboard(root: Path, path: str, method: str) -> Response:
    """A file, the one page, or a word of help. Raises `NotFound` for what is the API's."""
    if method not in ("GET", "HEAD") or path.startswith(API_PREFIXES):
        raise NotFound("There is no such address.")
    file = find_file(root, path)
    if file is not None:
        return FileResponse(file, headers={"Cache-Control": IMMUTABLE if path.startswith("assets/") else REVALIDATE})
    if path.startswith("assets/"):
        raise NotFound("There is no such file.")
    index = root / "index.html"
    if not index.is_file():
        return HTMLResponse(NOT_BUILT, headers={"Cache-Control": "no-store"})
    return FileResponse(index, headers={"Cache-Control": REVALIDATE})


def find_file(root: Path, path: str) -> Path | None:
    """The file at a path under `root`; None for folders, for what is not there and for what is outside."""
    if not path or "\0" in path:
        return None
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
