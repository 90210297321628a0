"""What a fetched document leads to: pages about the site, articles, feeds, sitemaps, icons. Pure.

Document order is kept and every list is bounded, so that the same documents always lead to the same requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import words
from crawler.urls import absolute
from fingerprints.bounded import MOST_TAGS, beginning
from fingerprints.content import decode
from fingerprints.model import Page, Role
from fingerprints.sites import site_or_none

MOST_ANCHORS = 3000
"""Links of one page that are looked at."""
MOST_KEPT = 300
"""Addresses of one sort that are kept from one document."""
_MOST_SITEMAP_BYTES = 4_000_000

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|atom|pdf|zip|gz|rar|mp3|mp4|avi|mov|docx?|xlsx?|pptx?|apk|exe|woff2?)$",
    re.I,
)
_NO_ARTICLE = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies|ia|ie)|kategori[ae]?|authors?|autor|users?|profile|search|suche|buscar|login|log-in|signin|"
    r"sign-in|signup|register|account|cart|checkout|shop|subscribe|newsletter|feeds?|rss|page|comments?|wp-(?:admin|login|json|content)|"
    r"xmlrpc|share|print|amp|embed|archives?|sitemap|cdn-cgi)(?:[/.]|$)|/comment-page-|\.php/feed",
    re.I,
)
_DATE = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]|\b)")
_TRACKING = re.compile(r"^(?:utm_|fbclid$|gclid$|yclid$|mc_[ce]id$|igshid$|ref$|replytocom$)")
_REFRESH = re.compile(r"\s*(\d{1,4})(?:\.\d{0,3})?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]{1,2000})", re.I)
_LONGEST_REFRESH = 10
"""Seconds; a page that reloads later is read, not passed through."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses, each list in document order and without repeats."""

    about: tuple[str, ...] = ()
    """Of the same site, best first: imprint, contact, about, privacy."""
    articles: tuple[str, ...] = ()
    """Of the same site, and looking like articles."""
    others: tuple[str, ...] = ()
    """Other pages of the same site."""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    icons: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()
    """Where the page itself sends its reader on, at most one, of the same site."""
    containers: tuple[str, ...] = ()
    """Tag containers that the page loads, wherever they lie (see crawler.containers)."""
    assets: tuple[str, ...] = ()
    """Scripts and style sheets of the site's own; this and the next four by crawler.extras."""
    logos: tuple[str, ...] = ()
    portraits: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    wordpress: tuple[str, ...] = ()
    """What WordPress is asked for, where the page was made by it."""

    def as_dict(self) -> dict[str, list[str]]:
        """For JSON: the lists that hold something."""
        return {name: list(value) for name in _SORTS if (value := getattr(self, name))}

    def joined(self, other: Links) -> Links:
        """The addresses of both, these first."""
        return Links(
            **{one.name: tuple(dict.fromkeys((*getattr(self, one.name), *getattr(other, one.name)))) for one in fields(self)}
        )

    @classmethod
    def of_dict(cls, value: dict[str, list[str]]) -> Self:
        """What as_dict gave."""
        return cls(**{field.name: tuple(value.get(field.name, ())) for field in fields(cls)})


_SORTS = tuple(one.name for one in fields(Links))


def links_of(page: Page) -> Links:
    """What a document leads to, by its role."""
    if page.role is Role.FEED:
        return Links(articles=_own(page, _feed_links(page)))
    if page.role is Role.SITEMAP:
        return _sitemap(page)
    return _html(page) if page.role.is_page else Links()


def looks_like_article(url: str, text: str = "") -> bool:
    """Whether an address, with the text of its link, is an article's rather than a section's."""
    parts = urlsplit(url)
    path = parts.path
    if path in ("", "/") and not parts.query:
        return False
    if _NO_ARTICLE.search(path) or _NO_PAGE.search(path):
        return False
    if _DATE.search(path):
        return True
    slug = next((segment for segment in reversed(path.split("/")) if segment), "")
    stem = slug.rsplit(".", 1)[0]
    if stem.count("-") >= 3 or stem.count("_") >= 3 or re.search(r"\d{4,}", stem):
        return True
    if re.search(r"(?:^|&)(?:p|id|article|news|story|nid|newsid)=\d+", parts.query, re.I):
        return True
    return len(text) >= 30 and len(text.split()) >= 4


def _html(page: Page) -> Links:
    tree = LexborHTMLParser(beginning(page.body, MOST_TAGS))
    base = _base(tree, page.final_url)
    about: dict[str, int] = {}
    articles: dict[str, None] = {}
    others: dict[str, None] = {}
    for url, text in _anchors(tree, base, page.site):
        sort = _sort_of(url, text)
        if isinstance(sort, int):
            about.setdefault(url, sort)
        elif sort is Role.ARTICLE:
            articles.setdefault(url)
        elif sort is Role.OTHER:
            others.setdefault(url)
    own = page.final_url
    rels = _rels(tree)
    return Links(
        about=tuple(_spread({url: rank for url, rank in about.items() if url != own}))[:MOST_KEPT],
        articles=tuple(url for url in articles if url != own and url not in about)[:MOST_KEPT],
        others=tuple(url for url in others if url not in (own, *_fronts(own)) and url not in about and url not in articles)[
            :MOST_KEPT
        ],
        feeds=tuple(dict.fromkeys(_feeds(rels, base, page.site)))[:3],
        icons=tuple(dict.fromkeys(_icons(rels, base)))[:3],
        refresh=tuple(_refresh(tree, base, page))[:1],
    )


