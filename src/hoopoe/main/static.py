"""The dashboard's files, and its one page for every address that is not a file and not the API's."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.edge import Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

# Texts of which a browser fetches a quarter when they are compressed. Fonts and pictures are compressed already.
COMPRESSIBLE = frozenset({".css", ".html", ".js", ".json", ".svg"})
TOO_SMALL_BYTES = 512

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
        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1")
        response = read_dashboard(root, scope["path"].lstrip("/"), scope["method"], may_compress=accepts_gzip(accepted))
        await response(scope, receive, send)

    app.router.default = answer


def read_dashboard(root: Path, path: str, method: str, *, may_compress: bool = False) -> Response:
    """A file, the one page, or a word of help. Raises `NotFound` for what is the API's."""
    if method not in ("GET", "HEAD") or path.startswith(API_PREFIXES):
        raise NotFound("There is no such address.")
    file = find_file(root, path)
    if file is not None:
        return send_file(
            file, IMMUTABLE if path.startswith("assets/") else REVALIDATE, method, may_compress=may_compress
        )
    if path.startswith("assets/"):
        raise NotFound("There is no such file.")
    index = root / "index.html"
    if not index.is_file():
        return HTMLResponse(NOT_BUILT, headers={"Cache-Control": "no-store"})
    return send_file(index, REVALIDATE, method, may_compress=may_compress)


def send_file(file: Path, cache: str, method: str, *, may_compress: bool) -> Response:
    """A file, compressed where that helps and the browser takes it. A HEAD and small files are answered plainly."""
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    found = file.stat()
    if not may_compress or method != "GET" or file.suffix not in COMPRESSIBLE or found.st_size < TOO_SMALL_BYTES:
        return FileResponse(file, headers=headers)
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    content = compress(file, found.st_mtime_ns, found.st_size)
    return Response(content, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})


@lru_cache(maxsize=256)
def compress(file: Path, _changed_ns: int, _size: int) -> bytes:
    """The file's content in gzip, made once for as long as the file stays as it is."""
    return gzip.compress(file.read_bytes(), mtime=0)


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3): named or by `*`, and not weighed nought."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip()] = parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return weights.get("gzip", weights.get("*", False))


def find_file(root: Path, path: str) -> Path | None:
    """The file at a path under `root`; None for folders, for what is not there and for what is outside."""
    if not path or "\0" in path:
        return None
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
