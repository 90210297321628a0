"""Pictures drawn from a key: favicons (ICO holding a PNG) and photographs of nothing (PNG). The same key gives the same bytes."""

from __future__ import annotations

import base64
import struct
import zlib
from functools import lru_cache
from random import Random

import mmh3

_SIDE = 16


@lru_cache(maxsize=4096)
def favicon(key: str) -> bytes:
    """A icon of 16 by 16 points: a symmetric pattern of two colours, in an ICO file (PNG inside, as since Windows Vista)."""
    random = Random(f"icon {key}")
    back, front = (bytes(random.randrange(256) for _ in range(3)) + b"\xff" for _ in range(2))
    half = [[random.random() < 0.5 for _ in range(_SIDE // 2)] for _ in range(_SIDE)]
    rows = [b"".join(front if cell else back for cell in row + row[::-1]) for row in half]
    picture = _png(_SIDE, _SIDE, rows, colour_type=6)
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", _SIDE, _SIDE, 0, 0, 1, 32, len(picture), 22)
    return header + entry + picture


@lru_cache(maxsize=1024)
def photograph(key: str, width: int = 160, height: int = 90) -> bytes:
    """A small picture: stripes in grey."""
    random = Random(f"photograph {key}")
    row = bytes(random.randrange(256) for _ in range(width))
    return _png(width, height, [row[shift:] + row[:shift] for shift in range(height)], colour_type=0)


def mmh3_of(icon: bytes) -> int:
    """The hash by which Shodan knows an icon: MurmurHash3 (32 bit, signed) of its base64 with line breaks.

    Source: https://help.shodan.io/ (http.favicon.hash); base64 as Python's encodebytes writes it.
    """
    return int(mmh3.hash(base64.encodebytes(icon)))


def _png(width: int, height: int, rows: list[bytes], *, colour_type: int) -> bytes:
    """https://www.w3.org/TR/png/ : 8 bits a channel, no filter, not interlaced."""
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
