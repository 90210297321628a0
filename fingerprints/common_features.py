"""Learns what everyone has: parts of templates that many unrelated sites share, so that fingerprints can leave them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from fingerprints.indicators.asset_paths import files
from fingerprints.indicators.boilerplate import phrases
from fingerprints.model import Page
from fingerprints.scan import Scan

FEWEST_OWNERS = 12
"""Of some three thousand: at four in a thousand a name is a theme's or a plug-in's and no hand's; tests/bench/templates.py
gives about the same recall and precision for five and for fifteen."""
FEWEST_OWNERS_OF_A_BODY = 3
"""The very same script or style on the pages of so many owners was handed to them by somebody else."""
_LONGEST = 120
_BODIES = frozenset({"script", "style"})


def learn(pages: Iterable[Page], owners: Mapping[str, str], fewest: int = FEWEST_OWNERS) -> Iterator[tuple[str, str, int]]:
    """(sort, feature, owners) of every feature that so many owners have: the rows of config/common_features.tsv, sorted.

    Args:
        pages: of unrelated sites.
        owners: site → owner as far as known; the sites of one owner count once.
        fewest: owners that make a feature common; of scripts and styles in the page three are enough.
    """
    holders: dict[tuple[str, str], set[str]] = {}
    for page in pages:
        owner = owners.get(page.site, page.site)
        for key in _features(Scan(page)):
            holders.setdefault(key, set()).add(owner)
    for (sort, feature), found in sorted(holders.items()):
        if len(found) >= (min(fewest, FEWEST_OWNERS_OF_A_BODY) if sort in _BODIES else fewest):
            yield sort, feature, len(found)


def _features(scan: Scan) -> Iterator[tuple[str, str]]:
    for sort, features in (
        ("path", scan.dom.paths),
        ("name", scan.dom.vocabulary),
        ("file", files(scan)),
        ("phrase", phrases(scan)),
    ):
        yield from ((sort, feature) for feature in features if len(feature) <= _LONGEST and "\t" not in feature)
    for region in scan.regions:
        if region.name in _BODIES:
            text = scan.body[scan.body.find(b">", region.start) + 1 : region.end].strip()
            yield region.name, hashlib.sha256(text).hexdigest()[:16]
