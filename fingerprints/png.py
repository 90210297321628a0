"""Small PNG pictures → brightness, for the perceptual hash. Hostile input like all that is read: bounded before it is unfolded.

https://www.w3.org/TR/png-3/ : eight bits a channel, not interlaced, which is what browsers write for a screenshot.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""Colour type → channels; palettes (3) are not written for photographs of a screen."""
_MOST_POINTS = 500_000
_LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in the brightness that people see: ITU-R BT.601."""


class PictureError(ValueError):
    """No picture of the form that is read here; the message is the sentence's end."""


def brightness(data: bytes) -> NDArray[np.float64]:
    """The brightness of each point, 0 to 255, rows first.

    Raises:
        PictureError: it is none, or larger than is read.
    """
    if not data.startswith(_SIGNATURE):
        raise PictureError("it is no PNG")
    head = b""
    packed: list[bytes] = []
    for name, content in _chunks(data):
        if name == b"IHDR":
            head = content
        elif name == b"IDAT":
            packed.append(content)
    if len(head) != 13:
        raise PictureError("it has no head")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    channels = _CHANNELS.get(colour, 0)
    if depth != 8 or interlaced or not channels:
        raise PictureError("it is no plain picture of eight bits a channel")
    if not 0 < width * height <= _MOST_POINTS:
        raise PictureError(f"it has {width} by {height} points")
    points = _unfiltered(_unpacked(b"".join(packed), height * (1 + width * channels)), width, height, channels)
    grey = points[:, :, :3] @ _LUMA if channels > 2 else points[:, :, 0]
    return np.asarray(grey, dtype=np.float64)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _unpacked(packed: bytes, size: int) -> bytes:
    try:
        rows = zlib.decompressobj().decompress(packed, size)
    except zlib.error as error:
        raise PictureError(f"its data is damaged ({error})") from None
    if len(rows) != size:
        raise PictureError("its data ends early")
    return rows


def _unfiltered(rows: bytes, width: int, height: int, channels: int) -> NDArray[np.uint8]:
    """https://www.w3.org/TR/png-3/#9Filters"""
    lines = np.frombuffer(rows, np.uint8).reshape(height, 1 + width * channels)
    made = np.zeros((height + 1, width, channels), np.uint8)
    for number, line in enumerate(lines, 1):
        above, here = made[number - 1], line[1:].reshape(width, channels)
        if line[0] == 0:
            made[number] = here
        elif line[0] == 1:
            made[number] = np.cumsum(here, axis=0, dtype=np.uint8)
        elif line[0] == 2:
            made[number] = here + above
        elif line[0] in (3, 4):
            made[number] = _from_the_left(here, above, paeth=line[0] == 4)
        else:
            raise PictureError("its data is damaged")
    return made[1:]


def _from_the_left(here: NDArray[np.uint8], above: NDArray[np.uint8], *, paeth: bool) -> NDArray[np.uint8]:
    """The two filters in which each point hangs on the one before it."""
    channels = here.shape[1]
    left, corner = [0] * channels, [0] * channels
    out = []
    for values, ups in zip(here.tolist(), above.tolist(), strict=True):
        guess = map(_paeth, left, ups, corner) if paeth else ((a + b) // 2 for a, b in zip(left, ups, strict=True))
        left = [(value + one) & 255 for value, one in zip(values, guess, strict=True)]
        corner = ups
        out.append(left)
    return np.array(out, np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    a, b, c = abs(guess - left), abs(guess - up), abs(guess - corner)
    if a <= b and a <= c:
        return left
    return up if b <= c else corner
