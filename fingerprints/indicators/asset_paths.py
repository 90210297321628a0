"""The scripts and style sheets that a page loads, by their paths: how its files are named and laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from fingerprints.indicators._template import fingerprint, own, sample
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan

ASSET_SIMHASH = Kind(
    name="asset-simhash",
    family="template",
    title="Template: paths of scripts and style sheets (64-bit simhash)",
    example="inner-816e1a889cf65e11",
    source="Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002; distances measured on real pages",
    m=0.4,
    cap=4.0,
    links=False,
    traps="A publishing system or a bundle of plug-ins that is sold to many and that no table knows yet.",
)
_FEWEST = 5
_LONGEST = 120
_PLAIN = re.compile(r"(?:https?:)?//([\w.-]{1,253}+)((?:/[!-\"$-:<->@-~]{0,500}+)?+)(?![^?#])", re.A)
"""Most addresses: a host without port and a path of visible letters, which have to be parted by no rule of urllib's."""
_DIGITS = re.compile(r"[0-9a-f]{12,64}|\d{1,64}")


def files(scan: Scan) -> set[str]:
    """Paths of the files, numbers and digests as 0; those of other sites with their host."""
    page = scan.page
    origin = urljoin(page.final_url, "/")
    found = set()
    for tag in scan.tags_named("script", "link"):
        if tag.name == "link" and b"stylesheet" not in tag.raw.lower():
            continue
        address = tag.attributes.get("src" if tag.name == "script" else "href", "").strip()
        if address:
            base = "" if address.startswith(("http://", "https://")) else origin if address[0] == "/" else page.final_url
            path = _path(address, base, page.site)
            if path:
                found.add(path)
    return found


@lru_cache(maxsize=16_384)
def _path(address: str, base: str, site: str) -> str:
    """The path of a file of the site itself, and with its host the path of another's; empty for what is no file.

    The pages of a site load mostly the same ones.
    """
    plain = _PLAIN.match(address)
    host, path = (plain[1].lower(), plain[2]) if plain else _parted(address, base)
    if not host:
        return ""
    path = _DIGITS.sub("0", path.lower())[:_LONGEST]
    shown = path if host == site or host.endswith(f".{site}") else host.removeprefix("www.") + path
    return shown if shown.isprintable() and " " not in shown else ""


def _parted(address: str, base: str) -> tuple[str, str]:
    """Host and path of an address that stands on a page with this one; an empty host when it has none."""
    try:
        parts = urlsplit(urljoin(base, address) if base else address)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return (host, parts.path) if parts.scheme in ("http", "https") else ("", "")


def _read(scan: Scan) -> Iterator[Found]:
    paths = own(files(scan), "file")
    if len(paths) >= _FEWEST:
        yield Found(ASSET_SIMHASH, fingerprint(scan.page, paths), where=sample(paths, "files of its own"))


KINDS = (ASSET_SIMHASH,)
RULES = (Reader(KINDS, _read),)
