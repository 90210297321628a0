"""Google's other tags: Ads conversions, Floodlight, Google tags, Optimize, Firebase, custom search, the ad server's network."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import END, Kind, code

ADS = Kind(
    name="google-ads",
    family="ads",
    title="Google Ads account (conversion id)",
    example="AW-802319099",
    source="https://support.google.com/google-ads/answer/7548399",
    traps="An agency's account on its clients' sites; one advertiser's tag on publishers that sell for it.",
)
FLOODLIGHT = Kind(
    name="google-floodlight",
    family="ads",
    title="Google Floodlight advertiser",
    example="DC-9207034",
    source="https://support.google.com/campaignmanager/answer/7554821",
    traps="Names the advertiser, which may run campaigns on strangers' sites.",
)
GOOGLE_TAG = Kind(
    name="google-tag",
    family="analytics",
    title="Google tag",
    example="GT-NFJ4K2P",
    source="https://support.google.com/tagmanager/answer/12002338",
    m=0.3,
    traps="Made for each stream or account; shared on purpose or by a copy.",
)
OPTIMIZE = Kind(
    name="google-optimize",
    family="analytics",
    title="Google Optimize container",
    example="OPT-KTXW5ZQ",
    source="https://support.google.com/optimize/answer/6262084",
    m=0.3,
    traps="An agency's container serves its clients.",
)
FIREBASE = Kind(
    name="firebase-project",
    family="platform",
    title="Firebase project",
    example="harbor-news-7f2c1",
    source="https://firebase.google.com/docs/web/setup",
    traps="A vendor's widget brings the vendor's project; an app builder's project serves its customers.",
)
CSE = Kind(
    name="google-search-engine",
    family="platform",
    title="Google custom search engine",
    example="004415538554621685521:vgwa9iznfuo",
    source="https://developers.google.com/custom-search/docs/element",
    traps="A theme's or a platform's search box.",
)
AD_MANAGER = Kind(
    name="google-ad-manager",
    family="ads",
    title="Google Ad Manager network",
    example="1064822",
    source="https://support.google.com/admanager/answer/7674889",
    m=0.6,
    traps="An ad network, a sales house or a plug-in's vendor serves many publishers from one network code.",
)
_WORDS = frozenset({"6355419"})
"""Google's own network of sample ads."""


def _network(text: str) -> str | None:
    """The first code is who serves; a second one (after a comma) is the publisher it serves for."""
    own = text.rpartition(",")[2]
    return None if own in _WORDS else real_number(own)


