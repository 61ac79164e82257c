"""The Graph as a plain ASGI application: read, check the token, answer, write the wire log."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from simulator.faults import ConnectionCut, FaultKind, give_among_faults
from simulator.meta.call import Call, check_proof, find_own_channels, read_token, split_path
from simulator.meta.edges import find_edge, name_node
from simulator.meta.errors import GraphError, make_missing_object, say_code
from simulator.meta.messages import answer_messages, say_request
from simulator.simulator import Simulator
from simulator.wire import (
    JSON,
    Answer,
    ClientVanished,
    Entry,
    cut_connection,
    log_entry,
    log_vanished,
    read_body,
    read_header,
    respond,
)

DOWNLOADS: Final = "/media-files/"


class Graph:
    """`/v{N}.0/…` and the media downloads."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever happens to the client, the request is in the wire log first."""
        started = time.perf_counter()
        method, path = scope["method"], scope["path"]
        is_send = method == "POST" and path.endswith("/messages")
        entry = Entry(method, path, "send" if is_send else "account", f"{method} {path}")
        try:
            entry.body = await read_body(receive, too_large=_refuse_size)
            answer = await self._answer(scope, entry)
        except GraphError as error:
            entry.code = error.code
            entry.summary += f": {error.code}, {error.details or say_code(error.code)}"
            answer = Answer(orjson.dumps(error.as_json()), error.http)
        except ConnectionCut as cut:
            await cut_connection(self._simulator.world, entry, cut, scope, receive)
            return
        except ClientVanished:
            log_vanished(self._simulator.world, entry)
            return
        entry.status, entry.ms = answer.status, (time.perf_counter() - started) * 1000
        entry.answer = answer.body if answer.content_type == JSON else b""
        log_entry(self._simulator.world, entry)
        await respond(send, answer)

    async def _answer(self, scope: Scope, entry: Entry) -> Answer:
        simulator = self._simulator
        raw_query: bytes = scope["query_string"]
        query = dict(parse_qsl(raw_query.decode("latin-1"), keep_blank_values=True)) if raw_query else {}
        token = read_token(scope["headers"], query)
        if entry.path.startswith(DOWNLOADS):
            entry.kind = "media"
            return await self._download(entry.path.removeprefix(DOWNLOADS), query, token)
        version, node, edge = split_path(entry.path)
        if edge == "messages" and entry.method == "POST":
            return await self._send(node, token, entry)
        own = find_own_channels(simulator, token)
        check_proof(own, token, query.get("appsecret_proof"))
        call = Call(
            simulator=simulator,
            method=entry.method,
            version=version,
            node=node,
            edge=edge,
            query=query,
            content_type=read_header(scope, b"content-type"),
            base_url=f"{scope['scheme']}://{read_header(scope, b'host')}",
            body=entry.body,
            channels=own,
        )
        entry.phone_number_id = node if node in simulator.world.state.channels else None
        entry.summary = f"{entry.method} /{edge}" if edge else f"{entry.method} {name_node(call)}"
        entry.kind, answer_edge = find_edge(call)
        return Answer(orjson.dumps(await answer_edge(call)))

    async def _send(self, node: str, token: str, entry: Entry) -> Answer:
        entry.summary = f"POST /messages {say_request(entry.body)}"
        entry.phone_number_id = node
        channel = self._simulator.world.find_meta_channel(node)
        if channel is None or channel.access_token != token:
            find_own_channels(self._simulator, token)
            raise make_missing_object("POST", node)
        answer, entry.fault = await answer_messages(self._simulator, channel, entry.body)
        if "success" in answer:
            entry.kind = "receipt"
        return Answer(orjson.dumps(answer))

    async def _download(self, media_id: str, query: dict[str, str], token: str) -> Answer:
        world = self._simulator.world
        own = find_own_channels(self._simulator, token)
        media = world.state.media.get(media_id)
        data = world.store.get_media(media_id)
        is_valid = self._simulator.media_urls.is_valid(
            media_id, query.get("ext", ""), query.get("hash", ""), now=world.now()
        )
        if media is None or data is None or not is_valid:
            raise GraphError(100, message="The media URL has expired: ask for it again.", http=404)
        if all(channel.phone_number_id != media.phone_number_id for channel in own):
            raise make_missing_object("GET", media_id)
        given = await give_among_faults(world.faults, media.phone_number_id, data)
        if given is FaultKind.MEDIA_EXPIRED:
            raise GraphError(100, message="The media URL has expired: ask for it again.", http=404)
        if isinstance(given, FaultKind):
            raise GraphError(2, http=503)
        return Answer(given, content_type=media.mime_type)


def _refuse_size() -> GraphError:
    return GraphError(131053, "The request is larger than 100 MB.", http=413)
