"""Where a site sends its visitors: another site that its server or its page names. It says nothing about who runs that one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from fingerprints.indicators.base import HTML, Found, Kind, Reader
from fingerprints.model import Role, State
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

REDIRECT = Kind(
    name="redirect",
    family="hosting",
    title="Sends its visitors to another site",
    example="example.org",
    source="https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx",
    links=False,
    traps="Clones send visitors to their victim, sold domains to their buyer, logins and consent pages to a service.",
)
_REFRESH = re.compile(
    r"(\d{1,4}+)(?:\.\d{0,3}+)?+\s{0,9}+[;,]\s{0,9}+(?:url\s{0,9}+=\s{0,9}+)?+[\"']?+([^\"'>\s]{1,2000}+)", re.I
)
_SENDS_ON = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 30
"""Seconds; a page that reloads later is there to be read."""


def _by_server(scan: Scan) -> Iterator[Found]:
    page = scan.page
    hops = [(hop.url, hop.status, hop.target) for hop in page.redirects]
    if page.status in _SENDS_ON and page.header("location"):
        hops.append((page.final_url, page.status, _absolute(page.final_url, page.header("location"))))
    for source, status, target in hops:
        other = site_or_none(target)
        if other and other != page.site and site_or_none(source) == page.site:
            yield Found(REDIRECT, other, where="HTTP redirect" if status else "redirect by a script of the rendered page")


def _by_page(scan: Scan) -> Iterator[Found]:
    for content, start, end, _ in scan.metas("refresh"):
        match = _REFRESH.match(content)
        if match is None or int(match[1]) > _LONGEST_WAIT:
            continue
        other = site_or_none(_absolute(scan.page.final_url, match[2]))
        if other and other != scan.page.site:
            yield Found(REDIRECT, other, start, end, "meta refresh", state=State.SEEN)


def _absolute(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return ""


KINDS = (REDIRECT,)
RULES = (
    Reader(kinds=KINDS, read=_by_server, roles=HTML | {Role.REQUESTS}),
    Reader(kinds=KINDS, read=_by_page, needs=("refresh",)),
)
