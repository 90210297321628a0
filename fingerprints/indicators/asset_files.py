"""Scripts and style sheets of a site's own, by their hash: what somebody wrote for his sites and nobody else has."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._template import own_hash
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

_SOURCE = "https://www.w3.org/TR/SRI/#integrity-metadata-description (SHA-256 of the file, here in hex)"
_TRAPS = "A theme's, a plug-in's or a library's file of one version."
SCRIPT_FILE = Kind(
    name="script-file",
    family="template",
    title="Script file (SHA-256)",
    example="1a5f5e7a04ca48b80d967cbe3af30609c3315a3678a71de85b151c48b43ba6a9",
    source=_SOURCE,
    proves=Proof.FACT,
    m=0.4,
    cap=3.5,
    traps=_TRAPS,
)
STYLE_FILE = Kind(
    name="style-file",
    family="template",
    title="Style sheet file (SHA-256)",
    example="a350e2516bdff3ca7138e4fdb1eba3410df903d4e105efb3a8c19530bb3746c3",
    source=_SOURCE,
    proves=Proof.FACT,
    m=0.4,
    cap=3.5,
    traps=_TRAPS,
)
_SHORTEST = 300
_STYLE = "text/css"


def _read(scan: Scan) -> Iterator[Found]:
    text = scan.page.body.strip()
    if scan.page.truncated or len(text) < _SHORTEST:
        return
    style = _STYLE in scan.page.header("content-type").lower() or scan.page.final_url.split("?", 1)[0].endswith(".css")
    digest = own_hash(text, "style" if style else "script")
    if digest:
        yield Found(STYLE_FILE if style else SCRIPT_FILE, digest, where=f"file of {len(text)} bytes")


KINDS = (SCRIPT_FILE, STYLE_FILE)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.ASSET})),)
