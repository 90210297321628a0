"""Pictures of a page: all filters of PNG are undone, and what is no picture is told."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints.png import PictureError, brightness


def png(rows: bytes, width: int, height: int, colour: int = 0, depth: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def filtered(points: np.ndarray, sorts: list[int]) -> bytes:
    """Rows with these filters, written down from the specification, point by point."""
    out = bytearray()
    height, width = points.shape
    for y in range(height):
        out.append(sorts[y])
        for x in range(width):
            left = int(points[y, x - 1]) if x else 0
            up = int(points[y - 1, x]) if y else 0
            corner = int(points[y - 1, x - 1]) if x and y else 0
            nearest = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            guess = (0, left, up, (left + up) // 2, nearest)[sorts[y]]
            out.append((int(points[y, x]) - guess) % 256)
    return bytes(out)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 4), st.lists(st.integers(0, 255), min_size=5, max_size=5)), min_size=1, max_size=6))
def test_every_filter_is_undone(lines: list[tuple[int, list[int]]]) -> None:
    points = np.array([values for _, values in lines])
    made = brightness(png(filtered(points, [sort for sort, _ in lines]), 5, len(lines)))
    assert made.tolist() == points.tolist()


def test_colours_count_as_eyes_see_them() -> None:
    green, blue = bytes((0, 255, 0)), bytes((0, 0, 255))
    (row,) = brightness(png(b"\0" + green + blue, 2, 1, colour=2)).tolist()
    assert row[0] > 4 * row[1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a", "no PNG"),
        (b"\x89PNG\r\n\x1a\n", "no head"),
        (png(b"\0\0", 2, 1), "ends early"),
        (png(b"\7\0", 1, 1), "damaged"),
        (png(b"", 100_000, 100_000), "100000 by 100000 points"),
        (png(b"\0\0", 1, 1, colour=3), "no plain picture"),
    ],
)
def test_what_is_no_small_picture_is_told(data: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        brightness(data)
