"""Affiliate programmes: whose account earns when a visitor follows a link and buys."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Kind, code

_PAID = "A link that an author copied from elsewhere, or a network of deal sites, carries somebody else's account."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.5) -> Kind:
    return Kind(name=name, family="affiliate", title=title, example=example, source=source, m=m, traps=_PAID)


AMAZON = _kind(
    "amazon-affiliate",
    "Amazon Associates tag",
    "lifehackeramzn-20",
    "https://affiliate-program.amazon.com/help/node/topic/GP38PJ6EUR6PFBEC",
)
EBAY = _kind(
    "ebay-affiliate",
    "eBay Partner Network campaign",
    "5338203847",
    "https://partnerhelp.ebay.com/helpcenter/s/article/What-is-my-campaign-ID",
)
AWIN = _kind("awin", "Awin publisher", "121403", "https://help.awin.com/")
SHAREASALE = _kind("shareasale", "ShareASale affiliate", "775656", "https://www.shareasale.com/info/affiliates/")
CLICKBANK = _kind("clickbank", "ClickBank affiliate", "71745js8sn4v7o5blstf0lzifa", "https://support.clickbank.com/")
SKIMLINKS = _kind("skimlinks", "Skimlinks publisher", "34276", "https://developers.skimlinks.com/", 0.7)
SOVRN = _kind(
    "sovrn-commerce", "Sovrn Commerce (VigLink) key", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://knowledge.sovrn.com/", 0.7
)
RAKUTEN = _kind("rakuten", "Rakuten Advertising affiliate", "SnlbqrT3b2s", "https://rakutenadvertising.com/")
CJ = _kind("cj-affiliate", "CJ (Commission Junction) property", "8833679", "https://developers.cj.com/")
TRADEDOUBLER = _kind("tradedoubler", "Tradedoubler site", "2947467", "https://dev.tradedoubler.com/")
TRADETRACKER = _kind("tradetracker", "TradeTracker site", "391728", "https://tradetracker.com/")
DIGISTORE = _kind("digistore24", "Digistore24 affiliate", "harbornews24", "https://docs.digistore24.com/")
IMPACT = _kind("impact", "Impact partner", "1740562", "https://help.impact.com/")
ADMITAD = _kind("admitad", "Admitad link", "hbrkq7m2t9vxz4", "https://support.admitad.com/")
ALIEXPRESS = _kind("aliexpress-affiliate", "AliExpress affiliate key", "Uz7QbYfA", "https://portals.aliexpress.com/")
BOOKING = _kind("booking-affiliate", "Booking.com partner", "1739284", "https://partnerships.booking.com/")
HOTMART = _kind("hotmart", "Hotmart affiliate link", "H4827193K", "https://help.hotmart.com/")
KINDS = (
    AMAZON,
    EBAY,
    AWIN,
    SHAREASALE,
    CLICKBANK,
    SKIMLINKS,
    SOVRN,
    RAKUTEN,
    CJ,
    TRADEDOUBLER,
    TRADETRACKER,
    DIGISTORE,
    IMPACT,
    ADMITAD,
    ALIEXPRESS,
    BOOKING,
    HOTMART,
)


def _tag(text: str) -> str | None:
    """A store's tag ends in a number for its country (-20, -21, -22…); "XXXX-20" and words of documentation are nobody's."""
    return real_name(text) if "yourtag" not in text.lower() and "associate" not in text.lower() else None


_TAG = rb"([A-Za-z0-9][A-Za-z0-9-]{1,40}-[0-9]{2})(?![A-Za-z0-9_-])"
_QUERY = rb"(?:\?|%3[fF]|[?&;]|{&})"
RULES = (
    code(
        AMAZON,
        ("tag=", "tag%3D", "tag\\u003d"),
        rb"tag{=}" + _TAG,
        _tag,
        "link",
        behind=rb"(?:amazon\.|amzn\.)[^\s\"'<>]{0,280}?" + _QUERY,
    ),
    code(
        AMAZON,
        ("amzn_assoc_tracking_id", "tracking_id", "amazon_associate_tag"),
        rb"(?:amzn_assoc_)?(?:tracking_id|associate_tag){:}" + _TAG,
        _tag,
        "widget",
        near=rb"amzn_assoc|amazon",
    ),
    code(EBAY, ("campid",), rb"campid{=}([0-9]{10}){.}", real_number, "link", near=rb"ebay"),
    code(AWIN, ("awinaffid",), rb"awinaffid{=}([0-9]{4,8}){.}", real_number, "link"),
    code(
        AWIN,
        ("awin1.com",),
        rb"awin1\.com{/}(?:awclick|cread|pclick)\.php\?[^\s\"'<>]{0,60}?(?:[?&;]id|[?&;]s?id){=}([0-9]{4,8}){.}",
        real_number,
        "link",
    ),
    code(AWIN, ("dwin2.com",), rb"dwin2\.com{/}pub\.([0-9]{4,8})\.min\.js", real_number, "script"),
    code(
        SHAREASALE,
        ("shareasale.com",),
        rb"shareasale\.com{/}(?:r|u|m-pr|image|u2)\.cfm\?[^\s\"'<>]{0,120}?[?&;]u{=}([0-9]{4,8}){.}",
        real_number,
        "link",
    ),
    code(
        CLICKBANK,
        (".hop.clickbank.net",),
        rb"\.hop\.clickbank\.net",
        real_name,
        "link",
        behind=rb"{/}([a-z0-9_-]{4,60})(?:\.[a-z0-9_-]{3,20})?",
    ),
    code(CLICKBANK, ("hop.clickbank.net",), rb"hop\.clickbank\.net{/}?\?affiliate{=}([a-z0-9_-]{4,60}){.}", real_name, "link"),
    code(SKIMLINKS, ("skimresources.com",), rb"skimresources\.com{/}js{/}([0-9]{2,8})X[0-9]{3,9}\.", real_number, "script"),
    code(
        SKIMLINKS,
        ("go.skimresources.com", "go.redirectingat.com"),
        rb"go\.(?:skimresources|redirectingat)\.com{/}?\?id{=}([0-9]{2,8})X[0-9]{3,9}",
        real_number,
        "link",
    ),
    code(
        SKIMLINKS,
        ("skimlinks", "Skimlinks"),
        rb"(?i:skimlinks_?(?:code|id|publisher_?id)){:}([0-9]{2,8})X[0-9]{3,9}{.}",
        real_number,
        "key",
    ),
    code(SOVRN, ("vglnk",), rb"vglnk{:}\{[^{}]{0,40}?key{:}([0-9a-f]{32}){.}", real_token, "settings"),
    code(
        SOVRN,
        ("redirect.viglink.com", "sovrn.co"),
        rb"redirect\.viglink\.com{/}?\?[^\s\"'<>]{0,60}?key{=}([0-9a-f]{32}){.}",
        real_token,
        "link",
    ),
    code(
        RAKUTEN,
        ("click.linksynergy.com",),
        rb"click\.linksynergy\.com{/}(?:deeplink|fs-bin{/}click|link|s{/}[a-z]{1,10})\?[^\s\"'<>]{0,40}?id{=}([A-Za-z0-9*/]{11})(?![A-Za-z0-9*])",
        real_token,
        "link",
    ),
    code(CJ, ("/click-",), rb"{/}click-([0-9]{6,9})-[0-9]{6,9}{.}", real_number, "link"),
    code(CJ, ("anrdoezrs.net",), rb"anrdoezrs\.net{/}am{/}([0-9]{6,9}){/}", real_number, "script"),
    code(
        TRADEDOUBLER,
        ("clk.tradedoubler.com", "clkuk.tradedoubler.com", "clkde.tradedoubler.com"),
        rb"clk[a-z]{0,2}\.tradedoubler\.com{/}click\?[^\s\"'<>]{0,60}?\ba(?:{=}|\()([0-9]{5,9}){.}",
        real_number,
        "link",
    ),
    code(
        TRADETRACKER,
        ("tc.tradetracker.net",),
        rb"tc\.tradetracker\.net{/}\?c{=}[0-9]{1,7}{&}m{=}[0-9]{1,8}{&}a{=}([0-9]{4,8}){.}",
        real_number,
        "link",
    ),
    code(
        DIGISTORE,
        ("digistore24.com", "checkout-ds24.com"),
        rb"(?:digistore24|checkout-ds24)\.com{/}redir{/}[0-9]{2,8}{/}([A-Za-z0-9_-]{3,40})(?:[/?\"'\\&]|$)",
        real_name,
        "link",
    ),
    code(
        IMPACT,
        (".pxf.io", ".sjv.io", ".7eer.net", ".evyy.net"),
        rb"\.(?:pxf\.io|sjv\.io|7eer\.net|evyy\.net){/}c{/}([0-9]{5,9}){/}[0-9]{3,9}{/}",
        real_number,
        "link",
    ),
    code(ADMITAD, ("ad.admitad.com",), rb"ad\.admitad\.com{/}g{/}([a-z0-9]{14,40}){.}", real_token, "link"),
    code(ALIEXPRESS, ("aff_short_key",), rb"aff_short_key{=}([A-Za-z0-9_]{6,10}){.}", real_token, "link"),
    code(BOOKING, ("booking.com",), rb"booking\.com{/}[^\s\"'<>]{0,200}?[?&;]aid{=}([0-9]{6,8}){.}", real_number, "link"),
    code(HOTMART, ("go.hotmart.com",), rb"go\.hotmart\.com{/}([A-Z][0-9]{6,9}[A-Z]){.}", real_token, "link"),
)
