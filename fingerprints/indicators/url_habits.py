"""Habits that stay when accounts change: how articles' addresses are made, feeds and sitemaps are built, what robots.txt says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

URL_PATTERN = Kind(
    name="url-pattern",
    family="habit",
    title="Pattern of an article's address",
    example="/{year}/{month}/{slug}-{n}.html",
    source="https://wordpress.org/documentation/article/customize-permalinks/ and addresses of real pages",
    proves=Proof.FACT,
    m=0.4,
    cap=2.5,
    traps="A publishing system's own pattern.",
)
FEED_GENERATOR = Kind(
    name="feed-generator",
    family="habit",
    title="What made the feed",
    example="wordpress.org/?v=6.5.2",
    source="https://www.rssboard.org/rss-specification#optionalChannelElements",
    proves=Proof.FACT,
    m=0.3,
    cap=2.5,
    traps="A publishing system of the same version.",
)
ROBOTS_RULES = Kind(
    name="robots-rules",
    family="habit",
    title="Rules of robots.txt, without the site's own addresses",
    example="c59d5886f7be80d9",
    source="https://www.rfc-editor.org/rfc/rfc9309",
    proves=Proof.FACT,
    m=0.3,
    cap=2.5,
    traps="A publishing system's or a plug-in's own robots.txt.",
)
FEED_SHAPE = Kind(
    name="feed-shape",
    family="habit",
    title="Elements of the feed and of its items, in their order",
    example="6970437837bb0cd6",
    source="https://www.rssboard.org/rss-specification and https://www.rfc-editor.org/rfc/rfc4287",
    proves=Proof.FACT,
    m=0.4,
    cap=2.0,
    traps="A publishing system's own feed.",
)
SITEMAP_SHAPE = Kind(
    name="sitemap-shape",
    family="habit",
    title="Names of a sitemap's parts, or the elements of its entries",
    example="25c37ce53830dbf4",
    source="https://www.sitemaps.org/protocol.html",
    proves=Proof.FACT,
    m=0.4,
    cap=2.0,
    traps="A publishing system's or a plug-in's own sitemap.",
)
_GENERATOR = re.compile(rb"<generator[^>]{0,300}>([^<]{2,200})</generator>", re.I)
_NUMBER = re.compile(r"\d")
_MONTHS = frozenset(f"{month:02}" for month in range(1, 13)) | {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}  # fmt: skip
_FEWEST_RULES = 3
_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_ELEMENT = re.compile(rb"<([A-Za-z][A-Za-z0-9:_-]{0,40})[\s/>]")
_LOCATION = re.compile(rb"<loc>\s{0,9}(?:<!\[CDATA\[)?([^<>\]\s]{1,500})")
_STYLE = re.compile(rb"<\?xml-stylesheet[^>]{0,200}?href=[\"']([^\"'>]{1,200})")
_SPACE = re.compile(rb"xmlns:([a-z0-9]{1,20})=")
_NUMBER_RUN = re.compile(r"\d{1,30}")
_ITEMS = 10
_ITEM_BYTES = 4000
_PARTS = 200
_LOOK = 4096
_MOST_ELEMENTS = 5000


def pattern(url: str) -> str | None:
    """The form of an article's address: /{year}/{month}/{slug}-{n}.html. None for an address that is no article's."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    parts = path.strip("/").split("/")
    if not any(len(part) > 15 or _NUMBER.search(part) for part in parts) or len(parts) > 8:
        return None
    shown = "/".join(map(_part, parts))
    return f"/{shown}/" if path.endswith("/") else f"/{shown}"


def _part(part: str) -> str:
    name, dot, suffix = part.rpartition(".")
    if dot and suffix.isascii() and suffix.isalpha() and len(suffix) <= 5:
        return f"{_part(name)}.{suffix.lower()}"
    if part.isdigit() and len(part) == 4 and part[:2] in ("19", "20"):
        return "{year}"
    if part.lower() in _MONTHS:
        return "{month}"
    if part.isdigit():
        return "{day}" if len(part) <= 2 else "{n}"
    words = ["{n}" if word.isdigit() else "{w}" for word in re.split(r"[-_ ]", part)]
    if len(words) == 1:
        return "{word}"
    first = "{n}-" if words[0] == "{n}" else ""
    last = "-{n}" if words[-1] == "{n}" else ""
    return f"{first}{{slug}}{last}"


