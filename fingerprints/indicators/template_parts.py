"""A few of the places and names that a page's template has for itself: the same few of every page that is built alike.

Two pages of one publishing system differ in what stands on them, so that fingerprints of the whole are far apart. Of the names
that are not everybody's, a fixed part is taken by their hash (one-permutation MinHash: Li, Owen, Zhang, NIPS 2012), and of two
pages that have a fifth of their names in common some of these are the same. Pages of public systems are left out: their themes
and plug-ins are sold to many, and of 89 pairs of unrelated news sites that share such parts 80 are built with WordPress or Blogger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import mmh3

from fingerprints.indicators._template import common
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan

TEMPLATE_PART = Kind(
    name="template-part",
    family="template",
    title="Template: one of the places or pairs of names that it alone has",
    example="article.qv-tile>p.qv-byline",
    source="Measured on public pages: of 87 pairs of news sites that share two such parts or more, 86 are of one publisher.",
    proves=Proof.FACT,
    m=0.4,
    cap=4.0,
    links=False,
    traps="A publishing system that is sold to many and that no table knows yet.",
)
_PLACES = 16
_PAIRS = 16
_FEWEST = 10
_LONGEST = 120
_OF_PUBLIC_SYSTEMS = (
    *(b"/wp-content/", b"/wp-includes/", b".blogger.com", b"parastorage.com", b"static.squarespace", b"static1.squarespace"),
    *(
        b"cdn.shopify",
        b"editmysite.com",
        b"assets.tumblr",
        b"jimstatic",
        b"website-files.com",
        b"/media/com_",
        b"/components/com_",
    ),
)
"""WordPress, Blogger, Wix, Squarespace, Shopify, Weebly, Tumblr, Jimdo, Webflow, Joomla: by the addresses of their files."""


def _chosen(features: Collection[str], bins: int) -> dict[int, str]:
    """In each of so many bins the feature with the least hash; the same in all sets that hold it and nothing less."""
    by_hash = {mmh3.hash64(feature, signed=False)[0]: feature for feature in features}
    least: dict[int, str] = {}
    for number in sorted(by_hash):
        least.setdefault(number % bins, by_hash[number])
        if len(least) == bins:
            break
    return least


def parts(scan: Scan) -> Iterator[str]:
    """The parts, places first; none of a page that says too little of its own."""
    places, names = scan.dom.paths - common("path"), scan.dom.vocabulary - common("name")
    if len(places) >= _FEWEST:
        yield from (place for place in _chosen(places, _PLACES).values() if len(place) <= _LONGEST)
    if len(names) >= _FEWEST:
        chosen = _chosen(names, 2 * _PAIRS)
        pairs = ((chosen.get(at, ""), chosen.get(at + 1, "")) for at in range(0, 2 * _PAIRS, 2))
        yield from (f"{one} {other}" for one, other in pairs if one and other)


def _read(scan: Scan) -> Iterator[Found]:
    files = b"\n".join(tag.raw for tag in scan.tags_named("script", "link"))
    if not any(mark in files for mark in _OF_PUBLIC_SYSTEMS):
        yield from (Found(TEMPLATE_PART, part, where="chosen by its hash") for part in parts(scan))


KINDS = (TEMPLATE_PART,)
RULES = (Reader(KINDS, _read),)