@lru_cache(maxsize=8192)  # a site's menu stands on each of its pages
def _sort_of(url: str, text: str) -> int | Role | None:
    """What a link leads to: a page about the site, by its rank, an article, another page, or nothing to read."""
    rank = words.about_rank(url, text)
    if rank is not None:
        return rank
    if looks_like_article(url, text):
        return Role.ARTICLE
    return None if _NO_PAGE.search(urlsplit(url).path) else Role.OTHER


def _anchors(tree: LexborHTMLParser, base: str, site: str) -> Iterator[tuple[str, str]]:
    here = urljoin(base, "/")
    for node in tree.css("a[href]")[:MOST_ANCHORS]:
        attributes = node.attributes  # made anew each time it is asked for
        href = attributes.get("href") or ""
        # From the site's root on, so that the menu's links are worked out once and not on each of its pages.
        url = _own_link(here if href.startswith("/") else base, href, site)
        if url is not None:
            yield url, _text(node, attributes)


@lru_cache(maxsize=8192)  # as above
def _own_link(base: str, href: str, site: str) -> str | None:
    """Where a link leads, if it stays on the site."""
    url = absolute(base, href)
    return _untracked(url) if url is not None and site_or_none(url) == site else None


def _text(node: LexborNode, attributes: dict[str, str | None]) -> str:
    text = " ".join((node.text(deep=True) or "")[:400].split())
    return text or (attributes.get("title") or attributes.get("aria-label") or "")[:200].strip()


def _untracked(url: str) -> str:
    """Without the parameters that tell where a visitor came from: one article, one request."""
    if "?" not in url:
        return url
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def _spread(ranked: dict[str, int]) -> list[str]:
    """One of each group in turn, so that six requests see more than six privacy pages."""
    counts: dict[int, int] = {}
    order: list[tuple[int, int, int, str]] = []
    for position, (url, rank) in enumerate(ranked.items()):
        order.append((counts.get(rank, 0), rank, position, url))
        counts[rank] = counts.get(rank, 0) + 1
    return [url for _, _, _, url in sorted(order)]


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return (absolute(url, node.attributes.get("href") or "") if node is not None else None) or url


_Rels = list[tuple[set[str], dict[str, str | None]]]


def _rels(tree: LexborHTMLParser) -> _Rels:
    found = [node.attributes for node in tree.css("link[rel][href]")[:200]]
    return [(set((attributes.get("rel") or "").lower().split()), attributes) for attributes in found]


def _feeds(rels: _Rels, base: str, site: str) -> Iterator[str]:
    for rel, attributes in rels:
        if "alternate" in rel and (attributes.get("type") or "").strip().lower() in _FEED_TYPES:
            url = absolute(base, attributes.get("href") or "")
            if url and site_or_none(url) == site and "comments" not in url:
                yield url


def _icons(rels: _Rels, base: str) -> Iterator[str]:
    for rel, attributes in rels:
        if "icon" in rel:
            url = absolute(base, attributes.get("href") or "")
            if url:
                yield url


def _refresh(tree: LexborHTMLParser, base: str, page: Page) -> Iterator[str]:
    for node in tree.css("meta[http-equiv][content]")[:50]:
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        match = _REFRESH.match(node.attributes.get("content") or "")
        if match and int(match[1]) <= _LONGEST_REFRESH:
            url = absolute(base, match[2])
            if url and url != page.final_url and site_or_none(url) == page.site:
                yield url


def _fronts(url: str) -> tuple[str, str]:
    host = urlsplit(url).netloc
    return f"https://{host}/", f"http://{host}/"


def _own(page: Page, found: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for text in found:
        url = absolute(page.final_url, text)
        if url and site_or_none(url) == page.site and not _NO_PAGE.search(urlsplit(url).path):
            kept.setdefault(_untracked(url))
        if len(kept) >= MOST_KEPT:
            break
    return tuple(kept)


def _xml(body: bytes) -> etree._Element | None:
    if body.startswith(b"\x1f\x8b"):
        body = decode(body, "", "gzip", _MOST_SITEMAP_BYTES).body
    # Entities stay unresolved and nothing is loaded: a feed is hostile like everything fetched.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _feed_links(page: Page) -> Iterator[str]:
    root = _xml(page.body)
    if root is None:
        return
    for item in root.iter("{*}item", "{*}entry"):
        for link in item.iterchildren("{*}link"):
            if link.get("rel", "alternate") == "alternate":
                yield link.get("href") or link.text or ""


def _sitemap(page: Page) -> Links:
    root = _xml(page.body)
    if root is None:
        return Links()
    pages = (location.text or "" for location in root.iterfind("{*}url/{*}loc"))
    own = _own(page, pages)
    children = [absolute(page.final_url, location.text or "") for location in root.iterfind("{*}sitemap/{*}loc")][:MOST_KEPT]
    named = [url for url in children if url and site_or_none(url) == page.site]
    # Of an index's parts the ones that hold posts are worth a request; the order of the index decides between them.
    posts = [url for url in named if re.search(r"post|news|article|story", url.rsplit("/", 1)[-1], re.I)]
    return Links(
        articles=tuple(url for url in own if looks_like_article(url)),
        others=tuple(url for url in own if not looks_like_article(url) and urlsplit(url).path not in ("", "/")),
        sitemaps=tuple(dict.fromkeys(posts or named))[:1],
    )
