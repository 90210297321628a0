"""What a page looks like in a browser: a perceptual hash of the small picture that a crawl with --render takes of it."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._picture import SIDE, hash_of, small_grey
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

PHASH = Kind(
    name="screenshot-phash",
    family="template",
    title="Look of a page (64-bit perceptual hash)",
    example="cb4b3478347079b6",
    source="https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html",
    proves=Proof.FACT,
    m=0.2,
    cap=3.0,
    links=False,
    traps="Pages of one stock theme without their pictures, error pages, consent walls, empty pages.",
)
_FLATTEST = 4.0
"""Standard deviation of the brightness below which a page is empty: all empty pages would look alike."""
_MOST_POINTS = 500_000
"""A crawl's own have 256 by 160 (crawler/render); what has more than this is none of them."""


def _read(scan: Scan) -> Iterator[Found]:
    """A record that holds no picture is damaged: that is a failure, and no empty page."""
    shades, (width, height) = small_grey(scan.page.body, _MOST_POINTS)
    if min(width, height) >= SIDE and shades.std() >= _FLATTEST:
        yield Found(PHASH, hash_of(shades), where=f"picture of {width} by {height} points")


KINDS = (PHASH,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.SCREENSHOT})),)
