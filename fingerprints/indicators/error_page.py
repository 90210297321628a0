"""The page that a site shows where there is nothing: its layout is seldom thought of when sites are made to look different."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

ERROR_PAGE = Kind(
    name="error-page",
    family="template",
    title="Page for what is missing (hash of its elements)",
    example="9ae37b77214cfedd1f9861d022e90dd4",
    source="The exact DOM hash of CIRCL's AIL and Lookyloo (see dom-hash), of the page for an address at which there is nothing",
    proves=Proof.FACT,
    m=0.4,
    cap=3.0,
    traps="A theme's or a host's own page.",
)
_FEWEST_ELEMENTS = 12
"""Servers' own pages have fewer: nginx's eight, Apache's seven."""
_OF_A_SERVER = re.compile(
    rb"<center>(?:nginx|openresty|cloudflare|tengine)|Apache(?:/[0-9.]{1,12})? Server at|Apache Tomcat|LiteSpeed Web Server|"
    rb"IIS Detailed Error|Server Error in '|Varnish cache server|__cf_chl|Fastly error|Heroku \|",
    re.I,
)


def _read(scan: Scan) -> Iterator[Found]:
    if scan.page.redirects or scan.page.truncated or _OF_A_SERVER.search(scan.body):
        return  # a site that sends its visitors to the front page has none
    tags = scan.dom.tags
    if len(tags) >= _FEWEST_ELEMENTS:
        digest = hashlib.sha256("|".join(tags).encode()).hexdigest()[:32]
        yield Found(ERROR_PAGE, digest, where=f"page of {len(tags)} elements, status {scan.page.status}")


KINDS = (ERROR_PAGE,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.MISSING})),)
