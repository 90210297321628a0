"""The scripts and style sheets that a page loads, by their paths: how its files are named and laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from fingerprints.indicators._template import fingerprint, own, sample
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

ASSET_SIMHASH = Kind(
    name="asset-simhash",
    family="template",
    title="Template: paths of scripts and style sheets (64-bit simhash)",
    example="inner-11ae973cbf440a18",
    source="Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002; distances measured on real pages",
    m=0.4,
    cap=4.0,
    links=False,
    traps="A publishing system or a bundle of plug-ins that is sold to many and that no table knows yet.",
)
_FEWEST = 5
_LONGEST = 120
_DIGITS = re.compile(r"[0-9a-f]{12,64}|\d{1,64}")


def files(scan: Scan) -> set[str]:
    """Paths of the files, numbers and digests as 0; those of other sites with their host."""
    found = set()
    for tag in scan.tags_named("script", "link"):
        attributes = tag.attributes
        if tag.name == "link" and "stylesheet" not in attributes.get("rel", "").lower():
            continue
        address = attributes.get("src" if tag.name == "script" else "href", "").strip()
        try:
            parts = urlsplit(urljoin(scan.page.final_url, address)) if address else None
            host = parts.hostname or "" if parts else ""
        except ValueError:
            continue
        if parts and host and parts.scheme in ("http", "https"):
            mine = site_or_none(f"https://{host}/") == scan.page.site
            path = _DIGITS.sub("0", parts.path.lower())[:_LONGEST]
            if path.isprintable() and " " not in path:
                found.add(path if mine else host.removeprefix("www.") + path)
    return found


def _read(scan: Scan) -> Iterator[Found]:
    paths = own(files(scan), "file")
    if len(paths) >= _FEWEST:
        yield Found(ASSET_SIMHASH, fingerprint(scan.page.role, paths), where=sample(paths, "files of its own"))


KINDS = (ASSET_SIMHASH,)
RULES = (Reader(KINDS, _read),)
