"""What a person's message holds, in one shape for every provider. Pure.

The shapes are those of docs/reference/messages.md, which is made by these functions. What cannot be read as what
it says it is raises `BrokenPart`: such a message is filed as `unsupported` with all that came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from hoopoe.channels.contract import InboundType, ProviderError
from hoopoe.channels.inbound_words import explain_inbound
from hoopoe.kernel.json import Json, JsonObject, load_leniently
from hoopoe.kernel.world import currency_decimals

# A price beyond this is no price: it would not fit into what others compute with.
MAX_MINOR: Final = 10**15
MAX_QUANTITY: Final = 10**9

# What a flow can read (flows.expressions) is nested no deeper.
MAX_FORM_DEPTH: Final = 20

PENDING: Final = "pending"


class BrokenPart(Exception):  # noqa: N818  # named after the situation
    """A part of a message is not what its type says."""


def read_text(value: Json) -> str | None:
    """A text that says something, as it came; None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


# --- Media ----------------------------------------------------------------------------------------


def make_medium(
    *,
    media_id: str | None = None,
    media_url: str | None = None,
    mime_type: str | None = None,
    sha256: str | None = None,
    caption: str | None = None,
    filename: str | None = None,
    is_voice: bool = False,
    is_animated: bool = False,
) -> JsonObject:
    """One file, not fetched yet: the same keys for every kind of it.

    `media_id` at Meta, `media_url` at Twilio, never both. A file that came with others of one message has the
    others in `more` of the first, in this shape and with their `type`.
    """
    source: JsonObject = {"media_id": media_id} if media_id is not None else {"media_url": media_url}
    return {
        **source,
        "mime_type": mime_type,
        "sha256": sha256,
        "caption": caption,
        "filename": filename,
        "voice": is_voice,
        "animated": is_animated,
        "state": PENDING,
    }


def type_of_mime(mime_type: str | None) -> InboundType:
    """What kind of file a media type is; whatever has no kind of its own is a document."""
    match (mime_type or "").strip().lower().partition("/")[0]:
        case "image":
            return InboundType.IMAGE
        case "video":
            return InboundType.VIDEO
        case "audio":
            return InboundType.AUDIO
        case _:
            return InboundType.DOCUMENT


# --- Contacts -------------------------------------------------------------------------------------


def make_contacts(entries: Json) -> JsonObject:
    """Cards: each as it came, but with `name` as one text, its parts in `name_parts`, and `phones` as objects."""
    if not isinstance(entries, list) or not entries:
        raise BrokenPart
    return {"contacts": [_make_card(entry) for entry in entries]}


def _make_card(entry: Json) -> JsonObject:
    if not isinstance(entry, dict):
        raise BrokenPart
    card = {key: value for key, value in entry.items() if key not in ("name", "phones", "name_parts")}
    parts, phones = entry.get("name"), entry.get("phones")
    name = _full_name(parts)
    if isinstance(parts, dict):
        card["name_parts"] = parts
    card["name"] = name
    card["phones"] = [phone for phone in phones if isinstance(phone, dict)] if isinstance(phones, list) else []
    return card


def _full_name(parts: Json) -> str | None:
    if not isinstance(parts, dict):
        return read_text(parts)
    formatted = read_text(parts.get("formatted_name"))
    spelled = " ".join(
        filter(None, (read_text(parts.get(part)) for part in ("first_name", "middle_name", "last_name")))
    )
    return formatted or spelled or None


def phone_of_contacts(content: JsonObject) -> str | None:
    """The first number on the first card, as E.164 where the provider knew the person, else as it was typed."""
    cards = content.get("contacts")
    card = cards[0] if isinstance(cards, list) and cards else None
    phones = card.get("phones") if isinstance(card, dict) else None
    for phone in phones if isinstance(phones, list) else ():
        if isinstance(phone, dict):
            known, typed = read_text(phone.get("wa_id")), read_text(phone.get("phone"))
            if known is not None and known.strip().isdigit():
                return f"+{known.strip()}"
            if typed is not None:
                return typed
    return None


