"""WordPress: the theme and the plug-ins whose files a page loads, with their versions, where its uploads lie, and what made the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.indicators.base import HTML, SLASH, Found, Kind, Pattern, Proof, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

_SOURCE = "https://developer.wordpress.org/themes/core-concepts/theme-structure/"
THEME = Kind(
    "wordpress-theme",
    "template",
    "WordPress theme",
    "gazette-nova",
    _SOURCE,
    proves=Proof.FACT,
    m=0.5,
    cap=4.0,
    traps="Themes are sold to thousands.",
)
PLUGIN = Kind("wordpress-plugin", "software", "WordPress plug-in", "nordfunk-player", _SOURCE, proves=Proof.FACT, links=False)
GENERATOR = Kind(
    "generator",
    "software",
    "Generator",
    "WordPress 6.5.2",
    "https://html.spec.whatwg.org/multipage/semantics.html#meta-generator",
    proves=Proof.FACT,
    links=False,
)
PLUGIN_SET = Kind(
    "wordpress-plugin-set",
    "template",
    "Plug-ins and theme of WordPress with their versions",
    "e2082dd1e4f70c2a",
    _SOURCE,
    proves=Proof.FACT,
    m=0.2,
    cap=4.0,
    traps="A host that installs and updates the same plug-ins for all its customers.",
)
UPLOADS = Kind(
    "wordpress-uploads",
    "hosting",
    "Site in whose WordPress uploads a page's pictures lie",
    "nordfunk-post.com",
    "https://developer.wordpress.org/advanced-administration/wordpress/wp-config/#moving-uploads-folder",
    proves=Proof.FACT,
    m=0.3,
    cap=5.0,
    traps="Pictures of a partner, of an agency or of a site that an article is taken from.",
)
MULTISITE = Kind(
    "wordpress-multisite",
    "platform",
    "Number of the site in its WordPress network",
    "14",
    "https://developer.wordpress.org/advanced-administration/multisite/",
    proves=Proof.FACT,
    links=False,
)
_NAME = rb"([A-Za-z0-9][A-Za-z0-9_.-]{1,60})(?=" + SLASH + rb")"


def _generator(scan: Scan) -> Iterator[Found]:
    for content, start, end, _ in scan.metas("generator"):
        if 2 <= len(content) <= 120:
            yield Found(GENERATOR, " ".join(content.split()), start, end, "meta generator")


_VERSIONED = re.compile(
    rb"wp-content/(?:mu-)?(plugins|themes)/([A-Za-z0-9][A-Za-z0-9_.-]{1,60})/[^\s\"'<>?]{1,200}\?[^\s\"'<>]{0,40}?\bver=([0-9][0-9A-Za-z.-]{0,20})"
)
_PROXIES = frozenset(
    {"wp.com", "s3.amazonaws.com", "wpengine.com", "wpenginepowered.com", "sg-host.com", "kinsta.cloud", "cloudwaysapps.com",
     "cdn.ampproject.org", "feedspot.com"}
)  # fmt: skip
"""Hosts and networks that carry the uploads of anybody; a badge that blogs show."""
_FEWEST_PARTS = 4
"""Plug-ins with a version, below which strangers have the same ones."""
_UPLOADS = b"/wp-content/uploads/"
_NETWORK = re.compile(rb"sites/(\d{1,6})/")
_LONGEST_HOST = 150
_HOST = re.compile(rb"[A-Za-z0-9.-]{4,100}")
_MOST_FILES = 500
_ELSEWHERE = re.compile(r"^<a |data-item")
_TIME = re.compile(rb"\d{6}")
"""Six digits in a row are no version but the time at which a file was written."""


def _plugin_set(scan: Scan) -> Iterator[Found]:
    found: dict[tuple[str, str], set[str]] = {}
    for match in islice(_VERSIONED.finditer(scan.body), _MOST_FILES):
        if not _TIME.search(match[3]):
            found.setdefault((match[1].decode(), match[2].decode().lower()), set()).add(match[3].decode())
    # Many versions of one plug-in's files are those of the libraries that it brings; none is its own.
    parts = sorted(f"{sort}/{name}/{min(versions)}" for (sort, name), versions in found.items() if len(versions) == 1)
    if len(parts) >= _FEWEST_PARTS:
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        yield Found(PLUGIN_SET, digest, where=f"{len(parts)} versions, among them {', '.join(parts[:5])}"[:300])


def _uploads(scan: Scan) -> Iterator[Found]:
    """Whose uploads a page shows. A site's own are told as well: so a site and the sibling that borrows from it agree."""
    told: set[tuple[Kind, str]] = set()
    sites: dict[bytes, str | None] = {}
    at = scan.body.find(_UPLOADS)
    for _ in range(_MOST_FILES):
        if at < 0:
            return
        start = scan.body.rfind(b"//", max(0, at - _LONGEST_HOST), at) + 2
        host = scan.body[start:at].split(b"/", 1)[0] if start > 1 else b""
        if host not in sites:
            sites[host] = site_or_none(f"https://{host.decode('ascii', 'replace')}/") if _HOST.fullmatch(host) else None
        site = sites[host]
        if site and (UPLOADS, site) not in told and site not in _PROXIES and _shows(scan, site, start):
            told.add((UPLOADS, site))
            yield Found(UPLOADS, site, start, start + len(host), "uploads")
        network = _NETWORK.match(scan.body, at + len(_UPLOADS)) if site == scan.page.site else None
        if network and (MULTISITE, network[1].decode()) not in told:
            told.add((MULTISITE, network[1].decode()))
            yield Found(MULTISITE, network[1].decode(), *network.span(1), "uploads")
        at = scan.body.find(_UPLOADS, at + len(_UPLOADS))


def _shows(scan: Scan, site: str, offset: int) -> bool:
    """Whether the page shows this picture itself: a link to a document, or a recommendation (Taboola's), says nothing."""
    return site == scan.page.site or not _ELSEWHERE.search(scan.context(offset))


KINDS = (THEME, PLUGIN, GENERATOR, PLUGIN_SET, UPLOADS, MULTISITE)
RULES = (
    Pattern(THEME, ("wp-content",), rb"wp-content" + SLASH + rb"themes" + SLASH + _NAME, str.lower, "theme file", roles=HTML),
    Pattern(
        PLUGIN,
        ("wp-content",),
        rb"wp-content" + SLASH + rb"(?:mu-)?plugins" + SLASH + _NAME,
        str.lower,
        "plug-in file",
        roles=HTML,
    ),
    Reader((GENERATOR,), _generator, needs=("generator",)),
    Reader((PLUGIN_SET,), _plugin_set, needs=("/wp-content/plugins/",)),
    Reader((UPLOADS, MULTISITE), _uploads, needs=("/wp-content/uploads/",)),
)
