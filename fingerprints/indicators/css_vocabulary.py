"""The names that a template gives its parts, wherever they stand: a redesign moves them and keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._template import fingerprint, own, sample
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan

CSS_SIMHASH = Kind(
    name="css-simhash",
    family="template",
    title="Template: class and id names (64-bit simhash)",
    example="inner-5644e260e8764e34",
    source="Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002; distances measured on real pages",
    m=0.4,
    cap=4.0,
    links=False,
    traps="A theme or a page builder that is sold to many and that no table knows yet.",
)
_FEWEST = 10


def _read(scan: Scan) -> Iterator[Found]:
    names = own(scan.dom.vocabulary, "name")
    if len(names) >= _FEWEST:
        yield Found(CSS_SIMHASH, fingerprint(scan.page, names), where=sample(names, "class and id names of its own"))


KINDS = (CSS_SIMHASH,)
RULES = (Reader(KINDS, _read),)
