"""Paid recommendations under articles: Taboola, Outbrain, MGID, AdNow, Revcontent, Content.ad, Plista, Dianomi, Engageya."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Kind, code

_GROUP = "A network account of a sales house or a platform stands on all sites that it sells for."
TABOOLA = Kind(
    "taboola",
    "ads",
    "Taboola publisher",
    "theonion-avclub",
    "https://developers.taboola.com/web-integrations/docs",
    m=0.4,
    traps=_GROUP,
)
TABOOLA_PIXEL = Kind(
    "taboola-pixel",
    "ads",
    "Taboola advertiser",
    "1083529",
    "https://help.taboola.com/hc/en-us/articles/360003441833",
    m=0.4,
    traps="An agency's account on its clients' sites.",
)
OUTBRAIN = Kind(
    "outbrain",
    "ads",
    "Outbrain publisher (template or key)",
    "TheDailyCaller",
    "https://developer.outbrain.com/web-integration/",
    m=0.5,
    traps=_GROUP + " Templates are named by hand and can be generic.",
)
OUTBRAIN_PIXEL = Kind(
    "outbrain-pixel",
    "ads",
    "Outbrain advertiser",
    "00a5e1d0c4b7f23986d1e54a0b7c92f3de",
    "https://www.outbrain.com/help/advertisers/the-outbrain-pixel/",
    m=0.4,
    traps="An agency's account on its clients' sites.",
)
MGID = Kind(
    "mgid",
    "ads",
    "MGID site",
    "detaykibris.com",
    "https://help.mgid.com/how-to-install-widget",
    m=0.3,
    traps="The site's name as its owner gave it.",
)
MGID_SITE = Kind(
    "mgid-site",
    "ads",
    "MGID site's number",
    "1063588",
    "https://help.mgid.com/how-to-install-widget",
    m=0.3,
    traps="One number per site; strangers share it only through a copied page or template.",
)
ADNOW = Kind(
    "adnow",
    "ads",
    "AdNow widget",
    "708314",
    "https://adnow.com/publishers/",
    m=0.4,
    traps="A widget belongs to one site of a publisher; a copied page or template keeps it.",
)
REVCONTENT = Kind(
    "revcontent", "ads", "Revcontent widget", "62119", "https://help.revcontent.com/knowledge/widgets", m=0.4, traps=_GROUP
)
CONTENT_AD = Kind(
    "content-ad",
    "ads",
    "Content.ad publisher",
    "3a1f6c52-9be0-4c8e-8d7b-5e2f40a7c913",
    "https://www.content.ad/help",
    m=0.5,
    traps=_GROUP,
)
PLISTA = Kind("plista", "ads", "Plista publisher key", "3a9c41de7b0f5286c7d9e1b4", "https://www.plista.com/", m=0.4, traps=_GROUP)
DIANOMI = Kind("dianomi", "ads", "Dianomi placement", "3472", "https://www.dianomi.com/", m=0.3, traps=_GROUP)
_TABOOLA_OWN = frozenset(
    {
        "static",
        "unip",
        "userx",
        "common",
        "impl",
        "shared",
        "release",
        "libtrc",
        "sg",
        "network",
        "publisher",
        "publisher-id",
        "taboola",
        "apitestaccount",
    }
)
_OUTBRAIN_GENERIC = frozenset({"template", "default", "publisher", "website", "test", "null", "undefined", "true", "false"})


def _publisher(text: str) -> str | None:
    return None if text.lower() in _TABOOLA_OWN else real_name(text)


def _not_advertiser(text: str) -> str | None:
    """In the same place of other addresses stands an advertiser's number."""
    return None if text.isdigit() else _publisher(text)


def _template(text: str) -> str | None:
    return text if text.lower() not in _OUTBRAIN_GENERIC and real_name(text) and len(text) > 1 else None


