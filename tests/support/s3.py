"""A small store that speaks S3: it checks every signature, and is full or away when it is told to.

    async with run_s3() as store:
        settings = store.settings()
        store.refuse(507, times=1)

Written from Amazon's description of Signature Version 4 and of the REST API, not from any client.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote
from xml.etree import ElementTree as ET

from aiohttp import web

BUCKET = "files"
KEY_ID = "AKIDHOOPOE"
SECRET = "a secret of the store/+="
REGION = "eu-test-1"
SCOPE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


def sign(secret: str, request: web.Request, body: bytes, found: re.Match[str]) -> str:
    """The signature that the request should carry."""
    query = sorted(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
    canonical_query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query)
    names = found["signed"].split(";")
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names)
    told = request.headers["x-amz-content-sha256"]
    assert told in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()), "the payload's hash is not the payload's"
    path = quote(unquote(request.rel_url.raw_path), safe="/~")
    canonical = "\n".join((request.method, path, canonical_query, headers, found["signed"], told))
    scope = f"{found['day']}/{found['region']}/s3/aws4_request"
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers["x-amz-date"],
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = f"AWS4{secret}".encode()
    for part in (found["day"], found["region"], "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclass
class S3:
    """A running store. `files` are its objects, `uploads` the parts of those that are not complete."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    always: int | None = None
    largest_body: int = 0

    def settings(self) -> dict[str, str]:
        """What a process needs to keep its files here."""
        return {
            "s3_bucket": BUCKET,
            "s3_endpoint_url": self.url,
            "s3_region": REGION,
            "s3_access_key_id": KEY_ID,
            "s3_secret_access_key": SECRET,
        }

    def refuse(self, status: int, *, times: int | None = None) -> None:
        """Answer with this status so many times, or until `let_in`."""
        if times is None:
            self.always = status
        else:
            self.refusals += [status] * times

    def let_in(self) -> None:
        """Answer as a store does."""
        self.always = None
        self.refusals.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.largest_body = max(self.largest_body, len(body))
        self.requests.append(f"{request.method} {request.rel_url.raw_path_qs}")
        refusal = self.refusals.pop(0) if self.refusals else self.always
        if refusal is not None:
            words = {507: "InsufficientStorage", 503: "SlowDown"}.get(refusal, "Refused")
            return web.Response(status=refusal, text=f"<Error><Code>{words}</Code></Error>")
        found = SCOPE.fullmatch(request.headers.get("authorization", ""))
        if found is None or found["key"] != KEY_ID or found["region"] != REGION:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if not hmac.compare_digest(sign(SECRET, request, body, found), found["signature"]):
            return web.Response(status=403, text="<Error><Code>SignatureDoesNotMatch</Code></Error>")
        _, bucket, key = (unquote(request.rel_url.raw_path) + "/").split("/", 2)
        if bucket != BUCKET:
            return web.Response(status=404, text="<Error><Code>NoSuchBucket</Code></Error>")
        return self._do(request, key.rstrip("/"), body)

    def _do(self, request: web.Request, key: str, body: bytes) -> web.Response:
        query = request.query
        match request.method:
            case "PUT" if "uploadId" in query:
                self.uploads[query["uploadId"]][int(query["partNumber"])] = body
                return web.Response(headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})  # noqa: S324
            case "PUT":
                self.files[key] = body
                return web.Response(headers={"ETag": '"one"'})
            case "POST" if "uploads" in query:
                number = f"upload-{len(self.uploads) + 1}"
                self.uploads[number] = {}
                return _xml("InitiateMultipartUploadResult", UploadId=number, Key=key, Bucket=BUCKET)
            case "POST" if "uploadId" in query:
                parts = self.uploads.pop(query["uploadId"])
                self.files[key] = b"".join(parts[number] for number in sorted(parts))
                return _xml("CompleteMultipartUploadResult", ETag='"many"', Key=key, Bucket=BUCKET)
            case "POST" if "delete" in query:
                return self._delete_many(body)
            case "DELETE" if "uploadId" in query:
                self.uploads.pop(query["uploadId"], None)
                return web.Response(status=204)
            case "DELETE":
                self.files.pop(key, None)
                return web.Response(status=204)
            case "GET" if not key:
                return self._list(query.get("prefix", ""))
            case _:
                return self._get(request, key)

    def _delete_many(self, body: bytes) -> web.Response:
        root = ET.Element("DeleteResult")
        for name in ET.fromstring(body).iter():  # noqa: S314  # our own client's words
            if name.tag.endswith("Key"):
                self.files.pop(name.text or "", None)
                ET.SubElement(ET.SubElement(root, "Deleted"), "Key").text = name.text
        return web.Response(body=ET.tostring(root), content_type="application/xml")

    def _list(self, prefix: str) -> web.Response:
        root = ET.Element("ListBucketResult")
        for name, data in sorted(self.files.items()):
            if name.startswith(prefix):
                entry = ET.SubElement(root, "Contents")
                ET.SubElement(entry, "Key").text = name
                ET.SubElement(entry, "Size").text = str(len(data))
                ET.SubElement(entry, "LastModified").text = "2026-11-20T09:00:00.000Z"
                ET.SubElement(entry, "ETag").text = '"one"'
        ET.SubElement(root, "IsTruncated").text = "false"
        return web.Response(body=ET.tostring(root), content_type="application/xml")

    def _get(self, request: web.Request, key: str) -> web.Response:
        data = self.files.get(key)
        if data is None:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>")
        headers = {"ETag": '"one"', "Last-Modified": "Fri, 20 Nov 2026 09:00:00 GMT"}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if wanted is None:
            return web.Response(body=data, headers=headers)
        first, last = int(wanted[1]), min(int(wanted[2]), len(data) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
        return web.Response(status=206, body=data[first : last + 1], headers=headers)


def _xml(tag: str, **fields: str) -> web.Response:
    root = ET.Element(tag)
    for name, value in fields.items():
        ET.SubElement(root, name).text = value
    return web.Response(body=ET.tostring(root), content_type="application/xml")


@asynccontextmanager
async def run_s3() -> AsyncIterator[S3]:
    """A store on a free port for the length of the block."""
    store = S3()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", store.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        [(host, port)] = [name[:2] for name in runner.addresses]
        store.url = f"http://{host}:{port}"
        yield store
    finally:
        await runner.cleanup()
