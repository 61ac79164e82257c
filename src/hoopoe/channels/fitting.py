"""Content that a provider would not take as it is, brought into a shape that it takes. Pure.

A long text becomes several messages, too many buttons a list, too many rows several lists one after the other, a
caption or a body that is too long a text of its own. What was changed is said in `Degradation`s, never hidden. Ids are
never touched: they come back with an answer, and whoever reads them knows only the old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from hoopoe.channels.capabilities import MOST_PARTS, Capabilities
from hoopoe.channels.contract import (
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    Row,
    Section,
    TextContent,
)
from hoopoe.channels.splitting import ELLIPSIS, find_cut, shorten, split_text
from hoopoe.kernel.text import detect_language

OPEN_WORDS: Final = {"en": "Choose", "ar": "اختر"}
CAPTIONLESS: Final = (MediaKind.AUDIO, MediaKind.STICKER)
# A header and a footer that stand in the body: two signs of markup and an empty line each.
MARKUP_CHARS: Final = 4


class DegradationCode(StrEnum):
    """What was done. `before` and `after` count the unit that stands behind each."""

    TEXT_SPLIT = "text_split"  # characters; messages
    TEXT_CUT = "text_cut"  # characters; characters
    CAPTION_MOVED = "caption_moved"  # characters; messages
    BODY_MOVED = "body_moved"  # characters; messages
    BUTTONS_TO_LIST = "buttons_to_list"  # buttons; rows
    LIST_PAGED = "list_paged"  # rows; messages
    TITLES_SHORTENED = "titles_shortened"  # characters of the longest; characters
    TEXTS_SHORTENED = "texts_shortened"  # characters of the longest; characters
    MERGED = "merged"  # messages; messages


@dataclass(frozen=True, slots=True)
class Degradation:
    """One thing that differs from what was asked for. `limit`: what the provider takes of it."""

    code: DegradationCode
    before: int
    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is sent instead, in order: one part at least."""

    parts: tuple[OutboundContent, ...]
    degradations: tuple[Degradation, ...] = ()


def fit(content: OutboundContent, limits: Capabilities) -> Fitted:
    """Content as a provider takes it. What fits comes back as it is.

    What no change of shape mends (no buttons at all, an id that is too long or there twice) is left to the builder,
    which refuses it with words.
    """
    match content:
        case TextContent():
            return _fit_text(content, limits)
        case ButtonsContent():
            return _fit_buttons(content, limits)
        case ListContent():
            return _fit_list(content, limits)
        case MediaContent():
            return _fit_media(content, limits)
        case LocationContent():
            return _fit_place(content, limits)
        case _:
            assert_never(content)


def _fit_text(content: TextContent, limits: Capabilities) -> Fitted:
    if len(content.body) <= limits.text_body:
        return Fitted((content,))
    texts, cut = _split(content.body, limits)
    split = Degradation(DegradationCode.TEXT_SPLIT, len(content.body), len(texts), limits.text_body)
    return Fitted(tuple(TextContent(text) for text in texts), (split, *cut))


def _split(text: str, limits: Capabilities) -> tuple[list[str], tuple[Degradation, ...]]:
    """A text in as many messages as one content may become; what is longer than all of them is cut, and said so."""
    parts = split_text(text, limits.text_body)
    if len(parts) <= MOST_PARTS:
        return parts, ()
    kept = parts[:MOST_PARTS]
    last = kept[-1]
    kept[-1] = shorten(last, limits.text_body - 1).removesuffix(ELLIPSIS) + ELLIPSIS
    left = sum(len(part) for part in kept)
    return kept, (Degradation(DegradationCode.TEXT_CUT, len(text), left, MOST_PARTS * limits.text_body),)


def _fit_media(content: MediaContent, limits: Capabilities) -> Fitted:
    most = 0 if content.kind in CAPTIONLESS else limits.caption
    caption = content.caption
    if caption is None or len(caption) <= most:
        return Fitted((content,))
    if not caption.strip():
        return Fitted((replace(content, caption=None),))
    texts, cut = _split(caption, limits)
    moved = Degradation(DegradationCode.CAPTION_MOVED, len(caption), 1 + len(texts), most)
    return Fitted((replace(content, caption=None), *(TextContent(text) for text in texts)), (moved, *cut))


def _fit_place(content: LocationContent, limits: Capabilities) -> Fitted:
    shortening = _Shortening(DegradationCode.TEXTS_SHORTENED)
    fitted = replace(
        content,
        name=shortening.optional(content.name, limits.place),
        address=shortening.optional(content.address, limits.place),
    )
    return Fitted((fitted,), shortening.said())


# --- Menus ----------------------------------------------------------------------------------------


