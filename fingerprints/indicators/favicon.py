"""The site's icon, by the hash that Shodan counts icons with, by the one that others use, and by what it looks like.

MurmurHash3 (32 bits, signed) of the Base64 text that Python's base64.encodebytes makes, line breaks included:
https://help.shodan.io/the-basics/search-query-fundamentals (http.favicon.hash).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import mmh3

from fingerprints.indicators._picture import perceptual_hash
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
FAVICON_MD5 = Kind(
    "favicon-md5",
    "favicon",
    "Favicon hash (MD5)",
    "50442f7d2b60761d0a5a0dce1a922734",
    "https://wiki.owasp.org/index.php/OWASP_favicon_database; Censys and MISP's objects use it",
    proves=Proof.FACT,
    links=False,
)
FAVICON_PHASH = Kind(
    "favicon-phash",
    "favicon",
    "What the favicon looks like (64-bit pHash)",
    "8f9f95e0601f609d",
    "https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html",
    proves=Proof.FACT,
    m=0.4,
    cap=4.0,
    links=False,
    traps="The default icon of a content management system, a theme or a host; letters in a circle look alike.",
)
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\x00\x00\x01\x00", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"BM", b"<svg", b"<?xml")


def _read(scan: Scan) -> Iterator[Found]:
    body = scan.page.body
    if scan.page.status == 200 and not scan.page.truncated and body.lstrip()[:8].startswith(_MAGIC):
        yield Found(FAVICON, str(mmh3.hash(base64.encodebytes(body))), where="favicon")
        yield Found(FAVICON_MD5, hashlib.md5(body, usedforsecurity=False).hexdigest(), where="favicon")
        look = perceptual_hash(body)
        if look:
            yield Found(FAVICON_PHASH, look, where="favicon")


KINDS = (FAVICON, FAVICON_MD5, FAVICON_PHASH)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.FAVICON})),)
