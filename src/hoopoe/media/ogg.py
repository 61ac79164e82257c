"""Opus in Ogg, WhatsApp's voice notes: how long one is, and how its pages are written. Pure.

Sources: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), RFC 6716 §3.1 (the first byte of an Opus packet).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

RATE: Final = 48_000
# The position of a page on which no packet ends.
NO_POSITION: Final = 2**64 - 1
# Longer than a day is no voice note but a broken or an evil file.
MAX_MILLISECONDS: Final = 86_400_000
MAX_SEGMENTS: Final = 255
# A page for each second is what recorders write.
PAGE_SAMPLES: Final = RATE
_HEADER: Final = struct.Struct("<4sBBqIIIB")
_BEGINS, _ENDS = 0x02, 0x04
_VENDOR: Final = b"hoopoe"
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_MILLISECONDS: Final = (10, 20, 40, 60) * 3 + (10, 20) * 2 + (2.5, 5, 10, 20) * 4


@dataclass(frozen=True, slots=True)
class Opus:
    """What the head of an Opus stream says. `pre_skip` samples at its begin are not heard."""

    channels: int
    pre_skip: int


def read_opus(head: bytes) -> Opus | None:
    """The stream's own header, in the first page of a file; None where it is none."""
    if not head.startswith(b"OggS") or len(head) < 47 or head[28:36] != b"OpusHead":
        return None
    return read_opus_head(head[28:])


def read_opus_head(packet: bytes) -> Opus | None:
    """The header packet itself, as WebM keeps it too."""
    if not packet.startswith(b"OpusHead") or len(packet) < 19 or not packet[9]:
        return None
    return Opus(packet[9], int.from_bytes(packet[10:12], "little"))


def read_duration_ms(head: bytes, tail: bytes) -> int | None:
    """How long an Opus file plays, by the position that its last page gives; None where nothing says so."""
    opus = read_opus(head)
    place = tail.rfind(b"OggS")
    while opus is not None and place >= 0:
        if len(tail) - place >= _HEADER.size:
            position = int.from_bytes(tail[place + 6 : place + 14], "little")
            if tail[place + 14 : place + 18] == head[14:18] and opus.pre_skip <= position < NO_POSITION:
                milliseconds = (position - opus.pre_skip) * 1000 // RATE
                return milliseconds if milliseconds <= MAX_MILLISECONDS else None
        place = tail.rfind(b"OggS", 0, place)
    return None


def count_samples(packet: bytes) -> int:
    """How many samples a packet holds, at 48 kHz. 0 for one that is none."""
    if not packet:
        return 0
    frames = {0: 1, 1: 2, 2: 2}.get(packet[0] & 3)
    if frames is None:
        frames = packet[1] & 0x3F if len(packet) > 1 else 0
    return int(_MILLISECONDS[packet[0] >> 3] * RATE // 1000) * frames


def write_opus(opus_head: bytes, packets: Sequence[bytes]) -> bytes:
    """A whole file of one stream. Raises ValueError where there is no sound in it."""
    opus = read_opus_head(opus_head)
    if opus is None or not packets:
        raise ValueError("no Opus stream")
    tags = b"OpusTags" + struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", 0)
    pages = [_write_page([opus_head], 0, 0, _BEGINS), _write_page([tags], 0, 1, 0)]
    waiting: list[bytes] = []
    segments = since = position = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if needed > MAX_SEGMENTS:
            raise ValueError("a packet that no page holds")
        if waiting and (segments + needed > MAX_SEGMENTS or since >= PAGE_SAMPLES):
            pages.append(_write_page(waiting, position, len(pages), 0))
            waiting, segments, since = [], 0, 0
        samples = count_samples(packet)
        waiting.append(packet)
        segments, since, position = segments + needed, since + samples, position + samples
    pages.append(_write_page(waiting, position, len(pages), _ENDS))
    return b"".join(pages)


def _write_page(packets: Sequence[bytes], position: int, number: int, flags: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = lacing + b"".join(packets)

    def head(checksum: int) -> bytes:
        return _HEADER.pack(b"OggS", 0, flags, position, 1, number, checksum, len(lacing))

    return head(_checksum(head(0) + body)) + body


def _checksum(page: bytes) -> int:
    """Ogg's CRC: that of ZIP with all bits the other way round, begun at 0 and not inverted at the end."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return int(f"{mirrored:032b}"[::-1], 2)