class _Shortening:
    """Shortens texts of one kind, and says of all of them at once that it did."""

    def __init__(self, code: DegradationCode) -> None:
        self._code = code
        self._longest: tuple[int, int] | None = None

    def __call__(self, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        self._longest = max(self._longest or (0, 0), (len(text), most))
        return shorten(text, most)

    def optional(self, text: str | None, most: int) -> str | None:
        return self(text, most) if text is not None else None

    def said(self) -> tuple[Degradation, ...]:
        if self._longest is None:
            return ()
        before, most = self._longest
        return (Degradation(self._code, before, most, most),)


def _fit_buttons(content: ButtonsContent, limits: Capabilities) -> Fitted:
    if len(content.buttons) > limits.buttons:
        return _list_buttons(content, limits)
    titles, texts = _Shortening(DegradationCode.TITLES_SHORTENED), _Shortening(DegradationCode.TEXTS_SHORTENED)
    taken: set[str] = set()
    buttons = []
    for number, button in enumerate(content.buttons, start=1):
        title = titles(button.title, limits.button_title)
        if title != button.title and title in taken:
            title = f"{shorten(button.title, limits.button_title - 2 - number // 10)} {number}"
        taken.add(title)
        buttons.append(Button(button.id, title))
    menu = replace(
        content,
        buttons=tuple(buttons),
        header=texts.optional(content.header, limits.header),
        footer=texts.optional(content.footer, limits.footer),
    )
    return _move_body(menu, limits.buttons_body, limits, (*titles.said(), *texts.said()))


def _list_buttons(content: ButtonsContent, limits: Capabilities) -> Fitted:
    """More buttons than there may be, as rows behind one button."""
    rows = tuple(Row(button.id, button.title) for button in content.buttons)
    language = detect_language(content.body) or "en"
    as_list = ListContent(
        content.body, OPEN_WORDS[language], (Section(rows),), header=content.header, footer=content.footer
    )
    fitted = _fit_list(as_list, limits)
    changed = Degradation(DegradationCode.BUTTONS_TO_LIST, len(rows), len(rows), limits.buttons)
    return Fitted(fitted.parts, (changed, *fitted.degradations))


def _fit_list(content: ListContent, limits: Capabilities) -> Fitted:
    titles, texts = _Shortening(DegradationCode.TITLES_SHORTENED), _Shortening(DegradationCode.TEXTS_SHORTENED)

    def fit_row(row: Row) -> Row:
        title, description = titles(row.title, limits.row_title), row.description
        if title != row.title:
            # The second line has room for what the first one lost.
            description = f"{row.title} · {description}" if description else row.title
        return Row(row.id, title, texts.optional(description, limits.row_description))

    sections = tuple(
        Section(tuple(fit_row(row) for row in section.rows), texts.optional(section.title, limits.section_title))
        for section in content.sections
    )
    menu = replace(
        content,
        button=texts(content.button, limits.list_button),
        header=texts.optional(content.header, limits.header),
        footer=texts.optional(content.footer, limits.footer),
    )
    pages = _page(sections, limits.list_rows)
    first = replace(menu, sections=pages[0])
    fitted = _move_body(first, limits.list_body, limits, (*titles.said(), *texts.said()))
    if len(pages) == 1:
        return fitted
    rows = sum(len(section.rows) for section in sections)
    paged = Degradation(DegradationCode.LIST_PAGED, rows, len(pages), limits.list_rows)
    others = tuple(
        ListContent(f"({number}/{len(pages)})", menu.button, page) for number, page in enumerate(pages[1:], start=2)
    )
    return Fitted((*fitted.parts, *others), (paged, *fitted.degradations))


def _page(sections: Sequence[Section], most: int) -> list[tuple[Section, ...]]:
    """Sections on pages of at most so many rows. A section that goes on on the next page keeps its title."""
    pages: list[list[Section]] = [[]]
    room = most
    for section in sections:
        rows = section.rows
        while rows:
            if room == 0:
                pages.append([])
                room = most
            pages[-1].append(Section(rows[:room], section.title))
            taken = min(room, len(rows))
            rows, room = rows[taken:], room - taken
        if not section.rows:
            pages[-1].append(section)
    return [tuple(page) for page in pages]


def _move_body(
    menu: ButtonsContent | ListContent, most: int, limits: Capabilities, said: tuple[Degradation, ...]
) -> Fitted:
    """A menu whose body fits: what stands too much in it goes before it, as texts, and its end stays with the menu."""
    if not limits.has_headers:
        most -= sum(len(text) + MARKUP_CHARS for text in (menu.header, menu.footer) if text)
    if len(menu.body) <= most:
        return Fitted((menu,), said)
    start = _find_tail(menu.body, most)
    head, tail = menu.body[:start].strip(), menu.body[start:].lstrip()
    if not head:
        return Fitted((replace(menu, body=tail),), said)
    texts, cut = _split(head, limits)
    moved = Degradation(DegradationCode.BODY_MOVED, len(menu.body), len(texts) + 1, most)
    return Fitted((*(TextContent(text) for text in texts), replace(menu, body=tail)), (moved, *cut, *said))


def _find_tail(text: str, most: int) -> int:
    """Where the end of a text begins that a body takes: at the last of the places where the text is cut."""
    start = 0
    while len(text[start:].lstrip()) > most:
        start += find_cut(text[start:], most)
    return start
