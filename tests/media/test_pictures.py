"""Thumbnails: small, upright, without what the camera noted; and no picture makes the process burst."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from PIL import Image

from hoopoe.media import pictures
from hoopoe.media.pictures import LONGEST_SIDE, Picture, draw_thumbnail
from tests.media import samples


async def draw(folder: Path, data: bytes, mime_type: str) -> Picture | None:
    (folder / "file").write_bytes(data)
    return await draw_thumbnail(folder / "file", mime_type, folder / "thumb")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_every_kind_of_picture_becomes_small(tmp_path: Path, form: str) -> None:
    drawn = await draw(tmp_path, samples.picture(form, (1600, 900)), f"image/{form.lower()}")
    assert drawn == Picture(1600, 900, has_thumbnail=True)
    with Image.open(tmp_path / "thumb") as small:
        assert small.format == "WEBP"
        assert small.size == (LONGEST_SIDE, 270)
    assert (tmp_path / "thumb").stat().st_size < 60_000


async def test_a_small_picture_stays_as_small(tmp_path: Path) -> None:
    assert await draw(tmp_path, samples.picture("PNG", (40, 30)), "image/png") == Picture(40, 30, has_thumbnail=True)
    with Image.open(tmp_path / "thumb") as small:
        assert small.size == (40, 30)


async def test_what_the_camera_noted_is_left_out_and_followed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera that knows where it is"
    drawn = await draw(tmp_path, samples.picture("JPEG", (800, 400), exif=exif), "image/jpeg")
    assert drawn == Picture(400, 800, has_thumbnail=True)
    with Image.open(tmp_path / "thumb") as small:
        assert small.size[0] < small.size[1]
        assert not small.getexif()
    assert b"camera" not in (tmp_path / "thumb").read_bytes()


async def test_a_bomb_is_measured_and_not_opened(tmp_path: Path) -> None:
    large, burst = samples.bomb(10_000, 10_000), samples.bomb(30_000, 30_000)
    assert len(burst) < 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await draw(tmp_path, large, "image/png") == Picture(10_000, 10_000, has_thumbnail=False)
    assert await draw(tmp_path, burst, "image/png") is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "kilobytes"
    assert not (tmp_path / "thumb").exists()


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (samples.HTML, "image/jpeg"),
        (samples.picture("PNG"), "image/jpeg"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"", "image/png"),
        (samples.PDF, "application/pdf"),
    ],
)
async def test_what_is_no_picture(tmp_path: Path, data: bytes, mime_type: str) -> None:
    assert await draw(tmp_path, data, mime_type) is None


async def test_a_picture_that_breaks_off_has_a_size_and_no_thumbnail(tmp_path: Path) -> None:
    drawn = await draw(tmp_path, samples.picture("PNG", (800, 600))[:2000], "image/png")
    assert drawn == Picture(800, 600, has_thumbnail=False)


async def test_the_limit_is_by_dots_and_not_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_DOTS", 640 * 480 - 1)
    assert await draw(tmp_path, samples.picture("PNG"), "image/png") == Picture(640, 480, has_thumbnail=False)
    assert await draw(tmp_path, samples.picture("JPEG"), "image/jpeg") == Picture(640, 480, has_thumbnail=True)