def _url(scan: Scan) -> Iterator[Found]:
    found = pattern(scan.page.final_url)
    if found and (found.count("{") >= 2 or "slug" in found):
        yield Found(URL_PATTERN, found, where="address")


def _feed(scan: Scan) -> Iterator[Found]:
    match = _GENERATOR.search(scan.body)
    if match:
        text = " ".join(match[1].decode("utf-8", "replace").split()).removeprefix("https://").removeprefix("http://")
        if len(text) >= 2 and text.isprintable() and scan.page.site not in text:
            yield Found(FEED_GENERATOR, text[:120], match.start(1), match.end(1), "generator of the feed")


def _robots(scan: Scan) -> Iterator[Found]:
    lines = (line.split(b"#", 1)[0].strip() for line in scan.body[:100_000].splitlines())
    rules = [b" ".join(line.lower().split()) for line in lines if line and not line.lower().startswith((b"sitemap", b"host"))]
    rules = [rule for rule in rules if b":" in rule]
    if len(rules) >= _FEWEST_RULES:
        yield Found(ROBOTS_RULES, hashlib.sha256(b"\n".join(rules)).hexdigest()[:16], where=f"{len(rules)} lines of robots.txt")


def _feed_shape(scan: Scan) -> Iterator[Found]:
    """The head's elements in order; of the items, those that any of the first few has, since they may be left out."""
    first = _ITEM.search(scan.body)
    if first is None:
        return
    head = _element_names(scan.body, 0, first.start())
    last = [match.end() for match in islice(_ITEM.finditer(scan.body), _ITEMS)][-1]
    items = sorted(set(_element_names(scan.body, first.start(), min(len(scan.body), last + _ITEM_BYTES))))
    yield _shape(FEED_SHAPE, [*head, "|", *items])


def _sitemap_shape(scan: Scan) -> Iterator[Found]:
    if b"<sitemapindex" in scan.body[:_LOOK]:
        places = (
            unquote(urlsplit(match[1].decode("utf-8", "replace")).path) for match in islice(_LOCATION.finditer(scan.body), _PARTS)
        )
        parts = sorted({_NUMBER_RUN.sub("0", place.replace(scan.page.site, "{site}")) for place in places})
        if parts:
            yield _shape(SITEMAP_SHAPE, ["index", *parts])
    else:
        names = sorted(set(_element_names(scan.body, 0, _ITEM_BYTES * _ITEMS)))
        if "loc" in names:
            yield _shape(SITEMAP_SHAPE, [*names, *sorted(_stylesheet(scan))])


def _stylesheet(scan: Scan) -> Iterator[str]:
    """The style sheet's file and the namespaces: what made the sitemap."""
    yield from (
        match[1].decode("ascii", "replace").rpartition("/")[2] for match in islice(_STYLE.finditer(scan.body, 0, _LOOK), 1)
    )
    yield from (match[1].decode("ascii", "replace") for match in islice(_SPACE.finditer(scan.body, 0, _LOOK), 20))


def _element_names(body: bytes, start: int, end: int) -> list[str]:
    return list(
        dict.fromkeys(match[1].decode("ascii").lower() for match in islice(_ELEMENT.finditer(body, start, end), _MOST_ELEMENTS))
    )


def _shape(kind: Kind, parts: list[str]) -> Found:
    return Found(kind, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16], where=", ".join(parts)[:300])


KINDS = (URL_PATTERN, FEED_GENERATOR, ROBOTS_RULES, FEED_SHAPE, SITEMAP_SHAPE)
RULES = (
    Reader((URL_PATTERN,), _url, roles=frozenset({Role.ARTICLE, Role.OTHER})),
    Reader((FEED_GENERATOR,), _feed, roles=frozenset({Role.FEED})),
    Reader((ROBOTS_RULES,), _robots, roles=frozenset({Role.ROBOTS})),
    Reader((FEED_SHAPE,), _feed_shape, roles=frozenset({Role.FEED}), needs=("<item", "<entry")),
    Reader((SITEMAP_SHAPE,), _sitemap_shape, roles=frozenset({Role.SITEMAP}), needs=("<loc>",)),
)
