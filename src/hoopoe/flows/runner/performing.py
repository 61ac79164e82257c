"""Who performs which kind of effect."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from hoopoe.channels.capabilities import META
from hoopoe.channels.contract import MediaContent, MediaKind
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.media import StoredFile, check_media
from hoopoe.flows.credentials.using import CredentialRefusedError, CredentialShelf
from hoopoe.flows.runner.effects import PASSING, EffectCall
from hoopoe.flows.runner.http_effect import failed, perform_http
from hoopoe.kernel.db.pool import TROUBLE
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.outbound_http import OutboundClient
from hoopoe.media.files import FileRow
from hoopoe.media.linking import LinkError, LinkFetcher

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Performing:
    """The `Perform` of a worker."""

    outbound: OutboundClient
    credentials: CredentialShelf
    links: LinkFetcher

    async def __call__(self, call: EffectCall) -> JsonObject:
        """Perform an effect. Whatever goes wrong is the effect's result."""
        match call.kind:
            case "http_request":
                return await self._request(call)
            case "fetch_file":
                return await self._fetch(call)
            case _:
                log.error("effect_unknown", kind=call.kind)
                return failed("This Hoopoe does not know how to do that.")

    async def _fetch(self, call: EffectCall) -> JsonObject:
        try:
            file = await self.links.fetch(call.workspace_id, str(call.request.get("url") or ""))
            _check(file, str(call.request.get("kind")))
        except ContentRefused as refused:
            return {"ok": False, "file_id": None, "error": f"{refused.reason[:1].upper()}{refused.reason[1:]}."}
        except LinkError as error:
            return {"ok": False, "file_id": None, "error": str(error), PASSING: error.is_passing}
        except TROUBLE as error:
            log.warning("file_not_fetched", error=str(error))
            return {"ok": False, "file_id": None, "error": "The file could not be kept.", PASSING: True}
        return {"ok": True, "file_id": str(file.id), "error": None}

    async def _request(self, call: EffectCall) -> JsonObject:
        name = call.request.get("credential")
        try:
            credential = await self.credentials.take(call.workspace_id, name) if isinstance(name, str) else None
        except CredentialRefusedError as error:
            return failed(str(error))
        except TROUBLE as error:
            log.warning("credential_not_read", error=str(error))
            return failed("The credential could not be read.", is_passing=True)
        return await perform_http(self.outbound, call.request, call.id, credential=credential)


def _check(file: FileRow, kind: str) -> None:
    """Raises `ContentRefused` for a file that WhatsApp would not take as this: nobody gets a message that fails."""
    is_voice = kind == "voice"
    content = MediaContent(MediaKind.AUDIO if is_voice else MediaKind(kind), file.id, is_voice=is_voice)
    stored = StoredFile(
        file.id, file.mime_type or "", file.size or 0, file.name or "file", file.is_animated, file.audio_channels
    )
    check_media(content, stored, META)
