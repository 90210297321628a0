"""The site's icon, by the hash that Shodan counts icons with.

MurmurHash3 (32 bits, signed) of the Base64 text that Python's base64.encodebytes makes, line breaks included:
https://help.shodan.io/the-basics/search-query-fundamentals (http.favicon.hash).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import mmh3

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

FAVICON = Kind(
    "favicon-mmh3",
    "favicon",
    "Favicon hash (Shodan)",
    "240676532",
    "https://help.shodan.io/the-basics/search-query-fundamentals",
    proves=Proof.FACT,
    m=0.4,
    cap=6.0,
    traps="The default icon of a content management system, a theme or a host.",
)
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\x00\x00\x01\x00", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"BM", b"<svg", b"<?xml")


def _read(scan: Scan) -> Iterator[Found]:
    body = scan.page.body
    if scan.page.status == 200 and not scan.page.truncated and body.lstrip()[:8].startswith(_MAGIC):
        yield Found(FAVICON, str(mmh3.hash(base64.encodebytes(body))), where="favicon")


KINDS = (FAVICON,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.FAVICON})),)
