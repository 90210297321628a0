"""Matomo (once Piwik), which its users host themselves: the host that collects, with the site's number there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from fingerprints.indicators.base import SCRIPTS, Found, Kind, Reader, code, expand
from fingerprints.scan import Scan

MATOMO = Kind(
    name="matomo",
    family="analytics",
    title="Matomo host and site",
    example="stats.harbor-news.com/7",
    source="https://developer.matomo.org/guides/tracking-javascript-guide",
    m=0.3,
    traps="A hosting service gives each site its own number; the same number on two sites means one statistic for both.",
)
CONTAINER = Kind(
    name="matomo-container",
    family="analytics",
    title="Matomo Tag Manager container",
    example="stats.harbor-news.com/ruTzqLdM",
    source="https://developer.matomo.org/guides/tagmanager/embedding",
    m=0.4,
    traps="An agency's container serves its clients.",
)
PIWIK_PRO = Kind(
    name="piwik-pro",
    family="analytics",
    title="Piwik PRO account",
    example="campact",
    source="https://developers.piwik.pro/en/latest/tag_manager/index.html",
    traps="An agency's account serves its clients.",
)
_PUSHED = re.compile(expand(rb"setSiteId{,}(?P<site>[0-9]{1,7}{>}|[A-Za-z0-9][A-Za-z0-9_-]{1,40}(?={'}))"))
_TRACKER = re.compile(
    expand(rb"(?:setTrackerUrl|setAPIUrl|getTracker|getAsyncTracker){'}?\s{0,9}[,(]\s{0,9}([^;\]]{1,200}?)(?:;|\]|\))")
)
_CALLED = re.compile(expand(rb"get(?:Async)?Tracker\([^;)]{1,120}?,\s{0,9}{'}?(?P<site>[0-9]{1,7}){'}?\s{0,9}\)"))
_ADDED = re.compile(expand(rb"addTracker{'}\s{0,9},\s{0,9}([^;\],]{1,200}+),\s{0,9}{'}?(?P<site>[0-9]{1,7}){'}?\s{0,9}\]"))
_KEYS = re.compile(
    expand(
        rb"(?i:matomo_?(?:base_?)?(?:url|host)){:}(?:https?:)?{/}{/}([A-Za-z0-9.-]{4,100}+)[^{}\s]{0,25}?"
        rb"(?i:matomo_?(?:site_?)?id){:}(?P<site>[0-9]{1,7}){.}"
    )
)
_IMAGE = re.compile(expand(rb"(?:piwik|matomo)\.php(?:\?|%3[fF])[^\s\"'<>]{0,80}?(?<![A-Za-z])idsite{=}(?P<site>[0-9]{1,7}){.}"))
_ADDRESS_BEFORE = re.compile(rb"((?:https?:)?(?:\\?/){2}[A-Za-z0-9.-]{3,100}(?::\d{2,5})?(?:\\?/[^\s\"'<>=(]{0,100})?)\Z")
_QUOTED = re.compile(r"[\"'`]((?:https?:)?(?:\\?/){1,2}[^\"'`\s<>]{1,150})[\"'`]")
_VARIABLE = re.compile(r"\s{0,20}(?:`\$\{)?([A-Za-z_$][\w.$]{0,40})")
"""Also at the beginning of a template literal: `${u}matomo.php`."""
_LOOK_BACK = 1500


def _host(address: str, base: str) -> str | None:
    try:
        host = urlsplit(urljoin(base, address.replace("\\/", "/"))).hostname
    except ValueError:
        return None
    return host.lower() if host and "." in host else None


def _host_of_expression(scan: Scan, expression: str, before: int) -> str | None:
    """The host in a tracker's address, which is a literal, or a variable that was set a little before."""
    literal = _QUOTED.search(expression)
    if literal and literal[1].startswith(("http", "//", "\\/\\/")):
        return _host(literal[1], scan.page.final_url)
    variable = _VARIABLE.match(expression)
    if variable:
        window = scan.body[max(0, before - _LOOK_BACK) : before].decode("utf-8", "replace")
        at = window.rfind(f"{variable[1]}=")
        at = max(at, window.rfind(f"{variable[1]} ="))
        text = window[at : at + 300] if at >= 0 else ""
        # (("https:" == location.protocol) ? "https" : "http") + "://stats.example/"
        found = re.search(r"[\"'`](?:https?:)?(?::?\\?/\\?/)([A-Za-z0-9.-]{3,100})", text.partition(";")[0] or text)
        if found:
            return _host("//" + found[1], scan.page.final_url)
        relative = _QUOTED.search(text.partition(";")[0])
        return _host(relative[1], scan.page.final_url) if relative else None
    return _host(literal[1], scan.page.final_url) if literal else None


