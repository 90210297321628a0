"""Bodies as on the wire → the document: transfer and content encodings undone, with a limit on what comes out.

A kilobyte can unfold into gigabytes, so every decoder is asked for a bounded number of bytes. Archives also hold bodies that were
decoded already under headers that say otherwise: what does not decode from its first byte on is taken as it stands.
https://www.rfc-editor.org/rfc/rfc9110#name-content-codings
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import NamedTuple

_MOST_CODINGS = 3  # more layers than two are not met on the web, and each one multiplies
_MOST_MEMBERS = 1000  # of one gzip body; servers send one, and what follows one is copied for the next
_CHUNK_SIZE_LINE = 1024  # longest line that gives a chunk's size, with its extensions


class Decoded(NamedTuple):
    """A document, and whether something of it is missing."""

    body: bytes
    cut: bool
    """Whether it was cut at the limit or the encoded bytes broke off."""


def decode(body: bytes, transfer: str, coding: str, limit: int) -> Decoded:
    """The document in `body`.

    Args:
        body: as received.
        transfer: the Transfer-Encoding header's value, or an empty string.
        coding: the Content-Encoding header's value, or an empty string.
        limit: most bytes of the document that are given.
    """
    cut = False
    if "chunked" in transfer.lower():
        body, cut = _unchunk(body)
    for name in reversed([part.strip().lower() for part in coding.split(",")][:_MOST_CODINGS]):
        decoder = _DECODERS.get(name)
        if decoder and body:
            body, broken = _attempt(decoder, body, limit)
            cut = cut or broken
    return Decoded(body[:limit], cut or len(body) > limit)


def _attempt(decoder: Callable[[bytes, int], Decoded], body: bytes, limit: int) -> Decoded:
    try:
        return decoder(body, limit + 1)
    except _NotEncodedError:
        return Decoded(body, False)


class _NotEncodedError(Exception):
    """The bytes are not in this encoding."""


def _unchunk(body: bytes) -> Decoded:
    """https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding"""
    parts: list[bytes] = []
    at = 0
    while at < len(body):
        line_end = body.find(b"\r\n", at, at + _CHUNK_SIZE_LINE)
        digits = body[at:line_end].split(b";", 1)[0].strip() if line_end >= 0 else b""
        if not 0 < len(digits) <= 16 or digits.strip(b"0123456789abcdefABCDEF"):
            return Decoded(b"".join(parts), True) if parts else Decoded(body, False)
        size = int(digits, 16)
        if size == 0:
            return Decoded(b"".join(parts), False)
        at = line_end + 2
        parts.append(body[at : at + size])
        at += size + 2
    return Decoded(b"".join(parts), True)


def _gunzip(body: bytes, most: int) -> Decoded:
    parts: list[bytes] = []
    room = most
    for _ in range(_MOST_MEMBERS):
        if not body.startswith(b"\x1f\x8b") or room <= 0:
            break
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        document = _inflate(decoder, body, room)
        parts.append(document.body)
        room -= len(document.body)
        if document.cut:
            return Decoded(b"".join(parts), True)
        body = decoder.unused_data
    if not parts:
        raise _NotEncodedError
    return Decoded(b"".join(parts), room <= 0 or body.startswith(b"\x1f\x8b"))


def _deflate(body: bytes, most: int) -> Decoded:
    """Servers mean zlib's format or the raw one (RFC 9110, 8.4.1.2 knows only the first)."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflate(zlib.decompressobj(window), body, most)
        except _NotEncodedError:
            continue
    raise _NotEncodedError


def _inflate(decoder: zlib._Decompress, body: bytes, most: int) -> Decoded:
    """Steps keep what a damaged stream gave before its damage."""
    parts: list[bytes] = []
    room = most
    data = body
    while data and room > 0 and not decoder.eof:
        try:
            part = decoder.decompress(data, min(room, 65536))
        except zlib.error:
            if parts:
                return Decoded(b"".join(parts), True)
            raise _NotEncodedError from None
        parts.append(part)
        room -= len(part)
        data = decoder.unconsumed_tail
    return Decoded(b"".join(parts), not decoder.eof)


def _brotli(body: bytes, most: int) -> Decoded:
    import brotli  # loaded only where a page needs it

    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    room = most
    data = body
    try:
        while room > 0 and not decoder.is_finished():
            part = decoder.process(data, output_buffer_limit=min(room, 65536))
            if not part and not data:
                break
            parts.append(part)
            room -= len(part)
            data = b""
    except brotli.error:
        if not any(parts):
            raise _NotEncodedError from None
    return Decoded(b"".join(parts), not decoder.is_finished())


def _zstd(body: bytes, most: int) -> Decoded:
    import zstandard  # loaded only where a page needs it

    # 8 MiB is the largest window a browser accepts: https://www.rfc-editor.org/rfc/rfc9659
    decoder = zstandard.ZstdDecompressor(max_window_size=8 * 2**20)
    parts: list[bytes] = []
    room = most
    reader = decoder.stream_reader(io.BytesIO(body), read_across_frames=True)
    try:
        while room > 0 and (part := reader.read(min(room, 65536))):
            parts.append(part)
            room -= len(part)
    except zstandard.ZstdError:
        if not parts:
            raise _NotEncodedError from None
        return Decoded(b"".join(parts), True)
    return Decoded(b"".join(parts), room <= 0)


_DECODERS: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
