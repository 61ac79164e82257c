"""What browsers record, as WhatsApp takes it: the Opus packets of a WebM file, wrapped in Ogg. Pure.

The sound is the same to the bit: only its wrapping changes. Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hoopoe.media.ogg import write_opus

# Elements that hold others and are entered. Recorders leave the sizes of segments and clusters open.
_ENTERED: Final = frozenset({0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0})
_TRACK_ENTRY, _TRACK_NUMBER, _CODEC_ID, _CODEC_PRIVATE = 0xAE, 0xD7, 0x86, 0x63A2
_BLOCKS: Final = (0xA3, 0xA1)
_LACED: Final = 0x06


class NotOpusError(ValueError):
    """A file that is no WebM with one Opus track, or a broken one."""


def rewrap_opus(data: bytes) -> bytes:
    """The same sound as an Ogg file. Raises `NotOpusError`."""
    head: bytes | None = None
    codec = number = track = None
    packets: list[bytes] = []
    for element, payload in _read_elements(data):
        if element == _TRACK_ENTRY:
            codec = number = None
        elif element == _TRACK_NUMBER:
            number = int.from_bytes(payload, "big")
        elif element == _CODEC_ID:
            codec = payload
        elif element == _CODEC_PRIVATE and codec == b"A_OPUS" and head is None:
            head, track = payload, number
        elif element in _BLOCKS:
            packet = _read_block(payload, track)
            if packet is not None:
                packets.append(packet)
    try:
        return write_opus(head or b"", packets)
    except ValueError as error:
        raise NotOpusError(str(error)) from error


def _read_block(block: bytes, track: int | None) -> bytes | None:
    """The packet in a block of our track. Blocks that hold several are not written by any recorder."""
    number, place = _read_number(block, 0)
    if number != track:
        return None
    if len(block) < place + 4 or block[place + 2] & _LACED:
        raise NotOpusError("a block with several packets, or none")
    return block[place + 3 :]


def _read_elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element that is no more than a container, and an empty one for each container that is entered."""
    place = 0
    while place < len(data):
        element, place = _read_id(data, place)
        size, place = _read_number(data, place)
        if element in _ENTERED:
            yield element, b""
            continue
        if size is None or place + size > len(data):
            # Cut off in the middle: what was recorded before is whole.
            return
        yield element, data[place : place + size]
        place += size


def _read_id(data: bytes, place: int) -> tuple[int, int]:
    length = _length(data, place, most=4)
    return int.from_bytes(data[place : place + length], "big"), place + length


def _read_number(data: bytes, place: int) -> tuple[int | None, int]:
    """A number whose first set bit says how long it is; None for the one that means "open"."""
    length = _length(data, place, most=8)
    value = int.from_bytes(data[place : place + length], "big") & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), place + length


def _length(data: bytes, place: int, *, most: int) -> int:
    if place >= len(data) or not data[place]:
        raise NotOpusError("not EBML")
    length = 9 - data[place].bit_length()
    if length > most or place + length > len(data):
        raise NotOpusError("cut off, or not EBML")
    return length
