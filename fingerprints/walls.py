"""Pages that answer in a site's place: a bot or a consent wall with status 200 says nothing about the site, and the ids in it
are the wall's.

Each mark was taken from what the service itself documents or sends. A mark also stands on pages that were let through, and in
articles about walls, so that it counts only in a page with next to no text; a title counts only where no article can have it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fingerprints.model import Page
from fingerprints.scripts import text_size

_HEADERS = (
    # https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
    ("cf-mitigated", "challenge", "Cloudflare"),
    # https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-datadome", "protected", "DataDome"),
)
"""Those that stand on a page that was let through as well count with a page of hardly any text alone (see _ALSO_OPEN)."""
_ALSO_OPEN = frozenset({"x-datadome"})
_TITLES = {
    "just a moment...": "Cloudflare",
    "attention required! | cloudflare": "Cloudflare",
    "one moment, please...": "Imunify360",
    "ddos-guard": "DDoS-Guard",
    "you are being redirected...": "Sucuri",
    "sucuri website firewall - access denied": "Sucuri",
    "sucuri website firewall - not configured": "Sucuri",
    "pardon our interruption": "Imperva",
    "pardon our interruption...": "Imperva",
    "access to this page has been denied": "HUMAN",
    "access to this page has been denied.": "HUMAN",
    "robot challenge screen": "SiteGround",
    "vercel security checkpoint": "Vercel",
    "making sure you&#39;re not a bot!": "Anubis",
    "making sure you're not a bot!": "Anubis",
    "client challenge": "Fastly",
    "human verification": "AWS WAF",
    "radware bot manager captcha": "Radware",
    "radware captcha page": "Radware",
    "bitninja - browser integrity check": "BitNinja",
    "stackpath": "StackPath",
    "are you not a robot?": "Yandex SmartCaptcha",
    "вы не робот?": "Yandex SmartCaptcha",
    "before you continue to google search": "consent wall of Google",
    "before you continue to youtube": "consent wall of Google",
    "dpg media privacy gate": "consent wall of DPG Media",
    "dpg media privacy wall": "consent wall of DPG Media",
}
_MARKS = (
    ((b"ncapsula", b"NCAPSULA"), re.compile(rb"_Incapsula_Resource|/_Incapsula_|incapsula incident id", re.I), "Imperva"),
    ((b"captcha-delivery",), re.compile(rb"(?:geo|ct|interstitial)\.captcha-delivery\.com"), "DataDome"),
    ((b"sucuri_",), re.compile(rb"sucuri_cloudproxy_js"), "Sucuri"),
    ((b"sgcaptcha",), re.compile(rb"/(?:\.well-known/)?_?sgcaptcha"), "SiteGround"),
    ((b"px-c", b"_pxAppId"), re.compile(rb"id=[\"']px-captcha[\"']|captcha\.px-cdn\.net|_pxAppId\b"), "HUMAN"),
    ((b"awswaf", b"AwsWaf"), re.compile(rb"token\.awswaf\.com|captcha\.awswaf\.com|AwsWafIntegration"), "AWS WAF"),
    (
        (b"/cdn-cgi/challenge", b"_cf_chl_opt", b"cf-browser-v"),
        re.compile(rb"/cdn-cgi/challenge-platform/h/|_cf_chl_opt\b|cf-browser-verification"),
        "Cloudflare",
    ),
    # Reference #18.2d351ab8.1557333295.a4e16ab: https://techdocs.akamai.com/edge-diagnostics/docs/translate-error-string
    (
        (b"edgesuite", b"Reference&#32;", b"sec-if-cpt", b"/_sec/cp"),
        re.compile(rb"errors\.edgesuite\.net|Reference&#32;&#35;\d{1,3}&#46;|sec-if-cpt-container|/_sec/cp_challenge/"),
        "Akamai",
    ),
    ((b"/ips.js?", b"KPSDK"), re.compile(rb"/ips\.js\?|KPSDK\b"), "Kasada"),
    ((b"ddos-guard",), re.compile(rb"check\.ddos-guard\.net/check\.js|/\.well-known/ddos-guard/"), "DDoS-Guard"),
    ((b"perfdrive",), re.compile(rb"perfdrive\.com|validate\.perfdrive"), "Radware"),
    ((b".within.website",), re.compile(rb"/\.within\.website/x/cmd/anubis/"), "Anubis"),
    ((b"_qrator/",), re.compile(rb"/_qrator/|__qrator/"), "Qrator"),
    ((b"/TSPD/", b"bobcmd"), re.compile(rb"/TSPD/[0-9a-f]{10,}|window\[\"bobcmd\"\]"), "F5"),
    ((b"slowAES",), re.compile(rb"slowAES\.decrypt\("), "cookie test (testcookie)"),
    (
        (b"/showcaptcha?", b"smartcaptcha.yandexcloud"),
        re.compile(rb"/showcaptcha\?|smartcaptcha\.yandexcloud\.net"),
        "Yandex SmartCaptcha",
    ),
)
"""Words of which one stands wherever the mark does, the mark, and whose it is: words are found in a tenth of the time."""
_CONSENT_HOSTS = frozenset(
    {
        "consent.google.com",
        "consent.youtube.com",
        "consent.yahoo.com",
        "guce.yahoo.com",
        "myprivacy.dpgmedia.nl",
        "myprivacy.dpgmedia.be",
        "cmp.seznam.cz",
    }
)
_CONSENT_PATH = re.compile(
    r"/(?:consent/tcf|zustimmung|privacy-?(?:gate|wall)|cookie-?wall|consent-?wall|cookie-?consent|cmp/consent)(?:/|\.html?$|$)",
    re.I,
)
"""Where media lead visitors who have not said yes or no; the page itself lies elsewhere."""
_TITLE = re.compile(rb"<title[^>]{0,100}+>\s{0,50}+([^<]{1,200}+)<", re.I)
_LOOK = 16_384
_THIN = 800
"""Bytes of text that a wall has at the most: a sentence or two, and a number for its support."""
_LARGEST = 400_000
"""Bytes; walls bring their scripts with them."""


def wall_of(page: Page) -> str:
    """The service whose wall this page is, or an empty string for a page of the site."""
    for name, value, service in _HEADERS:
        if page.header(name).strip().lower() == value and (name not in _ALSO_OPEN or _is_thin(page)):
            return service
    title = _TITLE.search(page.body, 0, _LOOK)
    if title:
        service = _TITLES.get(title[1].decode("utf-8", "replace").strip().lower(), "")
        if service:
            return service
    if _is_consent(page):
        return "consent wall"
    if len(page.body) > _LARGEST:
        return ""
    body = page.body
    found = next((name for words, mark, name in _MARKS if any(word in body for word in words) and mark.search(body)), "")
    return found if found and _is_thin(page) else ""


def _is_consent(page: Page) -> bool:
    """Whether visitors were led to a page that asks for consent before the site shows itself."""
    if page.final_url == page.url and not page.redirects:
        return False
    try:
        parts = urlsplit(page.final_url)
    except ValueError:
        return False
    return (parts.hostname or "") in _CONSENT_HOSTS or (_CONSENT_PATH.search(parts.path) is not None and _is_thin(page))


def _is_thin(page: Page) -> bool:
    return len(page.body) <= _LARGEST and text_size(page.body, _THIN + 1) <= _THIN
