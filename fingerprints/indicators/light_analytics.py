"""Small counters: Cloudflare Web Analytics, Umami, Fathom, Plausible, StatCounter, Histats, GoatCounter, Clicky, Koko, WordPress.com."""

from __future__ import annotations

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
KINDS = (CLOUDFLARE, UMAMI, FATHOM, PLAUSIBLE, STATCOUNTER, HISTATS, GOATCOUNTER, CLICKY, WP_STATS)


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
            else (PLAUSIBLE, "data-domain", real_name)
            if "plausible" in source
            else (None, "", real_name)
        )
        for text in tag.attributes.get(attribute, "").split(",") if kind else ():
            value = check(text.strip())
            if kind and value and (kind is not PLAUSIBLE or "." in value):
                yield Found(kind, value, *tag.offsets[attribute], f"{attribute} of the script")


RULES = (
    code(CLOUDFLARE, ("data-cf-beacon",), rb"data-cf-beacon=[^<>]{0,200}?token{:}([0-9a-f]{32}){.}", real_token, "beacon"),
    Reader((UMAMI, FATHOM, PLAUSIBLE), _tags, needs=("data-website-id", "usefathom", "plausible")),
    code(UMAMI, ("data-website-id",), rb"data-website-id{,}({uuid})", real_uuid, "set by a script"),
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