def _trackers(scan: Scan) -> list[tuple[int, str]]:
    found = (
        (match, _host_of_expression(scan, match[1].decode("utf-8", "replace"), match.start()))
        for match in _TRACKER.finditer(scan.body)
    )
    return [(match.start(), host) for match, host in found if host]


def _read(scan: Scan) -> Iterator[Found]:
    trackers = _trackers(scan)
    for regex, where in ((_PUSHED, "setSiteId call"), (_CALLED, "getTracker call")):
        for match in regex.finditer(scan.body) if trackers else ():
            # Cxense has a setSiteId of its own: the tracker's address must stand close by.
            distance, host = min((abs(start - match.start()), host) for start, host in trackers)
            if distance < 2 * _LOOK_BACK:
                yield Found(MATOMO, f"{host}/{match['site'].decode()}", *match.span("site"), where)
    for match in _ADDED.finditer(scan.body):
        second = _host_of_expression(scan, match[1].decode("utf-8", "replace"), match.start())
        if second:
            yield Found(MATOMO, f"{second}/{match['site'].decode()}", *match.span("site"), "addTracker call")
    for match in _KEYS.finditer(scan.body) if scan.places("matomourl") or scan.places("matomo_url") else ():
        yield Found(MATOMO, f"{match[1].decode().lower()}/{match['site'].decode()}", *match.span("site"), "settings")
    for match in _IMAGE.finditer(scan.body):
        address = _ADDRESS_BEFORE.search(scan.body, max(0, match.start() - 200), match.start())
        collector = _host(address[1].decode("ascii", "replace"), scan.page.final_url) if address else None
        if collector:
            yield Found(MATOMO, f"{collector}/{match['site'].decode()}", *match.span("site"), "counter image")


def _containers(scan: Scan) -> Iterator[Found]:
    for match in _CONTAINER_SCRIPT.finditer(scan.body):
        host = match[1].decode("ascii").lower()
        if "." in host:
            yield Found(CONTAINER, f"{host}/{match[2].decode()}", match.start(1), match.end(2), "container script")


def _account(text: str) -> str | None:
    return None if text.lower() in _SERVICE else text.lower()


_SERVICE = frozenset({"www", "help", "developers", "campaign", "support", "community", "marketing"})
_CONTAINER_SCRIPT = re.compile(
    # The service's own hosting puts the customer's host in the path: cdn.matomo.cloud/harbor.matomo.cloud/container_….js
    expand(
        rb"{/}(?:{/}|(?<=cdn\.matomo\.cloud/)|(?<=cdn\.matomo\.cloud\\/))([A-Za-z0-9.-]{3,100}){/}(?:(?:[\w-]{1,40}{/}){0,3}js{/})?"
        rb"container_([A-Za-z0-9]{8})(?:_[a-z0-9_]{1,40})?\.js"
    )
)
KINDS = (MATOMO, CONTAINER, PIWIK_PRO)
RULES = (
    Reader(
        (MATOMO,),
        _read,
        SCRIPTS,
        needs=(
            "setTrackerUrl",
            "setAPIUrl",
            "piwik.php",
            "matomo.php",
            "getTracker(",
            "getAsyncTracker(",
            "addTracker",
            "matomoUrl",
            "matomo_url",
        ),
    ),
    Reader((CONTAINER,), _containers, SCRIPTS, needs=("/container_",)),
    code(
        PIWIK_PRO,
        (".piwik.pro",),
        rb"\.piwik\.pro",
        _account,
        "script address",
        behind=rb"{/}([A-Za-z0-9][A-Za-z0-9-]{1,62})(?:\.containers)?",
    ),
)
