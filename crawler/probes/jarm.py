"""JARM: ten odd ClientHellos, and a fingerprint of what the server picks each time. https://github.com/salesforce/jarm

The method, its ten hellos and the form of the result are its authors'; the values below are what every JARM has to send.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from crawler.probes.pace import Lanes

NOTHING = "0" * 62
"""The fingerprint of a server that answers none of the ten."""
_MOST_READ = 1484
"""Bytes of an answer that JARM reads; the ServerHello lies within."""
_SUITES = bytes.fromhex(
    "0016 0033 0067 c09e c0a2 009e 0039 006b c09f c0a3 009f 0045 00be 0088 00c4 009a c008 c009 c023 c0ac c0ae c02b c00a c024 c0ad"
    "c0af c02c c072 c073 cca9 1302 1301 cc14 c007 c012 c013 c027 c02f c014 c028 c030 c060 c061 c076 c077 cca8 1305 1304 1303 cc13"
    "c011 000a 002f 003c c09c c0a0 009c 0035 003d c09d c0a1 009d 0041 00ba 0084 00c0 0007 0004 0005"
)
_NUMBERED = sorted(struct.unpack(f">{len(_SUITES) // 2}H", _SUITES), key=lambda suite: (suite >> 8 == 0x13, suite))
"""The result names a cipher suite by its place here: by value, those of TLS 1.3 last."""
_PROTOCOLS = (b"http/0.9", b"http/1.0", b"http/1.1", b"spdy/1", b"spdy/2", b"spdy/3", b"h2", b"h2c", b"hq")
_COMMON_PROTOCOLS = frozenset({b"http/1.1", b"h2"})
_TLS_1_1, _TLS_1_2, _TLS_1_3 = 0x0302, 0x0303, 0x0304


@dataclass(frozen=True, slots=True)
class _Hello:
    version: int
    order: str
    """forward, reverse, top, bottom or middle: in which order the cipher suites stand."""
    newest: int = 0
    """The newest version in the list of versions; 0 for no list."""
    reverse_lists: bool = False
    rare_protocols: bool = False
    grease: bool = False
    suites_of_1_3: bool = True


_HELLOS = (
    _Hello(_TLS_1_2, "forward", _TLS_1_2, reverse_lists=True),
    _Hello(_TLS_1_2, "reverse", _TLS_1_2),
    _Hello(_TLS_1_2, "top"),
    _Hello(_TLS_1_2, "bottom", rare_protocols=True),
    _Hello(_TLS_1_2, "middle", rare_protocols=True, grease=True, reverse_lists=True),
    _Hello(_TLS_1_1, "forward"),
    _Hello(_TLS_1_3, "forward", _TLS_1_3, reverse_lists=True),
    _Hello(_TLS_1_3, "reverse", _TLS_1_3),
    _Hello(_TLS_1_3, "forward", _TLS_1_3, suites_of_1_3=False),
    _Hello(_TLS_1_3, "middle", _TLS_1_3, grease=True, reverse_lists=True),
)


async def look(lanes: Lanes, site: str, pause: float, host: str, address: str, port: int, timeout: float) -> bytes:
    """The line of the fingerprint for a TLS record; each of the ten connections waits for its turn with the site."""
    answers: list[bytes] = []
    for hello in _HELLOS:
        async with lanes.turn(site, pause):
            answers.append(await _ask(hello, host, address, port, timeout))
    return json.dumps({"jarm": fingerprint(answers)}).encode("ascii") + b"\n"


def fingerprint(answers: Sequence[bytes]) -> str:
    """62 hex digits for the answers to the ten hellos: three a hello, and 32 of a hash over the extensions."""
    parts = [_picked(answer) for answer in answers]
    if not any(suite for suite, _, _ in parts):
        return NOTHING
    head = "".join(_digits(suite, version) for suite, version, _ in parts)
    return head + hashlib.sha256("".join(rest for _, _, rest in parts).encode()).hexdigest()[:32]


def hellos(host: str) -> list[bytes]:
    """The ten ClientHello records for a host, in order."""
    return [_record(hello, host) for hello in _HELLOS]


async def _ask(hello: _Hello, host: str, address: str, port: int, timeout: float) -> bytes:
    """The beginning of the answer; nothing if there is none."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(address, port)
            writer.write(_record(hello, host))
            return await reader.read(_MOST_READ)
    except (OSError, TimeoutError):
        return b""
    finally:
        if writer is not None:
            with suppress(OSError):
                writer.transport.abort()