KINDS = (ADS, FLOODLIGHT, GOOGLE_TAG, OPTIMIZE, FIREBASE, CSE, AD_MANAGER)
_SEARCH_ENGINE = rb"((?:partner-pub-[0-9]{16}|[0-9]{21}):[a-zA-Z0-9_-]{6,14})"
_UNIT_KEYS = ("defineSlot", "defineOutOfPageSlot", "defineUnit", "adUnitPath", "ad_unit_path", "adunitpath")
_CONFIG = rb"(?:config|event|send_to|id|gtag_?id){'}?\s{0,9}[,:=]\s{0,9}{'}|js\?id{=}"
_SLOT = rb"{'}?{ }{/}((?:[0-9]{4,12},)?[0-9]{4,12}){/}"
RULES = (
    # 9 to 11 digits. Literal enough to stand anywhere: the conversion label may follow after a slash.
    code(ADS, ("AW-",), rb"{<}AW-([0-9]{8,12}){.}", lambda text: real_number(text) and f"AW-{text}"),
    code(
        ADS,
        ("google_conversion_id",),
        rb"google_conversion_id{:}([0-9]{8,12}){>}",
        lambda text: real_number(text) and f"AW-{text}",
        "google_conversion_id",
    ),
    code(
        ADS,
        ("googleadservices.com", "googleads.g.doubleclick.net"),
        rb"(?:googleadservices\.com|googleads\.g\.doubleclick\.net){/}pagead{/}(?:view[a-z]{0,20}|[a-z]{0,8}conversion){/}([0-9]{8,12}){/}",
        lambda text: real_number(text) and f"AW-{text}",
        "conversion pixel",
    ),
    code(
        FLOODLIGHT,
        ("DC-",),
        rb"{<}(DC-[0-9]{5,10}){.}",
        lambda text: real_number(text[3:]) and text,
        behind=_CONFIG,
    ),
    code(
        ADS,
        ("pagead/1p-", "pagead\\/1p-"),
        rb"pagead{/}1p-(?:user-list|conversion){/}([0-9]{8,12}){/}",
        lambda text: real_number(text) and f"AW-{text}",
        "conversion pixel",
    ),
    code(
        FLOODLIGHT,
        ("fls.doubleclick.net", "ad.doubleclick.net"),
        rb"(?:fls\.doubleclick\.net|ad\.doubleclick\.net{/}(?:ddm{/})?){/}?activity[ij]?[;/](?:dc_)?src{=}([0-9]{5,10});",
        lambda text: real_number(text) and f"DC-{text}",
        "Floodlight pixel",
    ),
    code(
        GOOGLE_TAG,
        ("GT-",),
        rb"{<}(GT-[A-Z0-9]{6,12}){>}",
        lambda text: real_token(text[3:]) and text,
        "gtag call",
        behind=_CONFIG,
    ),
    code(OPTIMIZE, ("OPT-",), rb"{<}(OPT-[A-Z0-9]{6,9}){>}", lambda text: real_token(text[4:]) and text),
    code(
        FIREBASE,
        (".firebaseapp.com", ".firebaseio.com"),
        rb"\.firebase(?:app|io)\.com",
        real_token,
        behind=rb"(?:auth_?[dD]omain|database_?(?:URL|url)){:}(?:https?:{/}{/})?([a-z][a-z0-9-]{3,34})",
    ),
    code(
        FIREBASE,
        ("projectId",),
        rb"projectId{:}([a-z][a-z0-9-]{3,34}){'}",
        real_token,
        "settings",
        near=rb"messagingSenderId|firebase(?:app|io|config)|storageBucket",
    ),
    code(
        CSE,
        ("/cse",),
        rb"/cse(?:\\?/cse)?(?:\.js)?\?[^\s\"'<>]{0,80}?cx="
        rb"((?:partner-pub-[0-9]{16}|[0-9]{21})(?::|%3[aA])[a-zA-Z0-9_-]{6,14}|[0-9a-f]{17}){>}",
        lambda text: text.replace("%3A", ":").replace("%3a", ":"),
        "search box",
    ),
    code(CSE, ("cx",), rb"(?<![A-Za-z0-9])cx{:}" + _SEARCH_ENGINE + END, None, "search box"),
    code(
        CSE,
        ("cse_id", "cseId", "CSE_ID", "cseID", "SearchEngineId", "searchEngineId", "search_engine_id"),
        rb"(?i:cse_?id|search_?engine_?id){:}" + _SEARCH_ENGINE + END,
        None,
        "key",
    ),
    code(
        CSE,
        ('name="cx"', "name='cx'"),
        rb"name=[\"']cx[\"'][^<>]{0,40}?value=[\"']" + _SEARCH_ENGINE + rb"[\"']",
        None,
        "search form",
    ),
    code(
        CSE,
        ('name="cx"', "name='cx'"),
        rb"name=[\"']cx[\"']",
        None,
        "search form",
        behind=rb"value=[\"']" + _SEARCH_ENGINE + rb"[\"'][^<>]{0,40}",
    ),
    code(
        AD_MANAGER,
        _UNIT_KEYS,
        rb"(?:" + "|".join(_UNIT_KEYS).encode() + rb")(?:{ }\({ }|{:})" + _SLOT,
        _network,
        "ad slot",
    ),
    code(AD_MANAGER, ("doubleclick",), rb"doubleclick{'}[^<>]{0,300}?data-slot=[\"']" + _SLOT, _network, "AMP ad slot"),
    code(AD_MANAGER, ("/gampad/",), rb"/gampad/[a-z]{1,8}\?[^\s\"'<>]{0,200}?iu{=}" + _SLOT, _network, "ad request"),
)
