"""A few files of a site besides its pages: scripts and style sheets of its own, its logo, an author's picture, WordPress's API.

All are asked for last, few of each, and only from the site's own hosts. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.options import Options
from crawler.urls import absolute
from fingerprints.indicators._template import common
from fingerprints.model import Page, Role
from fingerprints.scan import Scan, Tag
from fingerprints.sites import site_or_none

FILES = frozenset({Role.ASSET, Role.LOGO, Role.PORTRAIT, Role.PICTURE})
"""Documents of which no more than file_bytes are read."""
MOST_ARTICLES = 3
"""Articles in which authors' and articles' pictures are looked for."""
_MOST_OF_A_SORT = 5
_PUBLIC = re.compile(
    r"/wp-includes/|/wp-content/plugins/|/wp-content/cache/|/cdn-cgi/|/node_modules/|/(?:sites/all|core|misc)/|"
    r"(?:^|[/._-])(?:jquery|bootstrap|font-?awesome|swiper|slick|owl|modernizr|lazysizes|react|vue|angular|polyfill|normalize|"
    r"d3|moment|lodash|popper|fancybox|lightbox|magnific|analytics|gtm|vendors?|runtime|polyfills|chunk|embed)[._/-]",
    re.I,
)
"""Libraries and plug-ins that anybody has: https://developer.wordpress.org/plugins/ and measured on public pages."""
_DIGITS = re.compile(r"[0-9a-f]{12,64}|\d{1,64}")
_SOURCES = ("data-src", "data-lazy-src", "data-original", "src")
"""Where the address of a picture stands; those that load late have a placeholder in src."""
_OF_AN_AUTHOR = re.compile(rb"author|avatar|byline|autor|writer|reporter", re.I)
_API = "https://api.w.org/"
"""https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/"""
_API_PATHS = (
    "",
    "wp/v2/posts?per_page=10&_fields=id,guid,link,author,date_gmt",
    "wp/v2/users?per_page=20&_fields=id,name,slug,avatar_urls",
)


def nothing_at(root: str) -> str:
    """An address of the site at which there is nothing; the same in each crawl, and of a form that no rule of a server knows."""
    host = urlsplit(root).hostname or ""
    return f"{root}samehand-{hashlib.sha256(host.encode()).hexdigest()[:10]}"


def addresses(page: Page, options: Options) -> dict[str, tuple[str, ...]]:
    """What a page of a site shows and loads of the site's own, by the names of crawler.discover.Links.

    Args:
        page: the front page or an article.
        options: what is wanted.
    """
    scan = Scan(page)
    found: dict[str, tuple[str, ...]] = {}
    if options.assets and page.role is Role.FRONT:
        found["assets"] = _few(_assets(scan), page)
    if options.pictures:
        found |= _pictures(scan)
    if options.extras and page.role is Role.FRONT:
        found["wordpress"] = tuple(_wordpress(scan))
    return {name: urls for name, urls in found.items() if urls}


def _pictures(scan: Scan) -> dict[str, tuple[str, ...]]:
    images = list(scan.tags_named("img"))
    if scan.page.role is Role.FRONT:
        return {"logos": _few((_source(tag) for tag in images if b"logo" in tag.raw.lower()), scan.page)}
    shown = (content for content, _, _, _ in scan.metas("og:image"))
    return {
        "portraits": _few((_source(tag) for tag in images if _OF_AN_AUTHOR.search(tag.raw)), scan.page),
        "pictures": _few(shown, scan.page),
    }


def _source(tag: Tag) -> str:
    found = (tag.attributes.get(name, "").strip() for name in _SOURCES)
    return next((text for text in found if text and not text.startswith("data:")), "")


def _assets(scan: Scan) -> Iterator[str]:
    known = common("file")
    for tag in scan.tags_named("link", "script"):
        style = tag.name == "link" and "stylesheet" in tag.attributes.get("rel", "").lower().split()
        address = tag.attributes.get("href" if style else "src", "").strip() if style or tag.name == "script" else ""
        path = address.split("?", 1)[0]
        if path and not _PUBLIC.search(path) and _DIGITS.sub("0", urlsplit(path).path.lower()) not in known:
            yield address


def _wordpress(scan: Scan) -> Iterator[str]:
    for tag in scan.tags_named("link"):
        if _API.encode() in tag.raw and tag.attributes.get("rel", "").strip() == _API:
            root = absolute(scan.page.final_url, tag.attributes.get("href", ""))
            if root and site_or_none(root) == scan.page.site and root.endswith("/wp-json/"):
                yield from (root + path for path in _API_PATHS)
            return


def _few(found: Iterator[str], page: Page) -> tuple[str, ...]:
    """The first addresses that are the site's own."""
    kept: dict[str, None] = {}
    for text in found:
        url = absolute(page.final_url, text) if text else None
        if url and site_or_none(url) == page.site:
            kept.setdefault(url)
        if len(kept) == _MOST_OF_A_SORT:
            break
    return tuple(kept)