def _record(hello: _Hello, host: str) -> bytes:
    legacy = min(hello.version, _TLS_1_2)
    suites = _ordered(_split(_SUITES), hello.order)
    if not hello.suites_of_1_3:
        suites = _ordered([suite for suite in _split(_SUITES) if suite[0] != 0x13], hello.order)
    if hello.grease:
        suites = [_grease(), *suites]
    session = os.urandom(32)
    body = struct.pack(">H", legacy) + os.urandom(32) + _short(session) + _long(b"".join(suites)) + b"\x01\x00"
    body += _long(_extensions(hello, host))
    # The record's own version: TLS 1.0 for 1.1, else as the hello's, 1.0 again for 1.3.
    outer = {_TLS_1_1: 0x0302, _TLS_1_2: 0x0303, _TLS_1_3: 0x0301}[hello.version]
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16" + struct.pack(">H", outer) + _long(message)


def _extensions(hello: _Hello, host: str) -> bytes:
    made = _grease() + b"\0\0" if hello.grease else b""
    name = host.encode("ascii")
    made += _extension(0x0000, _long(b"\0" + _long(name)))
    made += _extension(0x0017, b"") + _extension(0x0001, b"\x01") + _extension(0xFF01, b"\0")
    made += _extension(0x000A, bytes.fromhex("0008001d001700180019"))
    made += _extension(0x000B, b"\x01\0") + _extension(0x0023, b"")
    protocols = [one for one in _PROTOCOLS if not (hello.rare_protocols and one in _COMMON_PROTOCOLS)]
    listed = _ordered([_short(one) for one in protocols], "reverse" if hello.reverse_lists else "forward")
    made += _extension(0x0010, _long(b"".join(listed)))
    made += _extension(0x000D, _long(bytes.fromhex("040308040401050308050501080606010201")))
    share = (_grease() + b"\0\x01\0" if hello.grease else b"") + b"\0\x1d" + _long(os.urandom(32))
    made += _extension(0x0033, _long(share)) + _extension(0x002D, b"\x01\x01")
    if hello.newest:
        versions = [struct.pack(">H", version) for version in range(0x0301, hello.newest + 1)]
        versions = _ordered(versions, "reverse" if hello.reverse_lists else "forward")
        made += _extension(0x002B, _short((_grease() if hello.grease else b"") + b"".join(versions)))
    return made


def _ordered(values: list[bytes], order: str) -> list[bytes]:
    half, odd = divmod(len(values), 2)
    if order == "reverse":
        return values[::-1]
    if order == "bottom":
        return values[half + odd :]
    if order == "top":  # from the middle to the first
        return values[: half + odd][::-1]
    if order == "middle":  # from the middle outwards, the later one first
        after, before = values[half + odd :], values[:half][::-1]
        paired = [one for pair in zip(after, before, strict=True) for one in pair]
        return [*values[half : half + odd], *paired]
    return values


def _picked(answer: bytes) -> tuple[str, str, str]:
    """(cipher suite, version, ALPN and extensions) of a ServerHello, as JARM writes them; empty texts for any other answer."""
    if len(answer) < 46 or answer[0] != 0x16 or answer[5] != 0x02:
        return "", "", ""
    session = answer[43]
    suite, version = answer[session + 44 : session + 46].hex(), answer[9:11].hex()
    return suite, version, _shown(answer, session + 47)


def _shown(answer: bytes, at: int) -> str:
    """The protocol that was agreed on, and the types of the extensions."""
    # JARM's own rules for answers that carry no extensions: a certificate message that follows at once, and two odd hellos.
    if answer[at : at + 1] in (b"", b"\x0b") or answer[at + 3 : at + 6] == b"\x0e\xac\x0b" or answer[82:85] == b"\x0f\xf0\x0b":
        return ""
    end = at + 2 + int.from_bytes(answer[at : at + 2], "big") - 1
    at += 2
    types, protocol = [], ""
    while at < end:
        kind, size = answer[at : at + 2], int.from_bytes(answer[at + 2 : at + 4], "big")
        types.append(kind.hex())
        if kind == b"\0\x10" and not protocol:
            protocol = answer[at + 7 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return protocol + "-".join(types)


def _digits(suite: str, version: str) -> str:
    if not suite:
        return "000"
    number = int(suite, 16)
    place = _NUMBERED.index(number) + 1 if number in _NUMBERED else len(_NUMBERED) + 1
    return f"{place:02x}{'abcdef'[min(int(version[3:4] or '0', 16), 5)]}"


def _split(suites: bytes) -> list[bytes]:
    return [suites[at : at + 2] for at in range(0, len(suites), 2)]


def _grease() -> bytes:
    """A value that is reserved to mean nothing (RFC 8701)."""
    return bytes([random.randrange(16) * 16 + 10]) * 2  # noqa: S311  (no secret)


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack(">H", kind) + _long(data)


def _short(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def _long(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data
