"""Scripts and styles that stand in the page itself, by their hash: what somebody wrote for his sites and nobody else has."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._template import own_hash
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan

_SOURCE = "https://www.w3.org/TR/CSP3/#match-element-to-source-list (SHA-256 of the element's text, here in hex)"
INLINE_SCRIPT = Kind(
    name="inline-script",
    family="template",
    title="Script in the page (SHA-256)",
    example="7ff8da8c9ec54ad6536ef0d9319a2065047e307470cc3831c7482301dbf8cbba",
    source=_SOURCE,
    proves=Proof.FACT,
    m=0.3,
    cap=3.0,
    traps="Snippets of vendors, plug-ins and page builders that hold no account.",
)
INLINE_STYLE = Kind(
    name="inline-style",
    family="template",
    title="Style sheet in the page (SHA-256)",
    example="7a259949fe89f460ca2a4606992fcb26a4fb9042569490f35764be83aae40a0a",
    source=_SOURCE,
    proves=Proof.FACT,
    m=0.3,
    cap=3.0,
    traps="Styles that themes, plug-ins and browsers' extensions write into pages.",
)
_SHORTEST = 400
_LONGEST = 60_000
_MOST = 3
"""Of each sort from one page: those that differ from page to page would fill a store and link nothing."""


def _read(scan: Scan) -> Iterator[Found]:
    left = {"script": _MOST, "style": _MOST}
    for region in scan.regions:
        if not left.get(region.name):
            continue
        start = scan.body.find(b">", region.start, region.end) + 1
        text = scan.body[start : region.end].strip() if start else b""
        if _SHORTEST <= len(text) <= _LONGEST:
            digest = own_hash(text, region.name)
            if digest:
                left[region.name] -= 1
                kind = INLINE_SCRIPT if region.name == "script" else INLINE_STYLE
                yield Found(kind, digest, start, start + 80, f"{len(text)} bytes")


KINDS = (INLINE_SCRIPT, INLINE_STYLE)
RULES = (Reader(KINDS, _read),)
