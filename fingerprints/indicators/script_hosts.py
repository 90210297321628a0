"""The domains that a site's scripts and styles come from and that serve few others: a group's own servers, an agency's, a bucket.

Hosts of clouds count each for itself (d1a2b3.cloudfront.net), since the public suffix list parts their customers.
"""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._third_parties import is_service
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

SCRIPT_HOST = Kind(
    name="script-host",
    family="platform",
    title="Other domain that scripts or styles are loaded from",
    example="nordfunk-static.com",
    source="https://html.spec.whatwg.org/multipage/semantics.html",
    proves=Proof.FACT,
    m=0.5,
    cap=5.0,
    traps="A vendor or an agency that serves few sites; a copy loads the files of its original.",
)
_MOST = 60


def _read(scan: Scan) -> Iterator[Found]:
    seen: set[str] = set()
    for tag in scan.tags_named("script", "link"):
        if b"//" not in tag.raw or (tag.name == "link" and b"stylesheet" not in tag.raw.lower()):
            continue
        name = "src" if tag.name == "script" else "href"
        address = tag.attributes.get(name, "").strip()
        if not address.startswith(("http://", "https://", "//")):
            continue
        site = site_or_none(f"https:{address}" if address.startswith("//") else address)
        if site and site != scan.page.site and site not in seen and len(seen) < _MOST and not is_service(site):
            seen.add(site)
            yield Found(SCRIPT_HOST, site, *tag.offsets[name], f"<{tag.name}>")


KINDS = (SCRIPT_HOST,)
RULES = (Reader(KINDS, _read, needs=("<script", "<link")),)
