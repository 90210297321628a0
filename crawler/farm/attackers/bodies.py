"""Bodies that grow when they are unpacked or parsed."""

from __future__ import annotations

import gzip
from functools import cache

import brotli
import zstandard

from crawler.farm.attackers.base import Attack, front, page

_MEGABYTE = b"\0" * 2**20
_CUT = "Only its beginning was read"


@cache
def _gzip_bomb() -> bytes:
    """A gigabyte in a megabyte: members one after another."""
    return gzip.compress(_MEGABYTE, 9, mtime=0) * 1024


def _layers() -> bytes:
    body = _gzip_bomb()
    for _ in range(2):
        body = gzip.compress(body, 9, mtime=0)
    return body


def _zstd_bomb() -> bytes:
    return zstandard.ZstdCompressor(level=19).compress(_MEGABYTE) * 1024


def _brotli_bomb() -> bytes:
    return bytes(brotli.compress(_MEGABYTE * 256, quality=1))


def _empty_members() -> bytes:
    return gzip.compress(b"", mtime=0) * 150_000


def _paragraphs() -> str:
    """Paragraphs one in another by way of tables, with their text in the last."""
    return "<p><table><tr><td>" * 7000 + "a long story without an end " * 60_000


def _encoded(body: bytes, coding: str) -> bytes:
    return page(body, "text/html", "200 OK", f"Content-Encoding: {coding}")


def _sitemap_bomb(path: str) -> bytes | None:
    if path == "/robots.txt":
        return page("Sitemap: http://sitemap-bomb-attack.org/sitemap.xml.gz\n", "text/plain")
    return page(_gzip_bomb(), "application/gzip") if path == "/sitemap.xml.gz" else page("<html>front</html>")


def attacks() -> tuple[Attack, ...]:
    """The attacks of this file."""
    deep = "<div>" * 600_000
    attributes = "<body " + " ".join(f"a{number}=1" for number in range(300_000)) + ">"
    tags = "<script" * 500_000
    return (
        Attack("gzip-bomb", "a megabyte of gzip that unfolds to a gigabyte", front(_encoded(_gzip_bomb(), "gzip")), _CUT),
        Attack("gzip-members", "150,000 empty gzip members", front(_encoded(_empty_members(), "gzip")), "empty page"),
        Attack("layered-bomb", "gzip in gzip in gzip", front(_encoded(_layers(), "gzip, gzip, gzip")), _CUT),
        Attack("brotli-bomb", "brotli that unfolds to 256 megabytes", front(_encoded(_brotli_bomb(), "br")), _CUT),
        Attack("zstd-bomb", "zstd that unfolds to a gigabyte", front(_encoded(_zstd_bomb(), "zstd")), _CUT),
        Attack("sitemap-bomb", "a packed sitemap that unfolds to a gigabyte", _sitemap_bomb),
        Attack("deep-nesting", "600,000 elements one in another", front(page(deep))),
        Attack("nested-text", "paragraphs in paragraphs around a long text", front(page(_paragraphs()))),
        Attack("attributes", "300,000 attributes in one tag", front(page(attributes))),
        Attack("open-tags", "500,000 tags that never end", front(page(tags))),
        Attack("open-comments", "a million comments and quotes that never end", front(page("<!--'\"" * 600_000))),
        Attack("script-comments", "a million beginnings of a comment in a script", front(page("<script>" + "/*" * 1_500_000))),
        Attack("anchors", "300,000 places at which an id may begin", front(page("GTM- UA-1 G-A pub-1 " * 150_000))),
        Attack("at-signs", "a million addresses that are none", front(page("a@a.a@" * 600_000))),
        Attack("entities", "a million character references", front(page("&#x41;&amp" * 350_000))),
    )
