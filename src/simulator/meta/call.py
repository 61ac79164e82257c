"""One request to the Graph, read from the wire and found to be somebody's."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from simulator.jsontypes import JsonObject
from simulator.meta.errors import GraphError, make_missing_object
from simulator.meta.messages import parse_body
from simulator.simulator import Simulator
from simulator.state import Media, MetaChannel, Template

_VERSION = re.compile(r"v(\d{1,3})\.0")
OLDEST_VERSION, NEWEST_VERSION = 20, 26


@dataclass(slots=True, kw_only=True)
class Call:
    """A request: `/v25.0/{node}/{edge}`. `channels` are those that its token may act for."""

    simulator: Simulator
    method: str
    version: str
    node: str
    edge: str
    query: dict[str, str]
    content_type: str
    base_url: str
    body: bytes
    channels: list[MetaChannel]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names in `?fields=a,b{c}`, without sub-selections."""
        plain = re.sub(r"\{[^}]*\}", "", self.query.get("fields", ""))
        return tuple(name.strip() for name in plain.split(",") if name.strip())

    def arguments(self) -> JsonObject:
        """The body (JSON or form) over the query: the Graph takes arguments from either."""
        arguments: JsonObject = dict(self.query)
        if self.content_type.startswith("application/x-www-form-urlencoded"):
            arguments.update(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))
        elif self.body.strip():
            body = parse_body(self.body)
            if not isinstance(body, dict):
                raise GraphError(100, message="(#100) The body must be a JSON object.")
            arguments.update(body)
        return arguments

    def phone(self) -> MetaChannel:
        """The channel whose phone number this node is."""
        channel = self.simulator.world.find_meta_channel(self.node)
        if channel is None or channel not in self.channels:
            raise make_missing_object(self.method, self.node)
        return channel

    def account(self) -> list[MetaChannel]:
        """The channels of the account that this node is."""
        own = [channel for channel in self.channels if channel.waba_id == self.node]
        if not own:
            raise make_missing_object(self.method, self.node)
        return own

    def template(self) -> Template:
        """The template that this node is."""
        template = self.simulator.world.state.templates.get(self.node)
        if template is None or all(template.waba_id != channel.waba_id for channel in self.channels):
            raise make_missing_object(self.method, self.node)
        return template

    def media(self) -> Media:
        """The file that this node is; one that expired is gone."""
        world = self.simulator.world
        media = world.state.media.get(self.node)
        is_own = media is not None and any(media.phone_number_id == own.phone_number_id for own in self.channels)
        wanted = self.query.get("phone_number_id")
        if media is None or not is_own or media.expires_at < world.now() or wanted not in {None, media.phone_number_id}:
            raise make_missing_object(self.method, self.node)
        return media


def split_path(path: str) -> tuple[str, str, str]:
    """Version, node and edge. Without a version the oldest one serves, as with Meta."""
    parts = [part for part in path.split("/") if part]
    version = f"v{OLDEST_VERSION}.0"
    if parts and parts[0].startswith("v"):
        version = parts.pop(0)
        found = _VERSION.fullmatch(version)
        if found is None:
            raise GraphError(100, message="Invalid version format. Use format like 'v25.0'")
        if not OLDEST_VERSION <= int(found[1]) <= NEWEST_VERSION:
            raise GraphError(2500, message=f"(#2500) Unknown path components: /{version}/…", http=400)
    if not 1 <= len(parts) <= 2:
        raise GraphError(2500, message=f"(#2500) Unknown path components: {path}", http=400)
    return version, parts[0], parts[1] if len(parts) == 2 else ""


def read_token(headers: list[tuple[bytes, bytes]], query: dict[str, str]) -> str:
    """The access token, from the header or, as the Graph allows, the query. GraphError (104) without one."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() in {"bearer", "oauth"} and token.strip():
                return token.strip()
    token = query.get("access_token", "")
    if not token:
        raise GraphError(104, message="An access token is required to request this resource.")
    return token


def check_proof(channels: list[MetaChannel], token: str, proof: str | None) -> None:
    """GraphError (100) for a proof that was made with another app's secret. Source: Graph API, Secure requests."""
    if proof is None:
        return
    made = [hmac.new(channel.app_secret.encode(), token.encode(), "sha256").hexdigest() for channel in channels]
    if not any(hmac.compare_digest(each, proof) for each in made):
        raise GraphError(100, message="Invalid appsecret_proof provided in the API argument")


def find_own_channels(simulator: Simulator, token: str) -> list[MetaChannel]:
    """The channels that a token may act for. GraphError (190) when it is nobody's."""
    own = [channel for channel in simulator.world.state.meta_channels() if channel.access_token == token]
    if not own:
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
    return own
