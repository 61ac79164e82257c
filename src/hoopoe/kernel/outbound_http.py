"""The one HTTP client for addresses that tenants type (flows, webhooks out, media by link).

It must not be a way into the network that Hoopoe runs in. So: only http and https; every address that a
name resolves to is checked, and the connection goes to the very address that was checked, whatever the
name resolves to a moment later; every redirect is a new request with the same checks; answers are cut
off by size and by time. OUTBOUND_ALLOW names host:port pairs that are let through all the same.

No other module may open a connection to an address that a tenant typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MAX_ANSWER_BYTES: Final = 1024 * 1024
MAX_REQUEST_BYTES: Final = 1024 * 1024
MAX_URL_CHARS: Final = 4_000
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_REDIRECTS: Final = 3
MAX_SECONDS: Final = 30.0
NUMERIC_HOST: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)
USER_AGENT: Final = "Hoopoe"

# Public by their numbers, and yet inside: a cloud's control plane, and blocks of the IANA special-purpose
# registries that this version of Python does not know as such.
_ALSO_INSIDE: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001:db8::/32", "3fff::/20", "5f00::/16")
)
# RFC 6052 and RFC 8215: the last 32 bits are an IPv4 address that a gateway will connect to.
_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# What the client sets itself, or what speaks about the connection and not about the request.
_OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "keep-alive"}
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]
Write = Callable[[bytes], Awaitable[None]]


class OutboundProblem(StrEnum):
    """Why there is no answer."""

    BAD_URL = "bad_url"
    BAD_HEADER = "bad_header"
    BLOCKED_ADDRESS = "blocked_address"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BROKEN_ANSWER = "broken_answer"


class OutboundError(Exception):
    """No answer. The message is for the author of the request; it tells nothing of our network.

    `may_have_arrived`: the other side may have taken the request, and only its answer is missing.
    """

    def __init__(self, problem: OutboundProblem, message: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(message)
        self.problem = problem
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """What to send. `seconds` is for everything together: name, connection, redirects, body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What came back. Header names are lower case; of a repeated header the last one counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def explain_block(address: IpAddress) -> str | None:
    """Why an address must not be connected to; None when it is an ordinary public one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and any(address in network for network in _NAT64):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return explain_block(inner)
        if address.is_site_local:
            return "private"
    for is_bad, words in (
        (address.is_unspecified, "unspecified"),
        (address.is_loopback, "this machine's own"),
        (address.is_link_local, "link-local"),
        (address.is_multicast, "multicast"),
        (address.is_private, "private"),
        (address.is_reserved, "reserved"),
        (any(address in network for network in _ALSO_INSIDE), "reserved"),
        (not address.is_global, "not public"),
    ):
        if is_bad:
            return words
    return None


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _CheckedResolver(AbstractResolver):
    """Gives the connector only addresses that were checked: it connects to nothing else."""

    def __init__(self, allowed: frozenset[tuple[str, int]], lookup: Lookup) -> None:
        self._allowed = allowed
        self._lookup = lookup

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  # the connector's interface
    ) -> list[ResolveResult]:
        """Every address of the name. One that is blocked blocks the name: such a name is not an ordinary one."""
        try:
            addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in await self._lookup(host, port)]
        except (OSError, UnicodeError):
            raise OutboundError(OutboundProblem.UNKNOWN_HOST, f"The host {host} is not known.") from None
        if (host, port) not in self._allowed:
            for address in addresses:
                check_address(host, address)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


def check_address(host: str, address: IpAddress) -> None:
    """Raises `OutboundError` for an address that must not be connected to."""
    reason = explain_block(address)
    if reason is not None:
        raise OutboundError(
            OutboundProblem.BLOCKED_ADDRESS, f"The address of {host} is {reason}. Only public addresses may be called."
        )


class OutboundClient:
    """Made by `open_outbound`."""

    def __init__(
        self, session: aiohttp.ClientSession, allowed: frozenset[tuple[str, int]], *, max_answer_bytes: int
    ) -> None:
        self._session = session
        self._allowed = allowed
        self._max_answer_bytes = max_answer_bytes

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        """Send a request and read its answer. Raises `OutboundError`, and nothing else that a network does.

        Redirects are followed for GET and after a 303 only: to send a body or a credential to another
        address than the one that was typed is not ours to decide.
        """
        return await self._follow(replace(request, seconds=min(request.seconds, MAX_SECONDS)), None)

    async def download(self, request: OutboundRequest, write: Write) -> OutboundAnswer:
        """Send a request and hand the bytes of an answer of 200 to `write`, as they come; its `body` is empty.

        How many and how long is the caller's to say: what `write` raises ends it. Raises as `send` does.
        """
        return await self._follow(request, write)

    async def _follow(self, request: OutboundRequest, write: Write | None) -> OutboundAnswer:
        is_sent = False
        try:
            async with asyncio.timeout(request.seconds):
                url = self._read_url(request.url).update_query(request.query)
                for _ in range(MAX_REDIRECTS + 1):
                    self._check(url, request)
                    is_sent = True
                    answer = await self._send_once(url, request, write)
                    target = _read_target(url, request.method, answer)
                    if target is None:
                        return answer
                    _check_url(target)
                    request = _redirect(request, url, target, answer.status)
                    url = target
        except TimeoutError:
            raise OutboundError(
                OutboundProblem.TIMED_OUT,
                f"There was no answer within {request.seconds:g} seconds.",
                may_have_arrived=is_sent,
            ) from None
        raise OutboundError(OutboundProblem.TOO_MANY_REDIRECTS, "The address leads on to others without an end.")

    def _read_url(self, text: str) -> URL:
        try:
            return URL(text.strip())
        except ValueError:
            raise OutboundError(OutboundProblem.BAD_URL, "This is not an address.") from None

    def _check(self, url: URL, request: OutboundRequest) -> None:
        _check_url(url)
        if len(request.body or b"") > MAX_REQUEST_BYTES:
            raise OutboundError(OutboundProblem.TOO_LARGE, "The body is too large.")
        _check_headers(request.headers)
        # The connector takes a literal address as it is, without asking the resolver.
        host = url.host or ""
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            if NUMERIC_HOST.fullmatch(host):  # 127.1, 2130706433, 0x7f.1: other ways to write an address
                raise OutboundError(OutboundProblem.BAD_URL, "Write the address in full, as 192.0.2.1.") from None
            return
        if (host, url.port) not in self._allowed:
            check_address(host, address)

    async def _send_once(self, url: URL, request: OutboundRequest, write: Write | None) -> OutboundAnswer:
        try:
            async with self._session.request(
                request.method,
                url,
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None),  # the time is kept around all of it
            ) as response:
                if write is not None and response.status == 200:
                    async for chunk in response.content.iter_chunked(64 * 1024):
                        await write(chunk)
                    body = b""
                else:
                    body = await self._read_body(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return OutboundAnswer(response.status, headers, body)
        except OutboundError:
            raise
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise OutboundError(OutboundProblem.INSECURE, "The address has no valid certificate.") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.__cause__, OutboundError):
                raise error.__cause__ from None
            raise OutboundError(OutboundProblem.UNREACHABLE, "The address could not be reached.") from None
        except (aiohttp.InvalidURL, ValueError):
            raise OutboundError(OutboundProblem.BAD_URL, "The address or a header cannot be sent.") from None
        except (aiohttp.ClientError, ConnectionError, OSError):
            raise OutboundError(
                OutboundProblem.BROKEN_ANSWER, "The answer broke off or cannot be read.", may_have_arrived=True
            ) from None

    async def _read_body(self, response: aiohttp.ClientResponse) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_chunked(64 * 1024):
            size += len(chunk)
            if size > self._max_answer_bytes:
                raise OutboundError(
                    OutboundProblem.TOO_LARGE,
                    f"The answer is larger than {self._max_answer_bytes // 1024} KB.",
                    may_have_arrived=True,
                )
            chunks.append(chunk)
        return b"".join(chunks)


def _check_url(url: URL) -> None:
    if url.scheme not in ("http", "https") or not url.host or url.port is None:
        raise OutboundError(OutboundProblem.BAD_URL, "The address must begin with http:// or https:// and a host.")
    if url.user is not None or url.password is not None:
        raise OutboundError(OutboundProblem.BAD_URL, "The address may not hold a name or a password: use a header.")
    if len(str(url)) > MAX_URL_CHARS:
        raise OutboundError(OutboundProblem.BAD_URL, "The address is too long.")


def _check_headers(headers: Mapping[str, str]) -> None:
    size = 0
    for name, value in headers.items():
        size += len(name) + len(value.encode())
        if name.lower() in _OWN_HEADERS:
            raise OutboundError(OutboundProblem.BAD_HEADER, f"The header {name} is not yours to set.")
        if any(char in name + value for char in "\r\n\0"):
            raise OutboundError(OutboundProblem.BAD_HEADER, f"The header {name[:40]!r} holds a line break.")
    if size > MAX_HEADER_BYTES:
        raise OutboundError(OutboundProblem.BAD_HEADER, "The headers are too large.")


def _read_target(url: URL, method: str, answer: OutboundAnswer) -> URL | None:
    """Where an answer leads on to; None where it is the answer."""
    location = answer.headers.get("location")
    if answer.status not in _REDIRECTS or location is None or (method not in ("GET", "HEAD") and answer.status != 303):
        return None
    try:
        return url.join(URL(location))
    except ValueError:
        raise OutboundError(OutboundProblem.BAD_URL, "The answer leads to something that is not an address.") from None


def _redirect(request: OutboundRequest, url: URL, target: URL, status: int) -> OutboundRequest:
    """The next request: without a body after a 303, and without any given header at another origin."""
    headers = request.headers if url.origin() == target.origin() else {}
    if status == 303 and request.method != "HEAD":
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return replace(request, method="GET", body=None, headers=headers)
    return replace(request, headers=headers)


def redact_url(url: str) -> str:
    """An address for logs: without query, fragment and credentials, which may hold secrets."""
    try:
        return str(URL(url).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return "(not an address)"


def read_allowed(pairs: Collection[str]) -> frozenset[tuple[str, int]]:
    """OUTBOUND_ALLOW's host:port pairs. Raises ValueError for one that is not such a pair."""
    allowed = set()
    for pair in pairs:
        host, colon, port = pair.strip().rpartition(":")
        if not colon or not host or not port.isdigit():
            raise ValueError(f"OUTBOUND_ALLOW holds {pair!r}, which is not host:port")
        allowed.add((host.strip("[]").lower(), int(port)))
    return frozenset(allowed)


@contextlib.asynccontextmanager
async def open_outbound(
    allow: Collection[str] = (), *, lookup: Lookup = look_up, max_answer_bytes: int = MAX_ANSWER_BYTES
) -> AsyncIterator[OutboundClient]:
    """Open a client for the length of the block. Proxies of the environment are not used."""
    allowed = read_allowed(allow)
    connector = aiohttp.TCPConnector(
        resolver=_CheckedResolver(allowed, lookup), use_dns_cache=False, limit=200, limit_per_host=50
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=MAX_SECONDS),
        trust_env=False,
    ) as session:
        yield OutboundClient(session, allowed, max_answer_bytes=max_answer_bytes)
