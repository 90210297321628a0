"""What publishers use besides counters: Parse.ly, Piano, Cxense, Permutive, Krux, Nielsen, Gemius, IVW, Sailthru, Marfeel."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_GROUP = "A media group uses one account for all its brands: a true tie, and mostly an open one."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.6) -> Kind:
    return Kind(name=name, family="analytics", title=title, example=example, source=source, m=m, traps=_GROUP)


PARSELY = _kind("parsely", "Parse.ly site", "bostonherald.com", "https://docs.parse.ly/tracking-code-setup/", 0.3)
PIANO = _kind("piano", "Piano application", "SE0WzqlbUG", "https://docs.piano.io/")
AT_INTERNET = _kind("at-internet", "AT Internet (Piano Analytics) site", "549238", "https://developers.atinternet-solutions.com/")
CXENSE = _kind("cxense", "Cxense site", "1143002304403762051", "https://docs.piano.io/content-site-id/", 0.4)
PERMUTIVE = _kind(
    "permutive", "Permutive workspace or project", "23dc09d6-b664-425a-a76e-0eed6a6cc102", "https://developer.permutive.com/"
)
KRUX = _kind(
    "krux", "Krux (Salesforce DMP) configuration", "uepn18565", "https://web.archive.org/web/2019/https://konsole.zendesk.com/"
)
NIELSEN = _kind(
    "nielsen", "Nielsen SiteCensus client", "us-803450h", "https://engineeringportal.nielsen.com/wiki/DCR_Static_Browser_SDK"
)
GEMIUS = _kind("gemius", "gemius identifier", "olI66L9by3oJiG8hxj87", "https://www.gemius.com/")
INFONLINE = _kind("infonline", "INFOnline (IVW, ÖWA) offer", "at_w_atorf", "https://docs.infonline.de/", 0.3)
SAILTHRU = _kind(
    "sailthru",
    "Sailthru customer",
    "6f1c0a5293d14c1e8c8e2f6a4be71d03",
    "https://getstarted.sailthru.com/developers/integrations-javascript/",
)
MARFEEL = _kind("marfeel", "Marfeel account", "2817", "https://community.marfeel.com/")
KILKAYA = _kind("kilkaya", "Kilkaya account", "5c1e0a9b3d87f246e1f0a9c3", "https://docs.kilkaya.com/")
KINDS = (KILKAYA, PARSELY, PIANO, AT_INTERNET, CXENSE, PERMUTIVE, KRUX, NIELSEN, GEMIUS, INFONLINE, SAILTHRU, MARFEEL)
_DOMAIN = rb"([A-Za-z0-9][A-Za-z0-9.-]{2,60}\.[A-Za-z]{2,12})"


def _offer(text: str) -> str | None:
    return real_name(text) if any(letter.isalpha() for letter in text) else None


RULES = (
    code(KILKAYA, ("k5a.io",), rb"k5a\.io{/}([0-9a-f]{24})\.", real_token, "script"),
    code(PARSELY, ("parsely.com",), rb"parsely\.com{/}keys{/}" + _DOMAIN + rb"{/}p\.js", real_name, "script"),
    code(
        PARSELY,
        ("parsely.com",),
        rb"parsely\.com{/}[^\s\"'<>]{0,80}?apikey{=}" + _DOMAIN + rb"(?![A-Za-z0-9.-])",
        real_name,
        "request",
    ),
    code(PARSELY, ("data-parsely-site",), rb"data-parsely-site{:}" + _DOMAIN + rb"{'}", real_name, "script"),
    code(
        PARSELY,
        ("apikey",),
        rb"apikey{:}" + _DOMAIN + rb"{'}",
        real_name,
        "AMP component",
        behind=rb"parsely[\"']?[^<>]{0,80}>\s{0,20}<script[^<>]{0,60}>[^<>]{0,120}",
    ),
    code(PARSELY, ("wpParselySiteId",), rb"wpParselySiteId{:}" + _DOMAIN + rb"{'}", real_name, "plug-in's settings"),
    code(PIANO, ("setAid",), rb"setAid{,}([A-Za-z0-9]{10}){'}", real_token, "setAid call"),
    code(
        PIANO,
        ("tinypass.com", "piano.io"),
        rb"(?:tinypass\.com|piano\.io){/}[^\s\"'<>]{0,80}?aid{=}([A-Za-z0-9]{10}){.}",
        real_token,
        "script",
    ),
    code(
        PIANO,
        ("piano_app_id", "pianoAid", "pianoAID", "pianoProdAid", "piano_aid", "pianoApplicationId"),
        rb"piano(?:_app_id|_aid|A[iI][dD]|ProdAid|ApplicationId){:}([A-Za-z0-9]{10}){'}",
        real_token,
        "key",
    ),
    code(AT_INTERNET, ("xtsite", "xiti"), rb"xtsite{:}([0-9]{5,7}){.}", real_number, "settings"),
    code(
        AT_INTERNET,
        ("pianoAnalytics", "ATInternet", "pa.setConfigurations", "xiti.com"),
        rb"(?:pa\.setConfigurations\(|Tracker\(|ATInternet|pianoAnalytics|xiti\.com)[^<>]{0,120}?\bsite{:}([0-9]{5,7}){.}",
        real_number,
        "settings",
    ),
    code(CXENSE, ("setSiteId",), rb"setSiteId{,}([0-9]{18,20}){.}", real_number, "setSiteId call"),
    code(
        CXENSE,
        ("cxense", "Cxense", "CXENSE"),
        rb"(?i:cxense_?(?:site_?id|{:}\{{ }{'}?site_?id)){:}([0-9]{18,20}){.}",
        real_number,
        "key",
    ),
    code(
        PERMUTIVE,
        (".edge.permutive.app", "cdn.permutive.com"),
        rb"(?:\.edge\.permutive\.app|cdn\.permutive\.com){/}([0-9a-f]{8}-[0-9a-f-]{27})-web\.js",
        real_uuid,
        "script",
    ),
    code(PERMUTIVE, ("permutive",), rb"permutive[^<>]{0,300}?workspace_?[iI]d{:}({uuid})", real_uuid, "settings"),
    code(
        PERMUTIVE,
        ("projectId", "ProjectId", "PROJECT_ID", "organizationId", "workspaceId", "apiKey", "ApiKey", "API_KEY", "api_key"),
        rb"\w{5,14}+{:}({uuid})",
        real_uuid,
        "settings",
        behind=rb"[pP]ermutive(?:(?:Ids)?+{:}\{[^{}]{0,200}+)?+",
    ),
    code(PERMUTIVE, ("window.permutive",), rb"window\.permutive{,}({uuid})", real_uuid, "loader"),
    code(
        KRUX, ("krxd.net",), rb"krxd\.net{/}controltag(?:\?confid{=}|{/})([A-Za-z0-9_-]{8,9})(?:\.js)?{.}", real_token, "script"
    ),
    code(KRUX, ("krux", "Krux"), rb"[kK]rux{:}([a-z0-9]{8,10}){'}", real_token, "key"),
    code(
        NIELSEN,
        ("imrworldwide.com",),
        rb"imrworldwide\.com{/}cgi-bin{/}m\?[^\s\"'<>]{0,60}?ci{=}([a-z]{2}-[0-9a-z]{6,8}){.}",
        real_token,
        "image",
    ),
    code(
        NIELSEN,
        ("imrworldwide.com",),
        rb"imrworldwide\.com{/}conf{/}(P[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})",
        real_token,
        "script",
    ),
    code(
        NIELSEN,
        ("apid", "appid"),
        rb"ap(?:p)?id{:}(P[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}){.}",
        real_token,
        "settings",
    ),
    code(
        GEMIUS,
        ("gemius_identifier", "gemiusID"),
        rb"gemius(?:_identifier|ID){:}(?:new String\({'})?([A-Za-z0-9_.]{20,60}){'}",
        real_token,
        "identifier",
    ),
    code(
        INFONLINE,
        ("iam_data", "oewa_data", "ivwTrackingInfo"),
        rb"(?:iam_data|oewa_data|ivwTrackingInfo[\"']?)\s{0,9}[=:]\s{0,9}\{[^{}]{0,120}?[\"']?\bst{:}([A-Za-z0-9_-]{3,20}){'}",
        _offer,
        "settings",
    ),
    code(
        INFONLINE,
        ("ivwbox.de", "ioam.de"),
        rb"(?:ivwbox\.de{/}cgi-bin{/}ivw{/}CP{/}|ioam\.de{/}tx\.io\?st{=})([A-Za-z0-9_-]{3,20})(?:[;/&?\"'])",
        _offer,
        "image",
    ),
    code(SAILTHRU, ("Sailthru.init",), rb"Sailthru\.init\(\{[^{}]{0,60}?customerId{:}([0-9a-f]{32}){.}", real_token, "settings"),
    code(MARFEEL, ("accountId",), rb"accountId{:}([0-9]{3,6}){.}", real_number, "settings", near=rb"marfeel"),
)
