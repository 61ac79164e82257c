"""Who performs which kind of effect."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from hoopoe.flows.credentials.using import CredentialRefusedError, CredentialShelf
from hoopoe.flows.runner.effects import TROUBLE, EffectCall
from hoopoe.flows.runner.http_effect import failed, perform_http
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.outbound_http import OutboundClient

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Performing:
    """The `Perform` of a worker."""

    outbound: OutboundClient
    credentials: CredentialShelf

    async def __call__(self, call: EffectCall) -> JsonObject:
        """Perform an effect. Whatever goes wrong is the effect's result."""
        match call.kind:
            case "http_request":
                return await self._request(call)
            case _:
                log.error("effect_unknown", kind=call.kind)
                return failed("This Hoopoe does not know how to do that.")

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
