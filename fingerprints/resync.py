"""Finding the next readable record of a damaged WARC file: at a gzip member, or a line, that begins with "WARC/"."""

from __future__ import annotations

import zlib
from typing import BinaryIO

_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/"
_BLOCK = 2**20
_HEADER = 65536  # bytes in which a record's own header ends
_LOOK = 1024  # enough of a gzip member for its first five bytes


def begins_as_warc(file: BinaryIO) -> bool:
    """Whether a record begins at the file's start or, where that is damaged, within its first bytes. Seeks to the start."""
    file.seek(0)
    head = file.read(_BLOCK)
    file.seek(0)
    return any(_is_record(head[at : at + _LOOK], head[at - 1 : at] if at else b"") for at in _places(head))


def next_record(file: BinaryIO, start: int) -> int | None:
    """Offset of the first record at or after `start`, or None."""
    file.seek(start)
    held = b""
    base = start
    while block := file.read(_BLOCK):
        window = held + block
        for at in _places(window):
            file.seek(base + at)
            if _is_record(file.read(_LOOK), b"" if base + at == 0 else window[at - 1 : at]):
                return base + at
        keep = len(_PLAIN)
        held, base = window[-keep:], base + len(window) - min(keep, len(window))
        file.seek(base + len(held))
    return None


def end_of_record(file: BinaryIO, start: int) -> int:
    """Offset just behind the record that begins at `start`; `start` itself if the file ends within its header."""
    file.seek(start)
    head = file.read(_HEADER)
    if head.startswith(_GZIP):
        return _end_of_member(file, start)
    end = head.find(b"\r\n\r\n")
    if end < 0:
        return start
    length = next((line[15:].strip() for line in head[:end].split(b"\r\n") if line.lower().startswith(b"content-length:")), b"")
    return start + end + 4 + (int(length) if length.isdigit() else 0) + 4


def has_rest(file: BinaryIO, start: int) -> bool:
    """Whether the beginning of a record stands at `start`: not the end, nor blanks, nor a member that continues a record."""
    file.seek(start)
    rest = file.read(_LOOK)
    if not rest.startswith(_GZIP[: len(rest)]):
        return bool(rest.strip(b"\r\n\0"))
    try:
        begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(rest, len(_PLAIN))
    except zlib.error:
        return True
    return bool(rest) and _PLAIN.startswith(begin)


def _end_of_member(file: BinaryIO, start: int) -> int:
    file.seek(start)
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    at = start
    while not decoder.eof and (block := file.read(_BLOCK)):
        at += len(block)
        data = block
        while data and not decoder.eof:
            decoder.decompress(data, _BLOCK)
            data = decoder.unconsumed_tail
    return at - len(decoder.unused_data)


def _places(data: bytes) -> list[int]:
    found = []
    for mark in (_GZIP, _PLAIN):
        at = data.find(mark)
        while at >= 0:
            found.append(at)
            at = data.find(mark, at + 1)
    return sorted(found)


def _is_record(data: bytes, before: bytes = b"") -> bool:
    """`before` is the byte in front, where there is one: a plain record begins on a line of its own."""
    if data.startswith(_GZIP):
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, len(_PLAIN)) == _PLAIN
        except zlib.error:
            return False
    return data.startswith(_PLAIN) and before in (b"", b"\n")
