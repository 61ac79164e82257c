"""Voice notes: how long they are, and a browser's recording in the wrapping that WhatsApp takes."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.media.ogg import count_samples, read_duration_ms, read_opus, write_opus
from hoopoe.media.webm import NotOpusError, rewrap_opus
from tests.media import samples


def read_pages(data: bytes) -> list[tuple[int, int, list[bytes]]]:
    """(flags, position, packets) of each page, by RFC 3533; every checksum is checked bit by bit."""
    pages, place = [], 0
    while place < len(data):
        assert data[place : place + 4] == b"OggS"
        count = data[place + 26]
        lacing = data[place + 27 : place + 27 + count]
        end = place + 27 + count + sum(lacing)
        crc = 0
        for byte in data[place : place + 22] + b"\0\0\0\0" + data[place + 26 : end]:
            crc ^= byte << 24
            for _ in range(8):
                crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x8000_0000 else crc << 1) & 0xFFFF_FFFF
        assert crc == int.from_bytes(data[place + 22 : place + 26], "little")
        packets, packet, at = [], b"", place + 27 + count
        for length in lacing:
            packet += data[at : at + length]
            at += length
            if length < 255:
                packets.append(packet)
                packet = b""
        assert not packet
        pages.append((data[place + 5], int.from_bytes(data[place + 6 : place + 14], "little"), packets))
        place = end
    return pages


def test_a_recording_keeps_its_packets_and_gains_pages() -> None:
    dice = random.Random(7)
    packets = [samples.OPUS_20_MS + dice.randbytes(dice.choice([3, 250, 254, 255, 256, 600])) for _ in range(151)]
    pages = read_pages(rewrap_opus(samples.webm(packets)))
    assert pages[0] == (2, 0, [samples.opus_head()])
    assert pages[1][2][0].startswith(b"OpusTags")
    assert [packet for _, _, held in pages[2:] for packet in held] == packets
    assert [flags for flags, _, _ in pages[1:]] == [0] * (len(pages) - 2) + [4]
    assert pages[-1][1] == 151 * 960
    positions = [position for _, position, _ in pages]
    assert positions == sorted(positions)


def test_how_long_it_is() -> None:
    data = rewrap_opus(samples.webm([samples.OPUS_60_MS] * 100))
    opus = read_opus(data)
    assert opus is not None
    assert (opus.channels, opus.pre_skip) == (1, 312)
    assert read_duration_ms(data, data) == (6000 * 48 - 312) // 48
    assert read_duration_ms(data, data[-300:]) == read_duration_ms(data, data), "the end alone says it"


def test_a_length_that_nobody_believes() -> None:
    data = bytearray(write_opus(samples.opus_head(), [samples.OPUS_20_MS]))
    last = data.rfind(b"OggS")
    for position in (2**64 - 1, 2**63, 0):
        data[last + 6 : last + 14] = position.to_bytes(8, "little")
        assert read_duration_ms(bytes(data), bytes(data[last:])) is None
    assert read_duration_ms(samples.MP3, samples.MP3) is None


@pytest.mark.parametrize(
    ("packet", "samples_"),
    [
        (bytes([31 << 3]), 960),
        (bytes([16 << 3]), 120),
        (bytes([3 << 3]), 2880),
        (bytes([12 << 3 | 1]), 960),
        (bytes([31 << 3 | 3, 5]), 4800),
        (b"", 0),
        (bytes([3]), 0),
    ],
)
def test_the_samples_of_a_packet(packet: bytes, samples_: int) -> None:
    assert count_samples(packet) == samples_


def test_a_recording_that_broke_off_keeps_what_was_whole() -> None:
    data = samples.webm([samples.OPUS_20_MS] * 10)
    pages = read_pages(rewrap_opus(data[:-4]))
    assert sum(len(packets) for _, _, packets in pages[2:]) == 9


@pytest.mark.parametrize(
    "data",
    [
        b"",
        samples.HTML,
        samples.webm([]),
        samples.webm([samples.OPUS_20_MS], codec=b"A_VORBIS"),
        samples.webm([samples.OPUS_20_MS])[:60],
        samples.picture(),
    ],
)
def test_what_is_no_recording(data: bytes) -> None:
    with pytest.raises(NotOpusError):
        rewrap_opus(data)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_broken_recordings_are_refused_or_mended_and_never_worse(noise: bytes, place: int) -> None:
    data = samples.webm([samples.OPUS_20_MS] * 5)
    with contextlib.suppress(NotOpusError):
        assert rewrap_opus(data[:place] + noise + data[place + len(noise) :]).startswith(b"OggS")
