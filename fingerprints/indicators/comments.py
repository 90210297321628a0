"""Comment services: the forum's short name at Disqus, and the accounts at others."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Kind, code

DISQUS = Kind(
    name="disqus",
    family="comments",
    title="Disqus forum",
    example="theatlanticcities",
    source="https://help.disqus.com/en/articles/1717111-what-s-a-shortname",
    m=0.4,
    traps="A theme's demonstration forum, or a network's forum for all its blogs.",
)
HYVOR = Kind(
    name="hyvor-talk",
    family="comments",
    title="Hyvor Talk website",
    example="4127",
    source="https://talk.hyvor.com/docs/install",
    m=0.3,
    traps="One number per site; a copied page keeps it.",
)
SPOT_IM = Kind(
    name="openweb",
    family="comments",
    title="OpenWeb (Spot.IM) spot",
    example="sp_9kAqkPrN",
    source="https://developers.openweb.com/docs/getting-started",
    m=0.4,
    traps="One spot per site or group of sites.",
)
LIVEFYRE = Kind(
    name="livefyre",
    family="comments",
    title="Livefyre site",
    example="362588",
    source="https://github.com/Livefyre/livefyre-docs",
    m=0.4,
    traps="A group's sites may share one.",
)
VUUKLE = Kind(
    name="vuukle",
    family="comments",
    title="Vuukle API key",
    example="0f9c4c1e-7b35-4c0a-8f5b-3d1f7a2e6b90",
    source="https://docs.vuukle.com/",
    m=0.4,
    traps="One key per site; a group may share one.",
)
_SERVICE = frozenset(
    [
        "about",
        "accounts",
        "apps",
        "import",
        "services",
        "shopping",
        "static",
        "a",
        "admin",
        "api",
        "blog",
        "brand",
        "c",
        "cdn",
        "code",
        "content",
        "data",
        "developers",
        "docs",
        "embed",
        "feedback",
        "forum",
        "go",
        "help",
        "home",
        "https",
        "links",
        "login",
        "media",
        "mediacdn",
        "nginx",
        "publishers",
        "referrer",
        "realtime",
        "secure",
        "status",
        "support",
        "shortname",
        "short-name",
        "short_name",
        "disqus_shortname",
        "forum_shortname",
        "demo",
        "tempest",
        "test",
        "uploads",
        "web",
        "www",
    ]
)
"""Hosts of Disqus itself, and what its documentation writes in a short name's place."""


def _forum(text: str) -> str | None:
    return None if text.lower() in _SERVICE or text.startswith(("a-", "c-")) else real_name(text)


KINDS = (DISQUS, HYVOR, SPOT_IM, LIVEFYRE, VUUKLE)
_NAME = rb"([A-Za-z0-9][A-Za-z0-9_-]{1,62})"
RULES = (
    code(
        DISQUS,
        ("disqus", "Disqus", "DISQUS"),
        rb"(?i:disqus_?(?:short_?name|forum(?:_?name)?|account|id)){:}" + _NAME + rb"{'}",
        _forum,
        "short name",
    ),
    code(
        DISQUS,
        ("shortname",),
        rb"shortname{:}" + _NAME + rb"{'}",
        _forum,
        "short name",
        near=rb"disqus",
    ),
    # Written otherwise it can be the site's own short name, as in a web application's manifest.
    code(
        DISQUS,
        ("shortName", "short_name", "short-name"),
        rb"short[_-]?[nN]ame{:}" + _NAME + rb"{'}",
        _forum,
        "short name",
        behind=rb"(?i:disqus)[^}]{0,120}",
    ),
    code(
        DISQUS,
        ("shortName", "short_name", "short-name"),
        rb"short[_-]?[nN]ame{:}" + _NAME + rb"{'}(?=[^{}]{0,120}(?i:disqus))",
        _forum,
        "short name",
    ),
    code(DISQUS, ("disqusComments",), rb"disqusComments{:}" + _NAME + rb"{'}", _forum, "short name"),
    code(DISQUS, ("discus",), rb"discus{:}\{[^{}]{0,80}?short_?name{:}" + _NAME + rb"{'}", _forum, "short name"),
    # Scripts, embeds and prefetch hints; a link to the service's own pages has another host.
    code(
        DISQUS,
        (".disqus.com",),
        rb"\.disqus\.com(?![A-Za-z0-9.-])",
        _forum,
        "forum's host",
        behind=rb"(?:{/}|{'}|[@\s>])" + _NAME,
    ),
    code(DISQUS, ("disqus.com",), rb"disqus\.com{/}(?:\?|%3[fF])ref_noscript{=}" + _NAME + rb"{>}", _forum, "noscript link"),
    code(DISQUS, ("disqus.com",), rb"disqus\.com{/}forums{/}" + _NAME + rb"{/}", _forum, "forum's address"),
    code(
        DISQUS,
        ("disqus.com",),
        rb"disqus\.com{/}embed{/}comments{/}?\?[^\s\"'<>]{0,200}?\bf{=}" + _NAME + rb"{>}",
        _forum,
        "frame of comments",
    ),
    code(
        HYVOR,
        ("HYVOR_TALK_WEBSITE", "hyvor-talk-comments"),
        rb"(?:HYVOR_TALK_WEBSITE{:}|hyvor-talk-comments[^<>]{0,100}?website-id=[\"'])([0-9]{1,7}){.}",
        real_number,
    ),
    code(
        SPOT_IM,
        ("spot.im", "openweb.com"),
        rb"(?:spot\.im|openweb\.com){/}(?:launcher|spot){/}(sp_[A-Za-z0-9]{6,12}){.}",
        real_token,
    ),
    code(
        SPOT_IM,
        ("data-spot-id", "spotId", "spot_id"),
        rb"(?:data-spot-id|spotId|spot_id){:}(sp_[A-Za-z0-9]{6,12}){.}",
        real_token,
    ),
    code(
        LIVEFYRE, ("siteId", "site_id"), rb"site_?[iI]d{:}([0-9]{5,7}){.}", real_number, near=rb"livefyre|fyre\.conv|\.fyre\.co"
    ),
    code(VUUKLE, ("apiKey", "VUUKLE_CONFIG"), rb"(?:VUUKLE_CONFIG[^<>]{0,80}?)?apiKey{:}({uuid})", real_token, near=rb"vuukle"),
)