KINDS = (TABOOLA, TABOOLA_PIXEL, OUTBRAIN, OUTBRAIN_PIXEL, MGID, MGID_SITE, ADNOW, REVCONTENT, CONTENT_AD, PLISTA, DIANOMI)
_NAME = rb"([A-Za-z0-9][A-Za-z0-9_.-]{1,80})"
_MGID_HOSTS = ("mgid.com", "adskeeper.co", "lentainform.com", "idealmedia.io")
"""MGID's network under its names; all serve the same widgets from jsc. of these hosts (measured on public pages)."""
_JSC = rb"{/}jsc\."
_ACCOUNT = ("accountId", "AccountId", "AccountID")
_SETTINGS = rb"[tT]aboola{:}\{(?:[^{}]{0,120}+\{[^{}]{0,80}+\})?+[^{}]{0,200}+(?:\{[^{}]{0,60}+)?+"
"""In an object of settings, or in one within it."""
RULES = (
    code(
        TABOOLA,
        ("taboola.com",),
        rb"taboola\.com{/}(?:libtrc|nr){/}" + _NAME + rb"{/}(?:loader|newsroom|tfa|[a-z.-]{1,30}loader)\.js",
        _publisher,
        "loader script",
    ),
    code(
        TABOOLA,
        ("taboola.com",),
        rb"(?<=trc\.)taboola\.com{/}" + _NAME + rb"{/}(?:log|trc|recommendations)\b",
        _not_advertiser,
        "request",
    ),
    code(
        TABOOLA,
        ("taboola.com",),
        rb"(?<=api\.)taboola\.com{/}1\.[0-9]{/}json{/}" + _NAME + rb"{/}recommendations",
        _not_advertiser,
        "request",
    ),
    code(
        TABOOLA,
        ("taboola.com",),
        rb"(?<=popup\.)taboola\.com{/}[^\s\"'<>]{0,80}?utm_source{=}" + _NAME + rb"(?=[&\\\"'])",
        _not_advertiser,
        "link under the widget",
    ),
    code(
        TABOOLA,
        ("data-publisher", "taboola", "Taboola"),
        rb"(?:data-publisher|(?i:taboola[_-]?publisher_?(?:id|name)?)){:}" + _NAME + rb"{'}",
        _publisher,
        "publisher",
        near=rb"taboola",
    ),
    code(
        TABOOLA,
        ("publisherId", "clientId", *_ACCOUNT),
        rb"(?:publisherId|clientId|[aA]ccountI[dD]){:}(?![0-9]{1,20}+[^A-Za-z0-9_.-])" + _NAME + rb"{'}",
        _publisher,
        "settings",
        behind=_SETTINGS,
    ),
    code(
        TABOOLA_PIXEL,
        _ACCOUNT,
        rb"[aA]ccountI[dD](?:s{:}\{{'}?+[a-z]{1,10})?+{:}([0-9]{6,8}){.}",
        real_number,
        "settings",
        behind=_SETTINGS,
    ),
    code(TABOOLA_PIXEL, ("taboola.com",), rb"taboola\.com{/}libtrc{/}unip{/}([0-9]{6,8}){/}", real_number, "pixel script"),
    code(TABOOLA_PIXEL, ("_tfa.push",), rb"_tfa\.push\(\{[^{}]{0,150}?\bid{:}([0-9]{6,8}){.}", real_number, "pixel call"),
    code(TABOOLA_PIXEL, ("taboola.com",), rb"(?<=trc\.)taboola\.com{/}([0-9]{6,8}){/}(?:log|trc)\b", real_number, "pixel image"),
    code(OUTBRAIN, ("data-ob-template", "ob-template"), rb"(?:data-)?ob-template{:}" + _NAME + rb"{'}", _template, "template"),
    code(
        OUTBRAIN,
        (
            "ob-installation-key",
            "OB_installation_key",
            "ob_installation_key",
            "OB_partnerKey",
            "ob-partner-key",
            "obPartnerKey",
            "partnerKey",
        ),
        rb"(?i:ob[_-]?installation[_-]?key|ob[_-]?partner[_-]?key|partnerKey){:}([A-Z0-9][A-Z0-9_]{6,40}){>}",
        real_token,
        "key",
        near=rb"outbrain|ob[_-](?:partner|install)",
    ),
    code(OUTBRAIN_PIXEL, ("OB_ADV_ID",), rb"OB_ADV_ID{:}\[?{ }{'}?([0-9a-f]{34})(?![0-9A-Za-z])", real_token),
    code(
        OUTBRAIN_PIXEL,
        ("tr.outbrain.com",),
        rb"tr\.outbrain\.com{/}[a-zA-Z]{5,12}\?[^\s\"'<>]{0,120}?marketerId{=}([0-9a-f]{34})(?![0-9A-Za-z])",
        real_token,
        "pixel image",
    ),
    code(
        MGID, ("mgid",), rb"mgid{'}[^<>]{0,200}?data-publisher=[\"']([a-z0-9.-]{4,60}\.[a-z]{2,10})[\"']", real_name, "AMP widget"
    ),
    code(
        MGID_SITE, _MGID_HOSTS, rb"[a-z]{4,11}\.[a-z.]{2,5}{/}site{/}([0-9]{5,8})\.js", real_number, "site's script", behind=_JSC
    ),
    code(MGID_SITE, ("ScriptRootC",), rb"ScriptRootC[0-9]{4,9}", real_number, "widget's place", behind=rb"{<}M([0-9]{5,8})"),
    code(ADNOW, ("SC_TBlock_",), rb"{<}SC_TBlock_([0-9]{5,8}){.}", real_number, "widget's place"),
    code(
        ADNOW,
        ("sc_adv_out",),
        rb"sc_adv_out\s{0,3}\|\|\s{0,3}\[\]\)\.push\({ }\{{ }{'}?id{:}([0-9]{5,8}){.}",
        real_number,
        "settings",
    ),
    code(
        MGID,
        _MGID_HOSTS,
        rb"[a-z]{4,11}\.[a-z.]{2,5}{/}[a-z0-9]{1,2}{/}[a-z0-9]{1,2}{/}([a-z0-9.-]{4,60}\.[a-z]{2,10})\.[0-9]{3,9}\.js",
        real_name,
        "widget script",
        behind=_JSC,
    ),
    code(
        REVCONTENT,
        ("rcjsload", "revcontent.com"),
        rb"(?:rcjsload_[0-9a-f]{6}[^<>]{0,800}?|revcontent\.com{/}serve\.js\.php\?)[?&]?w(?:idget)?{=}([0-9]{3,7})(?![0-9])",
        real_number,
    ),
    code(
        REVCONTENT, ("RevContent",), rb"RevContent\w{0,20}{:}\{[^{}]{0,200}?widget_id{:}([0-9]{3,7}){.}", real_number, "settings"
    ),
    code(REVCONTENT, ("data-rc-widget",), rb"data-rc-widget[^<>]{0,200}?data-widget-id=[\"']([0-9]{3,7})[\"']", real_number),
    code(
        CONTENT_AD,
        ("content-ad.net", "content.ad"),
        rb"content(?:-ad\.net|\.ad){/}[^\s\"'<>]{0,80}?[?&;]id{=}({uuid})",
        real_token,
    ),
    code(
        PLISTA,
        ("publickey", "publicKey", "data-display"),
        rb"(?:public[kK]ey){:}([0-9a-f]{20,32}){>}",
        real_token,
        near=rb"plista",
    ),
    code(
        PLISTA,
        ("plista.com",),
        rb"plista\.com{/}(?:async{/})?(?:min{/})?[^\s\"'<>]{0,60}?publickey{=}([0-9a-f]{20,32}){>}",
        real_token,
    ),
    code(DIANOMI, ("dianomi.com",), rb"dianomi\.com{/}[a-z]{1,20}\.(?:epl|pl)\?id{=}([0-9]{2,6})(?![0-9])", real_number),
    code(DIANOMI, ("data-dianomi-context-id",), rb"data-dianomi-context-id=[\"']([0-9]{2,6})[\"']", real_number),
)
