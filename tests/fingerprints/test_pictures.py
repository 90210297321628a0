"""Pictures: what is none, or larger than is read, is told, and no bomb is unfolded."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from fingerprints.indicators._picture import PictureError, perceptual_hash, small_grey


def _saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unfolds to width times height bytes of one shade."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(bytes(width + 1)) for _ in range(height)) + packed.flush()
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(one)) + name + one + struct.pack(">I", zlib.crc32(name + one)) for name, one in parts
    )


def test_a_picture_keeps_its_hash_in_another_size_and_format() -> None:
    shades = np.random.default_rng(1).integers(0, 255, (6, 8), np.uint8)
    picture = Image.fromarray(shades).resize((400, 300), Image.Resampling.BICUBIC)
    one, *others = (
        perceptual_hash(body)
        for body in (_saved(picture, "PNG"), _saved(picture.resize((200, 150)), "PNG"), _saved(picture, "WEBP"))
    )
    assert all(one and other and (int(one, 16) ^ int(other, 16)).bit_count() <= 4 for other in others)


def test_the_size_is_the_pictures_own() -> None:
    shades, size = small_grey(_saved(Image.new("L", (1600, 900), 200), "JPEG"))
    assert (shades.shape, size) == ((32, 32), (1600, 900))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "cannot be read"),
        (b"GIF89a", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
        (_saved(Image.new("L", (40, 40)), "PNG")[:-30], "cannot be read"),
        (_saved(Image.new("L", (40, 40)), "TIFF"), "cannot be read"),
        (bytes(5_000_000), "it has 5,000,000 bytes"),
    ],
)
def test_what_is_no_picture_is_told(body: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        small_grey(body)
    assert perceptual_hash(body) is None


def test_a_bomb_is_not_unfolded() -> None:
    body = _bomb(20_000, 4_000)
    assert len(body) < 200_000
    tracemalloc.start()
    with pytest.raises(PictureError, match="20000 by 4000 points"):
        small_grey(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
