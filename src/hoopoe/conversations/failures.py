"""Why a message did not arrive, in the words that people read: the `failure` of a message."""

from __future__ import annotations

from hoopoe.channels.contract import Provider, ProviderError
from hoopoe.channels.explain import explain
from hoopoe.kernel.json import JsonObject


def failure_to_json(provider: Provider, error: ProviderError) -> JsonObject:
    """{"code", "title": {"en", "ar"}, "text": {"en", "ar"}, "action", "provider": {"title", "details"}}.

    `provider` keeps what the provider itself said, for who wants to look it up.
    """
    failure = explain(provider, error.code)
    return {
        "code": str(error.code),
        "title": {"en": failure.title.en, "ar": failure.title.ar},
        "text": {"en": failure.text.en, "ar": failure.text.ar},
        "action": failure.action,
        "provider": {"title": error.title, "details": error.details},
    }
