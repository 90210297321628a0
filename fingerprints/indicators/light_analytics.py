"""Small counters: Cloudflare Web Analytics, Umami, Fathom, Plausible, StatCounter, Histats, GoatCounter, Clicky, Koko, WordPress.com."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._values import real_name, real_number, real_token, real_uuid
from fingerprints.indicators.base import Found, Kind, Reader, code
from fingerprints.scan import Scan

_SHARED = "One site has one code; strangers share it only through a copied page or a template."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.4) -> Kind:
    return Kind(name=name, family="analytics", title=title, example=example, source=source, m=m, traps=_SHARED)


CLOUDFLARE = _kind(
    "cloudflare-beacon",
    "Cloudflare Web Analytics token",
    "3f7c1e09ab52d8640e1f9a3b87c2d605",
    "https://developers.cloudflare.com/web-analytics/get-started/",
)
UMAMI = _kind("umami", "Umami website", "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4", "https://umami.is/docs/collect-data")
FATHOM = _kind("fathom", "Fathom site", "DOIVZVXD", "https://usefathom.com/docs/script/embed")
PLAUSIBLE = Kind(
    name="plausible",
    family="analytics",
    title="Plausible domain",
    example="restofworld.org",
    source="https://plausible.io/docs/plausible-script",
    m=0.3,
    traps="The site's own name, mostly; a roll-up name or another site's name is telling.",
)
PLAUSIBLE_SITE = _kind(
    "plausible-site",
    "Plausible script of one site",
    "pa-Qk3vT8wYc1MzRb5NxLdH2",
    "https://plausible.io/docs/script-update-guide",
)
STATCOUNTER = _kind("statcounter", "StatCounter project", "12117157", "https://statcounter.com/support/knowledge-base/")
HISTATS = _kind("histats", "Histats site", "2847163", "https://www.histats.com/")
GOATCOUNTER = _kind("goatcounter", "GoatCounter site", "harbornews", "https://www.goatcounter.com/help/start")
CLICKY = _kind("clicky", "Clicky site", "101284673", "https://clicky.com/help/custom")
WP_STATS = Kind(
    name="wordpress-com-blog",
    family="analytics",
    title="WordPress.com (Jetpack) blog number",
    example="87310864",
    source="https://jetpack.com/support/jetpack-stats/",
    m=0.2,
    traps="One number per blog: equal numbers mean one blog under two names, or a copied page.",
)
KINDS = (CLOUDFLARE, UMAMI, FATHOM, PLAUSIBLE, PLAUSIBLE_SITE, STATCOUNTER, HISTATS, GOATCOUNTER, CLICKY, WP_STATS)


def _tags(scan: Scan) -> Iterator[Found]:
    """Scripts that carry their site in an attribute."""
    for tag in scan.tags_of_regions.values():
        if b"data-" not in tag.raw:
            continue
        source = tag.attributes.get("src", "").lower()
        kind, attribute, check = (
            (UMAMI, "data-website-id", real_uuid)
            if len(tag.attributes.get("data-website-id", "")) == 36
            else (FATHOM, "data-site", real_token)
            if "fathom" in source
            or (_FATHOM_SCRIPT.search(source) and _FATHOM_SITE.fullmatch(tag.attributes.get("data-site", "")))
            else (PLAUSIBLE, "data-domain", real_name)
            if "data-domain" in tag.attributes and (b"plausible" in tag.raw.lower() or _PLAUSIBLE_SCRIPT.search(source))
            else (None, "", real_name)
        )
        for text in tag.attributes.get(attribute, "").split(",") if kind else ():
            value = check(text.strip())
            if kind and value and (kind is not PLAUSIBLE or "." in value):
                yield Found(kind, value, *tag.offsets[attribute], f"{attribute} of the script")


_PLAUSIBLE_SCRIPT = re.compile(r"/js/script[.a-z-]{3,80}+(?<=\.js)(?:\?|$)")
"""The script's name on a server of one's own, with its extensions: https://plausible.io/docs/script-extensions"""
_FATHOM_SCRIPT = re.compile(r"^(?:https?:)?//[a-z0-9.-]{4,100}/script\.js$")
_FATHOM_SITE = re.compile(r"[A-Z]{8}")
"""Fathom's sites, on a domain of the customer's too: https://usefathom.com/docs/script/custom-domains"""
RULES = (
    code(
        CLOUDFLARE,
        ("data-cf-beacon", "cfBeacon"),
        rb"(?:data-cf-b|cfB)eacon[^<>]{0,200}?token{:}([0-9a-f]{32}){.}",
        real_token,
        "beacon",
    ),
    code(CLOUDFLARE, ("beacon.min.js?token",), rb"beacon\.min\.js\?token{=}([0-9a-f]{32}){.}", real_token, "beacon's address"),
    Reader((UMAMI, FATHOM, PLAUSIBLE), _tags, needs=("data-website-id", "usefathom", "data-site", "data-domain")),
    code(UMAMI, ("data-website-id",), rb"data-website-id(?:{,}|{'}{ }:{ }{'})({uuid})", real_uuid, "set by a script"),
    code(UMAMI, ("ebsiteId", "website_id"), rb"(?:ebsiteI|website_i)d{:}({uuid})", real_uuid, "settings", near=rb"umami"),
    code(FATHOM, ("fathom(",), rb"fathom\({ }{'}set{,}siteId{,}([A-Z]{5,8}){'}", real_token, "fathom call"),
    code(PLAUSIBLE_SITE, ("js/pa-", "js\\/pa-"), rb"js{/}(pa-[A-Za-z0-9_-]{21})\.js", real_token, "script"),
    code(STATCOUNTER, ("sc_project",), rb"sc_project{:}([0-9]{4,9}){.}", real_number, "settings"),
    code(STATCOUNTER, ("c.statcounter.com",), rb"c\.statcounter\.com{/}([0-9]{4,9}){/}", real_number, "counter image"),
    code(HISTATS, ("Histats.start",), rb"Histats\.start{,}[0-9]{1,2},([0-9]{4,9}),", real_number, "settings"),
    code(HISTATS, ("histats.com",), rb"(?<=sstatic1\.)histats\.com{/}0\.gif\?([0-9]{4,9})&", real_number, "counter image"),
    code(
        GOATCOUNTER,
        (".goatcounter.com/count",),
        rb"\.goatcounter\.com/count",
        real_name,
        "counter address",
        behind=rb"{/}([a-z0-9-]{2,50})",
    ),
    code(
        CLICKY,
        ("clicky_site_ids", "getclicky.com", "data-id"),
        rb"(?:clicky_site_ids(?:\.push\(|{:}\[?)|getclicky\.com{/}|data-id=[\"'])([0-9]{5,9}){.}",
        real_number,
        near=rb"getclicky|clicky_site",
    ),
    code(
        WP_STATS,
        ("_stq.push", "stats.wp.com", "pixel.wp.com"),
        rb"_stq\.push\(\[{ }{'}view{,}(?:\{[^{}]{0,80}?|JSON\.parse\({'}\{[^{}]{0,80}?)blog{:}([0-9]{4,10}){.}",
        real_number,
        "stats call",
    ),
    code(WP_STATS, ("st_go(",), rb"st_go\(\{[^{}]{0,120}?\bblog{:}([0-9]{4,10}){.}", real_number, "stats call"),
    code(WP_STATS, ("_stq.push",), rb"_stq\.push\(\[{ }{'}clickTrackerInit{,}([0-9]{4,10}){.}", real_number, "stats call"),
)
