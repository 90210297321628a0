"""Gravatar: pictures of persons under the hash of their e-mail address, which tells who writes on two sites under two names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.indicators._values import real_token
from fingerprints.indicators.base import SLASH, Found, Kind, Reader
from fingerprints.scan import Scan

GRAVATAR = Kind(
    name="gravatar",
    family="contact",
    title="Gravatar: hash of an author's e-mail address",
    example="4f64c9f81bb0d4ee969aaf7b4a5a6f40",
    source="https://docs.gravatar.com/api/avatars/hash/ (SHA-256, MD5 of old)",
    m=0.3,
    cap=9.0,
    personal=True,
    traps="A freelance author of several sites, a theme's or a plug-in's maker; the same address gives another value as MD5 than as SHA-256.",
)
_EMPTY = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "ad516503a11cd5ca435acc9bb6523536",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
"""Of no address at all, and of unknown@gravatar.com, which WordPress writes where an author has none."""


_PICTURE = re.compile(rb"gravatar\.com" + SLASH + rb"avatar" + SLASH + rb"([0-9a-fA-F]{64}|[0-9a-fA-F]{32})(?![0-9A-Za-z_-])")
_COMMENTS = (
    b'id="comments"', b"id='comments'", b'class="comments"', b"commentlist", b"comment-list", b'id="comment-', b"id='comment-",
)  # fmt: skip
"""What stands where visitors' comments begin: a picture behind it is a visitor's."""
_BESIDE = re.compile(rb"comment", re.I)
_BEFORE = 300
_MOST = 200


def _hash(text: str) -> str | None:
    bare = text.lower()
    return None if bare in _EMPTY or len(set(bare)) < 5 else real_token(bare)


def in_address(address: str) -> str | None:
    """The hash in the address of a picture."""
    match = _PICTURE.search(address.encode())
    return _hash(match[1].decode()) if match else None


def _read(scan: Scan) -> Iterator[Found]:
    found = list(islice(_PICTURE.finditer(scan.body), _MOST))
    marks = (scan.body.find(mark, 0, found[-1].start()) for mark in _COMMENTS) if found else ()
    first = min((mark for mark in marks if mark >= 0), default=len(scan.body))
    for match in found:
        value = _hash(match[1].decode())
        of_a_visitor = match.start() > first or _BESIDE.search(scan.body, max(0, match.start() - _BEFORE), match.start())
        if value and (not of_a_visitor or scan.context(match.start()) == "JSON-LD"):
            yield Found(GRAVATAR, value, *match.span(1), "picture")


KINDS = (GRAVATAR,)
RULES = (Reader(KINDS, _read, needs=("gravatar.com",)),)
