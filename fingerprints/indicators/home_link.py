"""Which other sites a front page sends its readers to: links to other sites' own front pages, as sister sites link to each other. Services for everybody (social
networks, makers of software) are left out.

No evidence: anybody links to anybody. It says where to look next (samehand pivot, samehand crawl --expand).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from fingerprints.indicators.accounts import ACCOUNTS
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.indicators.legal_pages import SERVICES
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

HOME_LINK = Kind(
    name="home-link",
    family="accounts",
    title="Other site whose front page a page of this one links to",
    example="harbour-times.com",
    source="https://html.spec.whatwg.org/multipage/links.html",
    proves=Proof.FACT,
    links=False,
)
_MOST = 30
"""Sites whose front pages one page links to; a page with more is a directory, whose links say nothing of each other."""


def _read(scan: Scan) -> Iterator[Found]:
    found: dict[str, Found] = {}
    for tag, host in scan.outward_links:
        address = tag.attributes.get("href", "").strip()
        site = _home(f"https:{address}" if address.startswith("//") else address)
        if site and site != scan.page.site and site not in found and site not in SERVICES and not ACCOUNTS.knows(host):
            start, end = tag.offsets["href"]
            found[site] = Found(HOME_LINK, site, start, end, f"link to {host}"[:80])
    if len(found) <= _MOST:
        yield from found.values()


@lru_cache(maxsize=8192)
def _home(address: str) -> str | None:
    """The site whose front page an address is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_front = parts.path in ("", "/") and not parts.query
    return site_or_none(address) if is_front else None


KINDS = (HOME_LINK,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.FRONT, Role.ABOUT, Role.OTHER})),)
