"""Networks and managers that fill a publisher's space: Amazon, media.net, Mediavine, Raptive, Infolinks, PropellerAds and others."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Kind, code

_MANAGER = "A manager's or sales house's account stands on all sites that it sells for."
_ZONE = "A zone belongs to one publisher; strangers share it through a copied page."


def _kind(name: str, title: str, example: str, source: str, traps: str = _MANAGER, m: float = 0.5) -> Kind:
    return Kind(name=name, family="ads", title=title, example=example, source=source, m=m, traps=traps)


AMAZON = _kind(
    "amazon-publisher",
    "Amazon Publisher Services account",
    "fee31bcb-d8b7-4565-8a5b-b1097e207e11",
    "https://ams.amazon.com/webpublisher/uam/docs/web-integration-documentation",
)
MEDIA_NET = _kind("media-net", "media.net customer", "8CU485480", "https://www.media.net/", m=0.6)
MEDIAVINE = _kind("mediavine", "Mediavine site", "the-anti-june-cleaver", "https://help.mediavine.com/", _ZONE, 0.2)
RAPTIVE = _kind("raptive", "Raptive (AdThrive) site", "5c1e0a9b3d87f246e1f0a9c3", "https://help.raptive.com/", _ZONE, 0.2)
EZOIC = _kind("ezoic", "Ezoic domain number", "184729", "https://support.ezoic.com/", _ZONE, 0.2)
INFOLINKS = _kind("infolinks", "Infolinks publisher", "3086223", "https://www.infolinks.com/", m=0.7)
PROPELLER = _kind(
    "propellerads", "PropellerAds (Monetag) zone", "4827193", "https://help.propellerads.com/en/collections/1660513", _ZONE
)
ADSTERRA = _kind("adsterra", "Adsterra unit", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://help-publishers.adsterra.com/", _ZONE)
EXOCLICK = _kind("exoclick", "ExoClick zone", "3917264", "https://docs.exoclick.com/", _ZONE)
POPADS = _kind("popads", "PopAds site", "2719384", "https://www.popads.net/", _ZONE)
POPCASH = _kind(
    "popcash",
    "PopCash user",
    "391728",
    "https://popcash.net/",
    "One user has many sites: a true tie; a copied page keeps it.",
    0.7,
)
ADCASH = _kind("adcash", "Adcash zone", "7182934", "https://adcash.com/", _ZONE)
YLLIX = _kind("yllix", "Yllix (Advertica) publisher", "418273", "https://yllix.com/", m=0.7)
SETUPAD = _kind("setupad", "Setupad site", "6182", "https://setupad.com/", _ZONE, 0.3)
SHAREAHOLIC = _kind(
    "shareaholic", "Shareaholic site", "1b4cd6dea80b282c132df03b8b3fd9ac", "https://support.shareaholic.com/", _ZONE, 0.3
)
ADFOX = _kind("adfox", "Adfox owner", "249922", "https://yandex.ru/support/adfox-sites/", m=0.7)
SMART_AD = _kind("smart-adserver", "Equativ (Smart AdServer) network", "1901", "https://help.equativ.com/", m=0.7)
REVIVE = _kind(
    "revive",
    "Revive Adserver and its installation",
    "5c1e0a9b3d87f246e1f0a9c37d5b2864",
    "https://documentation.revive-adserver.com/",
    "An ad server shared by the sites of a network.",
    0.7,
)
TEADS = _kind("teads", "Teads page", "104837", "https://support.teads.com/", _ZONE, 0.3)
KINDS = (
    AMAZON,
    MEDIA_NET,
    MEDIAVINE,
    RAPTIVE,
    EZOIC,
    INFOLINKS,
    PROPELLER,
    ADSTERRA,
    EXOCLICK,
    POPADS,
    POPCASH,
    ADCASH,
    YLLIX,
    SETUPAD,
    SHAREAHOLIC,
    ADFOX,
    SMART_AD,
    REVIVE,
    TEADS,
)
_HEX32 = rb"([0-9a-f]{32}){.}"
RULES = (
    code(
        AMAZON,
        ("apstag.init",),
        rb"apstag\.init\({ }\{[^{}]{0,80}?pubID{:}({uuid}|[0-9]{4,6}{.})",
        lambda text: real_number(text) if text.isdigit() else real_token(text),
        "apstag call",
    ),
    code(AMAZON, ("amznads.getAds",), rb"amznads\.getAds(?:Callback)?\({ }{'}([0-9]{4,6}){.}", real_number, "amznads call"),
    code(
        MEDIA_NET,
        ("media.net",),
        rb"media\.net{/}[a-z]{1,20}\.(?:js|php)\?[^\s\"'<>]{0,80}?cid{=}(8CU[0-9A-Z]{5,7}){.}",
        real_token,
        "script",
    ),
    code(MEDIA_NET, ("8CU",), rb"{<}(8CU[0-9A-Z]{6}){.}", real_token),
    code(MEDIAVINE, ("scripts.mediavine.com",), rb"scripts\.mediavine\.com{/}tags{/}([a-z0-9-]{3,60})\.js", real_name, "script"),
    code(RAPTIVE, ("ads.adthrive.com",), rb"ads\.adthrive\.com{/}sites{/}([0-9a-f]{24}){/}", real_token, "script"),
    code(RAPTIVE, ("adthrive", "siteId"), rb"siteId{:}([0-9a-f]{24}){'}", real_token, "settings", near=rb"adthrive"),
    code(EZOIC, ("domain_id",), rb"domain_id{:}([0-9]{3,7}){.}", real_number, "settings", near=rb"_ezaq|ezoic"),
    code(INFOLINKS, ("infolinks_pid",), rb"infolinks_pid{:}([0-9]{5,8}){.}", real_number, "settings"),
    code(
        PROPELLER,
        ("data-zone",),
        rb"data-zone{:}([0-9]{6,8}){.}",
        real_number,
        "script",
        near=rb"/tag\.min\.js|propu\.sh|monetag",
    ),
    code(PROPELLER, ("dataset.zone",), rb"dataset\.zone{:}([0-9]{6,8}){.}", real_number, "script", near=rb"/tag\.min\.js"),
    code(PROPELLER, ("/tag.min.js",), rb"/tag\.min\.js[^<>]{0,90}?\bdataset\.zone{:}([0-9]{6,8}){.}", real_number, "script"),
    code(ADSTERRA, ("atOptions",), rb"atOptions{:}\{[^{}]{0,40}?key{:}" + _HEX32, real_token, "atOptions"),
    code(ADSTERRA, ("container-",), rb"container-" + _HEX32, real_token, "container", near=rb"/[0-9a-f]{32}/invoke\.js"),
    code(
        EXOCLICK,
        ("exoclick.com", "exdynsrv.com", "exosrv.com", "realsrv.com", "magsrv.com", "data-zoneid", "ad_idzone"),
        rb"(?:ad_idzone{:}|data-zoneid{:}|(?:exoclick|exdynsrv|exosrv|realsrv|magsrv)\.com{/}[^\s\"'<>]{0,60}?(?:idzone|zoneid){=})([0-9]{6,8}){.}",
        real_number,
        near=rb"exoclick|exdynsrv|exosrv|realsrv|magsrv",
    ),
    code(
        POPADS,
        ("siteId",),
        rb"siteId{'}?\s{0,9}[,:]\s{0,9}([0-9]{5,8}){.}",
        real_number,
        "settings",
        near=rb"popads\.net|popundersPerIP",
    ),
    code(POPCASH, ("uid",), rb"(?<![A-Za-z])uid{:}([0-9]{4,7}){.}", real_number, near=rb"popcash"),
    code(ADCASH, ("aclib.run",), rb"aclib\.run[A-Za-z]{3,14}\(\{[^{}]{0,60}?zoneId{:}([0-9]{5,8}){.}", real_number, "aclib call"),
    code(YLLIX, ("yllix.com",), rb"yllix\.com{/}[a-z_]{1,30}\.(?:php|js)\?[^\s\"'<>]{0,60}?pub{=}([0-9]{5,7}){.}", real_number),
    code(SETUPAD, ("stpd.cloud",), rb"stpd\.cloud{/}saas{/}([0-9]{3,6}){.}", real_number, "script"),
    code(
        SHAREAHOLIC,
        ("data-shr-siteid", "shareaholic:site_id", "shr-siteid"),
        rb"(?:data-)?shr-siteid{:}" + _HEX32,
        real_token,
        "script",
    ),
    code(SHAREAHOLIC, ("shareaholic:site_id",), rb"shareaholic:site_id{'}\s{1,9}content=[\"']" + _HEX32, real_token, "meta"),
    code(ADFOX, ("ads.adfox.ru",), rb"ads\.adfox\.ru{/}([0-9]{4,7}){/}", real_number, "request"),
    code(ADFOX, ("ownerId",), rb"ownerId{:}([0-9]{4,7}){.}", real_number, "settings", near=rb"adfox"),
    code(
        SMART_AD,
        ("sas.setup", "networkid"),
        rb"sas\.setup\({ }\{[^{}]{0,120}?networkid{:}([0-9]{2,5}){.}",
        real_number,
        "settings",
    ),
    code(REVIVE, ("data-revive-id",), rb"data-revive-id{:}" + _HEX32, real_token, "placement"),
    code(TEADS, ("a.teads.tv",), rb"a\.teads\.tv{/}page{/}([0-9]{3,7}){/}tag", real_number, "script"),
)
