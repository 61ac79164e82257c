"""Twilio's three hosts as one plain ASGI application: read, check the credentials, answer, write the wire log."""

from __future__ import annotations

import re
import time
from typing import Final
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from simulator.faults import ConnectionCut, FaultKind, give_among_faults
from simulator.simulator import Simulator
from simulator.twilio.call import Call, find_own_account, read_login
from simulator.twilio.checks import Form, first, read_address
from simulator.twilio.edges import find_route, split_account
from simulator.twilio.errors import TwilioError, make_not_found
from simulator.twilio.media_edges import find_media
from simulator.twilio.messages import post_message
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

FILES: Final = "/twilio-files/"

_PATH: Final = re.compile(
    r"/2010-04-01(?:/|$)|/v[12]/Content(?:AndApprovals)?(?:/|$)|/v2/Channels/Senders(?:/|$)|/v[23]/Indicators/"
    rf"|{FILES}"
)
_FILE: Final = re.compile(r"/Messages/([A-Za-z0-9]+)/Media/([A-Za-z0-9]+)")
_CHALLENGE: Final = ((b"www-authenticate", b'Basic realm="Twilio API"'),)


def is_twilio(path: str) -> bool:
    """Whether a path is one of Twilio's and not the Graph's."""
    return _PATH.match(path) is not None


class TwilioRest:
    """api.twilio.com, content.twilio.com and messaging.twilio.com."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever happens to the client, the request is in the wire log first."""
        started = time.perf_counter()
        world = self._simulator.world
        method, path = scope["method"], scope["path"]
        is_send = method == "POST" and path.endswith("/Messages.json")
        entry = Entry(method, path, "send" if is_send else "account", f"{method} {_say_path(path)}")
        try:
            entry.body = await read_body(receive, too_large=_refuse_size)
            answer = await self._answer(scope, entry)
        except TwilioError as error:
            entry.code = error.code
            entry.summary += f": {error.code}, {error.message}"
            headers = _CHALLENGE if error.http == 401 else ()
            answer = Answer(orjson.dumps(error.as_json()), error.http, headers=headers)
        except ConnectionCut as cut:
            await cut_connection(world, entry, cut, scope, receive)
            return
        except ClientVanished:
            log_vanished(world, entry)
            return
        entry.status, entry.ms = answer.status, (time.perf_counter() - started) * 1000
        has_secret = b'"auth_token"' in answer.body
        entry.answer = answer.body if answer.content_type == JSON and not has_secret else b""
        log_entry(world, entry)
        await respond(send, answer)

    async def _answer(self, scope: Scope, entry: Entry) -> Answer:
        raw_query: bytes = scope["query_string"]
        query = dict(parse_qsl(raw_query.decode("latin-1"), keep_blank_values=True)) if raw_query else {}
        if entry.path.startswith(FILES):
            entry.kind = "media"
            return await self._download(entry.path.removeprefix(FILES), query)
        login = read_login(self._simulator, scope["headers"])
        account_sid, path = split_account(entry.path)
        call = Call(
            simulator=self._simulator,
            method=entry.method,
            path=entry.path,
            query=query,
            content_type=read_header(scope, b"content-type"),
            base_url=f"{scope['scheme']}://{read_header(scope, b'host')}",
            body=entry.body,
            login=login,
            account=find_own_account(self._simulator, login, account_sid or login, entry.path),
        )
        file = _FILE.fullmatch(path)
        if call.method == "GET" and file is not None:
            entry.kind = "media"
            return self._redirect(call, file[1], file[2])
        found = find_route(call.method, path)
        if found is None:
            raise make_not_found(call.path)
        route, sids = found
        entry.kind = route.kind
        if route.kind == "send":
            return await self._send(call, entry)
        answer = await route.edge(call, *sids)
        return Answer(b"", 204) if answer is None else Answer(orjson.dumps(answer), route.status)

    async def _send(self, call: Call, entry: Entry) -> Answer:
        form = call.form()
        entry.summary = f"POST /Messages.json {_say_form(form)}"
        number = read_address(first(form, "From"))
        entry.phone_number_id = next((own.phone_number_id for own in call.channels if own.number == number), None)
        answer, entry.fault = await post_message(call)
        return Answer(orjson.dumps(answer), 201)

    def _redirect(self, call: Call, sid: str, media_sid: str) -> Answer:
        """As with Twilio, the credentials end here: the bytes are behind a signed address that lives some minutes."""
        media = find_media(call, sid, media_sid)
        world = self._simulator.world
        if world.faults.strike(FaultKind.MEDIA_GONE, media.phone_number_id) is not None:
            raise make_not_found(call.path)
        expires_at = int(world.now() + world.settings.media_url_seconds)
        token = self._simulator.media_urls.sign(media.id, expires_at)
        location = f"{call.base_url}{FILES}{media.id}?Expires={expires_at}&Signature={token}"
        return Answer(b"", 307, headers=((b"location", location.encode()),))

    async def _download(self, media_sid: str, query: dict[str, str]) -> Answer:
        world = self._simulator.world
        media, data = world.state.media.get(media_sid), world.store.get_media(media_sid)
        is_valid = self._simulator.media_urls.is_valid(
            media_sid, query.get("Expires", ""), query.get("Signature", ""), now=world.now()
        )
        if media is None or data is None or not is_valid:
            raise TwilioError(20404, "The address of the file has expired", http=403)
        given = await give_among_faults(world.faults, media.phone_number_id, data)
        if given is FaultKind.MEDIA_EXPIRED:
            raise TwilioError(20404, "The address of the file has expired", http=403)
        if isinstance(given, FaultKind):
            raise TwilioError(20503)
        return Answer(given, content_type=media.mime_type)


def _say_path(path: str) -> str:
    """A path without the account, for the wire log."""
    return re.sub(r"^/2010-04-01/Accounts/[^/.]+", "", path) or path


def _say_form(form: Form) -> str:
    """A message in a few words, for the wire log."""
    text = first(form, "Body")
    if first(form, "ContentSid"):
        return f"content {first(form, 'ContentSid')}"
    if first(form, "MediaUrl"):
        return "media"
    return f"text, “{text[:60]}{'…' if len(text) > 60 else ''}”"


def _refuse_size() -> TwilioError:
    return TwilioError(20001, "The request is larger than 100 MB", http=413)
