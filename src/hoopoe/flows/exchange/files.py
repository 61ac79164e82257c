"""Files that a foreign step sends from an address: what WhatsApp takes is sent as a file, all else as its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.exchange.writing import Origin, Strand, Writer
from hoopoe.flows.nodes.fit import CAPTION_MAX
from hoopoe.kernel.json import Json, JsonObject

_KINDS: Final = ("image", "video", "audio")
_NOT_TAKEN: Final = re.compile(r"\.(gif|svg|webp|bmp|tiff?|webm|ogv|avi)(?=$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file behind an address, which is a template of ours. `kind` None: nothing that WhatsApp takes as a file."""

    kind: str | None
    url: str


def describe_file(said: str, url: str) -> File:
    """`said`: what the other product calls it, such as `image`, `video/mp4`, `application/pdf`."""
    kind = said.strip().lower().partition("/")[0]
    if kind not in _KINDS:
        kind = "document"
    return File(None if _NOT_TAKEN.search(url) else kind, url)


def put_files(writer: Writer, strand: Strand, origin: Origin, body: Json, files: list[File]) -> str | None:
    """A message with files: the first carries the words where it can, and every other follows by itself.

    The report gets one line for all of it. Returns the node with the words, or None where there is none.
    """
    links = "\n".join(file.url for file in files if file.kind is None)
    sent = [file for file in files if file.kind is not None]
    said = extend(body, f"\n{links}") if links else body
    reason, detail = ("media_as_link", links) if links else (None, "")
    carried = sent[0] if sent and sent[0].kind != "audio" and longest(said) <= CAPTION_MAX else None
    told = len(writer.notes)
    first: str | None = None
    if longest(said) or carried is not None:
        config: JsonObject = {"message": said}
        if carried is not None:
            config["media"] = _media(carried)
        first = writer.put(strand, origin, "whatsapp_reply", config, reason=reason, detail=detail)
    for file in sent:
        if file is not carried:
            writer.put(strand, origin, "whatsapp_reply", {"message": "", "media": _media(file)})
    kept = [note for index, note in enumerate(writer.notes[told:]) if index == 0 or note.reason is not None]
    writer.notes[told:] = kept
    return first


def _media(file: File) -> JsonObject:
    return {"kind": file.kind, "url": file.url}


def longest(body: Json) -> int:
    """The length of a text in the language that needs most."""
    texts = body.values() if isinstance(body, dict) else [body]
    return max((len(text.strip()) for text in texts if isinstance(text, str)), default=0)


def extend(body: Json, more: str) -> Json:
    """A text with more behind it, in each of its languages."""
    if isinstance(body, dict):
        return {tag: f"{text if isinstance(text, str) else ''}{more}".strip() for tag, text in body.items()}
    return f"{body if isinstance(body, str) else ''}{more}".strip()
