"""What stands in footers and menus, with the site's own name taken out: notices and imprints are copied from site to site."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.dom import words
from fingerprints.indicators._template import fingerprint, own, sample
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan

BOILERPLATE_SIMHASH = Kind(
    name="boilerplate-simhash",
    family="template",
    title="Text of footers and menus (64-bit simhash)",
    example="inner-0209cde24cf0b0b1",
    source="Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002; distances measured on real pages",
    m=0.3,
    cap=3.0,
    links=False,
    traps="Menus of one language are like each other, and themes bring a footer of their own.",
)
_FEWEST = 8
_MOST_WORDS = 4000


def phrases(scan: Scan) -> set[str]:
    """Three words at a time of each piece of text, and shorter pieces whole, without the words of the site's own name."""
    name = set(words(scan.page.site.replace(".", " ").replace("-", " ")))
    for content, _, _, _ in scan.metas("og:site_name"):
        name.update(words(content[:100]))
    found: set[str] = set()
    left = _MOST_WORDS
    for piece in scan.dom.boilerplate():
        said = [word for word in words(piece) if word not in name]
        left -= len(said)
        if left < 0:
            break
        found.update(" ".join(said[at : at + 3]) for at in range(max(1, len(said) - 2)) if said)
    return found


def _read(scan: Scan) -> Iterator[Found]:
    said = own(phrases(scan), "phrase")
    if len(said) >= _FEWEST:
        yield Found(BOILERPLATE_SIMHASH, fingerprint(scan.page, said), where=sample(said, "phrases of its own"))


KINDS = (BOILERPLATE_SIMHASH,)
RULES = (Reader(KINDS, _read),)
