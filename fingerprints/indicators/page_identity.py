"""What a page calls itself and whose files it is dressed in: by both together a copy of another site is recognised.

A copy made without a canonical link keeps its original's name and goes on loading the original's styles, scripts and images.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

SITE_NAME = Kind(
    name="site-name",
    family="text",
    title="Name the page gives its site",
    example="Nordfunk Post",
    source="https://ogp.me/#optional",
    proves=Proof.FACT,
    links=False,
)
ASSETS_FROM = Kind(
    name="assets-from",
    family="hosting",
    title="Other site that nearly all styles, scripts and images come from",
    example="nordfunk-post.com",
    source="https://html.spec.whatwg.org/multipage/semantics.html",
    proves=Proof.FACT,
    links=False,
)
_FEWEST = 3
_SHARE = 0.6
"""Of the absolute addresses of styles, scripts and images, at least this share comes from the one other site."""
_LONGEST_NAME = 100


def _names(scan: Scan) -> Iterator[Found]:
    for content, start, end, _ in scan.metas("og:site_name"):
        name = " ".join(content.split())
        if 2 <= len(name) <= _LONGEST_NAME:
            yield Found(SITE_NAME, name, start, end, "og:site_name")


def _assets(scan: Scan) -> Iterator[Found]:
    counts: Counter[str] = Counter()
    for tag in scan.tags_named("script", "link", "img"):
        if b"//" not in tag.raw and b"&" not in tag.raw:
            continue  # no absolute address
        address = tag.attributes.get("href" if tag.name == "link" else "src", "").strip()
        dress = tag.name != "link" or {"stylesheet", "icon"} & set(tag.attributes.get("rel", "").lower().split())
        if dress and address.startswith(("http://", "https://", "//")):
            site = site_or_none(f"https:{address}" if address.startswith("//") else address)
            if site:
                counts[site] += 1
    if not counts:
        return
    site, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if site != scan.page.site and count >= _FEWEST and count >= _SHARE * counts.total() and not counts[scan.page.site]:
        yield Found(ASSETS_FROM, site, where=f"{count} of {counts.total()} absolute addresses")


KINDS = (SITE_NAME, ASSETS_FROM)
RULES = (
    Reader((SITE_NAME,), _names, needs=("og:site_name",)),
    Reader((ASSETS_FROM,), _assets, needs=("og:site_name",)),
)
