"""What a document of a foreign archive is for, told from its address and its content."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fingerprints.model import Role

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_VAGUE_TYPES = frozenset({"", "text/plain", "text/xml", "application/xml", "application/octet-stream", "unknown/unknown"})
"""Types under which servers send anything: the content decides."""
_LOOK = 2048
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|script)[\s>/]", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|rdf:RDF|feed)[\s>]")
_SITEMAP_ROOT = re.compile(rb"<(?:urlset|sitemapindex)[\s>]")
_ICON_PATH = re.compile(r"/(?:favicon|apple-touch-icon|icon)[^/]{0,60}\.(?:ico|png|gif|jpe?g|svg|webp)$")
CONTROL_FILES = (
    "/.well-known/assetlinks.json",
    "/.well-known/apple-app-site-association",
    "/.well-known/security.txt",
    "/BingSiteAuth.xml",
)
"""Where the files of Role.CONTROL lie."""
_TEXT_FILES = {
    "/robots.txt": Role.ROBOTS,
    "/ads.txt": Role.ADS_TXT,
    "/app-ads.txt": Role.ADS_TXT,
    **dict.fromkeys(map(str.lower, CONTROL_FILES), Role.CONTROL),
}


def role_of(url: str, content_type: str, body: bytes) -> Role | None:
    """The role of a document, or None for one that no extractor reads (a style sheet, a script, a photograph).

    Args:
        url: an absolute address.
        content_type: the header's value, or an empty string.
        body: decoded; its beginning decides where the type says little.
    """
    parts = urlsplit(url)
    path = parts.path.lower()
    media = content_type.split(";", 1)[0].strip().lower()
    if path in _TEXT_FILES:
        return _TEXT_FILES[path]
    if path.startswith("/wp-json/"):
        return Role.WORDPRESS
    if path == "/favicon.ico" or (media.startswith("image/") and _ICON_PATH.search(path)):
        return Role.FAVICON
    if media in _FEED_TYPES:
        return Role.FEED
    role = _by_content(media, body)
    if role is Role.OTHER and path in ("", "/") and not parts.query:
        return Role.FRONT
    return role


def is_html(content_type: str, body: bytes) -> bool:
    """Whether this is a page of HTML, by its type or, where that says little, by its beginning."""
    media = content_type.split(";", 1)[0].strip().lower()
    return media in _HTML_TYPES or (media in _VAGUE_TYPES and _HTML.search(body[:_LOOK]) is not None)


def _by_content(media: str, body: bytes) -> Role | None:
    if media in _HTML_TYPES:
        return Role.OTHER
    if media not in _VAGUE_TYPES:
        return None
    start = body[:_LOOK]
    if _SITEMAP_ROOT.search(start):
        return Role.SITEMAP
    if _FEED_ROOT.search(start):
        return Role.FEED
    return Role.OTHER if _HTML.search(start) else None
