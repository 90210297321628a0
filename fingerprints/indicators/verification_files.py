"""Verification by a file: what a search engine has put on a site to show that an account controls it.

Google gives an account one file name for all its sites; robots.txt, a sitemap or a link may tell of it where it is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from fingerprints.indicators import verification
from fingerprints.indicators._values import real_token
from fingerprints.indicators.base import HTML, Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

GOOGLE_FILE = Kind(
    name="google-verification-file",
    family="verification",
    title="Google's verification file, one an account",
    example="google4f8ac1d207b93e65",
    source="https://support.google.com/webmasters/answer/9008080#html_file_verification",
    proves=Proof.CONTROL,
    m=0.4,
    cap=11.0,
    traps="An agency, a host or a former owner whose account still has access.",
)
_BY_NAME = {kind.name: kind for kind in verification.KINDS}
_BING, _YANDEX, _BAIDU = (_BY_NAME[f"{name}-verification"] for name in ("bing-site", "yandex", "baidu"))
_GOOGLE_PATH = re.compile(r"/(google[0-9a-f]{16})\.html")
_GOOGLE_BODY = re.compile(rb"\s{0,20}google-site-verification:\s{0,5}(google[0-9a-f]{16})\.html\s{0,20}")
_GOOGLE_META = re.compile(r"(google[0-9a-f]{16})(?:\.html)?")
_GOOGLE_NAMED = re.compile(rb"/(google[0-9a-f]{16})\.html(?![0-9A-Za-z])")
_YANDEX_PATH = re.compile(r"/yandex_([0-9a-f]{16})\.html")
_YANDEX_BODY = re.compile(rb"verification:\s{0,5}([0-9a-f]{16})(?![0-9a-f])", re.I)
_BAIDU_PATH = re.compile(r"/baidu_verify_(code(?:va)?-[A-Za-z0-9]{8,40})\.html")
_BING_USER = re.compile(rb"<user>\s{0,9}([0-9A-Fa-f]{32})\s{0,9}</user>")
_MOST_BYTES = 4096
_MOST = 20


def _file(scan: Scan) -> Iterator[Found]:
    """The page itself is such a file: its name and what stands in it agree."""
    path = urlsplit(scan.page.final_url).path
    if len(scan.body) > _MOST_BYTES:
        return
    for name, body, kind in ((_GOOGLE_PATH, _GOOGLE_BODY, GOOGLE_FILE), (_YANDEX_PATH, _YANDEX_BODY, _YANDEX)):
        named, written = name.fullmatch(path), body.search(scan.body)
        if named and written and written[1].decode() == named[1]:
            yield Found(kind, named[1], *written.span(1), "verification file")
    baidu = _BAIDU_PATH.fullmatch(path)
    if baidu and scan.body.strip() == baidu[1].partition("-")[2].encode():
        yield Found(_BAIDU, baidu[1], where="verification file")


def _meta(scan: Scan) -> Iterator[Found]:
    """The name of the file in the place of the meta tag's own token: somebody took one for the other."""
    for content, start, end, _ in scan.metas("google-site-verification"):
        match = _GOOGLE_META.fullmatch(content)
        if match and real_token(match[1]):
            yield Found(GOOGLE_FILE, match[1], start, end, "meta google-site-verification")


def _named(scan: Scan) -> Iterator[Found]:
    """Told of by robots.txt, a sitemap or a link."""
    for match in islice(_GOOGLE_NAMED.finditer(scan.body), _MOST):
        start = max(scan.body.rfind(mark, max(0, match.start() - 200), match.start()) for mark in (b'"', b"'", b">", b" ", b"\n"))
        host = urlsplit(scan.body[start + 1 : match.end()].decode("utf-8", "replace")).hostname or scan.page.site
        if (host == scan.page.site or host.endswith(f".{scan.page.site}")) and real_token(match[1].decode()):
            yield Found(GOOGLE_FILE, match[1].decode(), *match.span(1), "address of the file")


def _bing(scan: Scan) -> Iterator[Found]:
    if urlsplit(scan.page.final_url).path.lower() == "/bingsiteauth.xml":
        for match in islice(_BING_USER.finditer(scan.body, 0, _MOST_BYTES), _MOST):
            token = real_token(match[1].decode())
            if token:
                yield Found(_BING, token.upper(), *match.span(1), "BingSiteAuth.xml")


KINDS = (GOOGLE_FILE,)
RULES = (
    Reader((GOOGLE_FILE, _YANDEX, _BAIDU), _file),
    Reader((GOOGLE_FILE,), _meta, needs=("google-site-verification",)),
    Reader((GOOGLE_FILE,), _named, roles=HTML | {Role.ROBOTS, Role.SITEMAP}, needs=("/google",)),
    Reader((_BING,), _bing, roles=frozenset({Role.CONTROL}), needs=("<user>",)),
)
