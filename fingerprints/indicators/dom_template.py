"""How a page is built: the exact hash of its elements that other systems exchange, and a simhash of its named places."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from fingerprints.indicators._template import fingerprint, own, sample
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan

DOM_HASH = Kind(
    name="dom-hash",
    family="template",
    title="DOM hash (AIL, Lookyloo)",
    example="c117a1bbb0482c0e8d1662ab8dc43ece",
    source="https://github.com/ail-project/ail-framework/blob/master/bin/lib/objects/DomHashs.py",
    proves=Proof.FACT,
    m=0.2,
    cap=4.0,
    traps="Pages of a theme without content: an error, a parking page, a form to log in.",
)
DOM_SIMHASH = Kind(
    name="dom-simhash",
    family="template",
    title="Template: named places in the page (64-bit simhash)",
    example="inner-d0d0ccd728186760",
    source="Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002; distances measured on real pages",
    m=0.4,
    cap=4.0,
    links=False,
    traps="A theme or a publishing system that is sold to many and that no table knows yet.",
)
_FEWEST_ELEMENTS = 60
"""A page of fewer elements says too little: short pages of strangers are built alike by chance."""
_FEWEST = 10


def _read(scan: Scan) -> Iterator[Found]:
    tags = scan.dom.tags
    if len(tags) < _FEWEST_ELEMENTS:
        return
    digest = hashlib.sha256("|".join(tags).encode()).hexdigest()[:32]
    yield Found(DOM_HASH, digest, where=f"{len(tags)} elements in their order")
    paths = own(scan.dom.paths, "path")
    if len(paths) >= _FEWEST:
        yield Found(DOM_SIMHASH, fingerprint(scan.page, paths), where=sample(paths, "named places of its own"))


KINDS = (DOM_HASH, DOM_SIMHASH)
RULES = (Reader(KINDS, _read),)
