"""Small files of every kind, made by hand: no sample of anybody's is kept here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

# A packet of 20 ms in CELT's full band, and one of 60 ms in SILK.
OPUS_20_MS = bytes([31 << 3]) + b"sound"
OPUS_60_MS = bytes([3 << 3]) + b"voice"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + b"\x00" * 400
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 50


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    out = io.BytesIO()
    mode = "RGB" if form == "JPEG" else "RGBA"
    image = Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 30).convert(mode)
    image.save(out, form, **options)
    return out.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of 900 million dots in some hundred kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + width // 8)
    dots = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def moving_webp(frames: int = 3) -> bytes:
    out = io.BytesIO()
    images = [Image.new("RGBA", (64, 64), (40 * n, 0, 0, 128)) for n in range(frames)]
    images[0].save(out, "WEBP", save_all=True, append_images=images[1:], duration=100)
    return out.getvalue()


def office(folder: str = "word") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<document/>" * 50)
    return out.getvalue()


def opus_head(channels: int = 1, pre_skip: int = 312) -> bytes:
    return b"OpusHead" + struct.pack("<BBHIHB", 1, channels, pre_skip, 48_000, 0, 0)


def element(number: int, payload: bytes, *, is_open: bool = False) -> bytes:
    """One element of EBML. `is_open`: its size is not said, as recorders leave it."""
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    size = b"\x01" + b"\xff" * 7 if is_open else (1 << 56 | len(payload)).to_bytes(8, "big")
    return name + size + payload


def webm(packets: list[bytes], *, channels: int = 1, codec: bytes = b"A_OPUS", number: int = 1) -> bytes:
    """As a browser records: a segment and clusters without sizes, a block for each packet."""
    track = element(
        0xAE,
        element(0xD7, bytes([number]))
        + element(0x83, b"\x02")
        + element(0x86, codec)
        + element(0x63A2, opus_head(channels)),
    )
    blocks = b"".join(
        element(0xA3, bytes([0x80 | number]) + struct.pack(">hB", n * 20, 0x80) + packet)
        for n, packet in enumerate(packets)
    )
    cluster = element(0x1F43B675, element(0xE7, b"\x00") + blocks, is_open=True)
    segment = element(0x18538067, element(0x1549A966, b"\xec\x80") + element(0x1654AE6B, track) + cluster, is_open=True)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + segment