def name_of_contacts(content: JsonObject) -> str:
    """The names on the cards in one line; empty where there are none."""
    cards = content.get("contacts")
    names = [read_text(card.get("name")) for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
    return ", ".join(name.strip() for name in names if name is not None)


# --- Orders ---------------------------------------------------------------------------------------


def make_order(*, catalog_id: str | None, note: str | None, items: Json) -> JsonObject:
    """A cart that was sent. Prices and `total` are whole numbers of the currency's smallest unit, or null.

    `total` and `currency` are null when a price is missing or the currencies differ. `decimals`: how many of the
    digits are behind the point.
    """
    if not isinstance(items, list):
        raise BrokenPart
    lines = [_read_line(item) for item in items]
    currencies = {line.currency for line in lines}
    currency = currencies.pop() if len(currencies) == 1 else None
    prices = [line.price * line.quantity for line in lines if line.price is not None]
    is_summed = currency is not None and len(prices) == len(lines) and sum(prices) <= MAX_MINOR
    return {
        "catalog_id": catalog_id,
        "note": note,
        "items": [
            {
                "product_id": line.product_id,
                "quantity": line.quantity,
                "price": line.price,
                "currency": line.currency,
            }
            for line in lines
        ],
        "total": sum(prices) if is_summed else None,
        "currency": currency,
        "decimals": currency_decimals(currency) if currency is not None else None,
    }


@dataclass(frozen=True, slots=True)
class _Line:
    product_id: str
    quantity: int
    price: int | None
    currency: str | None


def _read_line(item: Json) -> _Line:
    if not isinstance(item, dict):
        raise BrokenPart
    product_id, quantity = item.get("product_retailer_id"), _read_quantity(item.get("quantity"))
    if isinstance(product_id, int) and not isinstance(product_id, bool):
        product_id = str(product_id)
    product_id = read_text(product_id)
    if product_id is None or quantity is None:
        raise BrokenPart
    currency = (read_text(item.get("currency")) or "").strip().upper() or None
    price = to_minor(item.get("item_price"), currency) if currency is not None else None
    return _Line(product_id, quantity, price, currency)


def _read_quantity(value: Json) -> int | None:
    amount = _read_decimal(value)
    if amount is None or amount != amount.to_integral_value() or not 0 <= amount <= MAX_QUANTITY:
        return None
    return int(amount)


def to_minor(price: Json, currency: str) -> int | None:
    """An amount such as 12.5 as a whole number of the currency's smallest unit, rounded half up; None for none."""
    amount = _read_decimal(price)
    if amount is None:
        return None
    minor = (amount * 10 ** currency_decimals(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(minor) if 0 <= minor <= MAX_MINOR else None


def _read_decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    # Beyond this nothing can be a number of things or a price, and arithmetic would give up.
    return amount if amount.is_finite() and abs(amount) < MAX_MINOR else None


# --- Forms ----------------------------------------------------------------------------------------


def make_form_reply(*, name: str | None, body: str | None, response: Json) -> JsonObject:
    """A form that was filled in. `answer` is whatever JSON it gave; null, and `response` as it came, for none."""
    content: JsonObject = {"name": name, "body": body, "answer": None}
    answer = load_leniently(response.encode(errors="replace")) if isinstance(response, str) else response
    try:
        content["answer"] = _settle(answer, MAX_FORM_DEPTH)
    except BrokenPart:
        answer = None
    if answer is None and response is not None:
        content["response"] = response if isinstance(response, str) else None
    return content


def _settle(value: Json, depth: int) -> Json:
    """A form's own JSON as a database takes it: without U+0000, and not nested for ever."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise BrokenPart
    if isinstance(value, list):
        return [_settle(item, depth - 1) for item in value]
    return {key.replace("\x00", "\ufffd"): _settle(item, depth - 1) for key, item in value.items()}


# --- What any message may carry -------------------------------------------------------------------


def make_errors(errors: Collection[ProviderError]) -> list[Json]:
    """[{"code", "title", "details", "words": {"en", "ar"}}]: what was wrong, and that in words."""
    described: list[Json] = []
    for error in errors:
        words = explain_inbound(error.code)
        described.append(
            {
                "code": error.code,
                "title": error.title,
                "details": error.details,
                "words": {"en": words.en, "ar": words.ar},
            }
        )
    return described


def make_referral(values: Mapping[str, Json]) -> JsonObject | None:
    """The ad or post that a person came from, by the names of docs/reference/messages.md; None for an empty one."""
    nothing: tuple[Json, ...] = (None, "", "0", {}, [])
    return {name: value for name, value in values.items() if value not in nothing} or None


def drop_known(part: JsonObject, known: Collection[str]) -> JsonObject:
    """What of a part nobody here reads: kept, and shown as it came."""
    return {key: value for key, value in part.items() if key not in known}
