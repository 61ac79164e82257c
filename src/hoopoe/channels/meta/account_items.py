"""Changes that tell about an account or a number: one item each, for the lane of the account. Pure.

Which channel of a workspace hears it does not matter: it is filed once for each workspace that has the account.
Source: Meta, webhooks/overview.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import ItemKind
from hoopoe.channels.meta.fields import digest_of, read_id
from hoopoe.channels.parts import Change, Item
from hoopoe.kernel.json import Json, JsonObject

# What people and other apps say, and what becomes of groups: none of it is about the account.
TALK_FIELDS: Final = frozenset(
    {
        "messages",
        "calls",
        "history",
        "message_echoes",
        "messaging_handovers",
        "smb_app_state_sync",
        "smb_message_echoes",
        "standby",
    }
)
GROUP_FIELDS: Final = "group_"


def tells_of_account(field: str) -> bool:
    """Whether a field is the account's. One that nobody knows is."""
    return bool(field) and field not in TALK_FIELDS and not field.startswith(GROUP_FIELDS)


def make_account_change(
    field: str, value: JsonObject, *, entry_id: str | None, time: Json, phone_number_id: str | None
) -> Change:
    """The part and its one item. `raw` is the entry with this change alone: a repeat is known by its time too."""
    time = time if isinstance(time, str | int | float) else None
    account_id, number_id = _find_account(value) or entry_id, phone_number_id or _find_number(value)
    raw: JsonObject = {"id": entry_id, "time": time, "changes": [{"field": field, "value": value}]}
    payload: JsonObject = {"field": field, "value": value, "time": time, "number_id": number_id}
    # Of one length, however long what Meta says is: a key that fits into no index would be sent again for days.
    key = f"a:{field}:{digest_of([entry_id, read_id(time), value])}"
    item = Item(ItemKind.ACCOUNT, key, f"account:{account_id or ''}", payload)
    return Change(field, number_id, account_id, raw, (item,))


def read_kept_entry(raw: Json) -> JsonObject | None:
    """The entry that `make_account_change` kept; None for a part that was kept before there were such."""
    changes = raw.get("changes") if isinstance(raw, dict) else None
    is_entry = isinstance(changes, list) and len(changes) == 1
    return raw if isinstance(raw, dict) and is_entry and "id" in raw and "time" in raw else None


def _find_account(value: JsonObject) -> str | None:
    """Events of partners come under the portfolio's id, and name the account inside."""
    info = value.get("waba_info")
    return read_id(info.get("waba_id")) if isinstance(info, dict) else None


def _find_number(value: JsonObject) -> str | None:
    settings = value.get("phone_number_settings")
    return read_id(settings.get("phone_number_id")) if isinstance(settings, dict) else None
