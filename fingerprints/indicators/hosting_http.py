"""What the front page's answer tells of the server besides the page: its headers' order and values, its cookies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from fingerprints.indicators._probe import usable
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

_RFC = "https://www.rfc-editor.org/rfc/rfc9110"
HHHASH = Kind(
    "hhhash",
    "hosting",
    "Hash of the headers' names in their order (HHHash)",
    "hhh:1:d49169beb7a951620fb75208fd402605bb360e66e57b97c63163ba400cc58f73",
    "https://www.foo.be/2023/07/HTTP-Headers-Hashing_HHHash",
    proves=Proof.FACT,
    m=0.4,
    cap=4.0,
    traps="All sites behind one CDN or of one software have the same.",
)
COOKIES = Kind(
    "cookie-names",
    "hosting",
    "Names of the cookies that the server sets",
    "harbour_sid visitor",
    "https://www.rfc-editor.org/rfc/rfc6265",
    proves=Proof.FACT,
    m=0.3,
    cap=4.0,
    traps="Software names its cookies; only what somebody named himself is rare.",
)
ETAG = Kind(
    "etag",
    "hosting",
    "ETag of the front page",
    '"5d8c72a5edda8-2aa6"',
    f"{_RFC}#name-etag",
    proves=Proof.FACT,
    m=0.1,
    cap=6.0,
    traps="A default page of one package has one ETag everywhere.",
)
MODIFIED = Kind(
    "last-modified",
    "hosting",
    "When the front page was last changed, to the second",
    "2024-05-13T06:11:52Z",
    f"{_RFC}#name-last-modified",
    proves=Proof.FACT,
    m=0.1,
    cap=6.0,
    traps="A default page of one package has one date everywhere; some servers give the time of the answer.",
)
SERVER = Kind("server-header", "software", "Server software", "nginx/1.18.0 (Ubuntu)", f"{_RFC}#name-server", links=False)
POWERED = Kind(
    "x-header",
    "software",
    "Software by an X- header",
    "x-powered-by: PHP/7.4.33",
    "https://www.rfc-editor.org/rfc/rfc6648",
    links=False,
)
_TOLD = frozenset(
    {"x-powered-by", "x-generator", "x-hosted-by", "x-powered-cms", "x-aspnet-version", "x-turbo-charged-by", "x-host"}
)
"""X- headers that name software or a host; most others carry a number of the request."""
_COOKIE = re.compile(r"\s{0,9}+([!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}+)\s{0,9}+=")
_ETAG = re.compile(r"(?:W/)?\"[\x21\x23-\x7e]{8,100}+\"")
_FEWEST = 3
"""Headers whose order tells anything; archives that keep fewer have dropped the rest."""
_MOST_COOKIES = 20
_FRESH = 60
"""Seconds; a Last-Modified so near the answer is the answer's time."""


def _read(scan: Scan) -> Iterator[Found]:
    headers = scan.page.headers
    if not headers or not 200 <= scan.page.status < 300:
        return
    # Web archives serve a page's headers in an order and a case of their own (RFC 7089 says by which header they are known).
    if len(headers) >= _FEWEST and not scan.page.header("memento-datetime"):
        yield Found(HHHASH, hhhash(name for name, _ in headers), where=" ".join(name for name, _ in headers)[:160])
    cookies = sorted({match[1] for name, value in headers if name.lower() == "set-cookie" and (match := _COOKIE.match(value))})
    if 0 < len(cookies) <= _MOST_COOKIES and usable(" ".join(cookies)):
        yield Found(COOKIES, " ".join(cookies), where="Set-Cookie")
    etag = scan.page.header("etag").strip()
    if _ETAG.fullmatch(etag):
        yield Found(ETAG, etag, where="ETag")
    yield from _last_modified(scan)
    for name, value in headers:
        text = " ".join(value.split())
        if name.lower() == "server" and usable(text):
            yield Found(SERVER, text, where="Server")
        elif name.lower() in _TOLD and usable(text):
            yield Found(POWERED, f"{name.lower()}: {text}", where=name[:40])


def hhhash(names: Iterator[str] | list[str]) -> str:
    """HHHash, version 1: SHA-256 of the names as they came, repeats included, with colons between."""
    return "hhh:1:" + hashlib.sha256(":".join(names).encode("utf-8", "replace")).hexdigest()


def _last_modified(scan: Scan) -> Iterator[Found]:
    try:
        at = parsedate_to_datetime(scan.page.header("last-modified").strip()[:60])
        old = abs((scan.page.fetched_at - at).total_seconds()) > _FRESH
    except (ValueError, TypeError, OverflowError):
        return
    if old and at.year > 1990:
        yield Found(MODIFIED, f"{at:%Y-%m-%dT%H:%M:%SZ}", where="Last-Modified")


KINDS = (HHHASH, COOKIES, ETAG, MODIFIED, SERVER, POWERED)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.FRONT})),)
