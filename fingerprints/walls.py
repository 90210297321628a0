"""Pages that answer in a site's place: a bot or a consent wall with status 200 says nothing about the site, and the ids in it
are the wall's.

Each mark was taken from what the service itself documents or sends. A mark also stands on pages that were let through, and in
articles about walls, so that it counts only in a page with next to no text; a title counts only where no article can have it.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

import hyperscan

from fingerprints.automaton import automaton
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
    (rb"(?i)_Incapsula_Resource|/_Incapsula_|incapsula incident id", "Imperva"),
    (rb"(?:geo|ct|interstitial)\.captcha-delivery\.com", "DataDome"),
    (rb"sucuri_cloudproxy_js", "Sucuri"),
    (rb"/(?:\.well-known/)?_?sgcaptcha", "SiteGround"),
    (rb"id=[\"']px-captcha[\"']|captcha\.px-cdn\.net|_pxAppId\b", "HUMAN"),
    (rb"token\.awswaf\.com|captcha\.awswaf\.com|AwsWafIntegration", "AWS WAF"),
    (rb"/cdn-cgi/challenge-platform/h/|_cf_chl_opt\b|cf-browser-verification", "Cloudflare"),
    # Reference #18.2d351ab8.1557333295.a4e16ab: https://techdocs.akamai.com/edge-diagnostics/docs/translate-error-string
    (rb"errors\.edgesuite\.net|Reference&#32;&#35;\d{1,3}&#46;|sec-if-cpt-container|/_sec/cp_challenge/", "Akamai"),
    (rb"/ips\.js\?|KPSDK\b", "Kasada"),
    (rb"check\.ddos-guard\.net/check\.js|/\.well-known/ddos-guard/", "DDoS-Guard"),
    (rb"perfdrive\.com|validate\.perfdrive", "Radware"),
    (rb"/\.within\.website/x/cmd/anubis/", "Anubis"),
    (rb"/_qrator/|__qrator/", "Qrator"),
    (rb"/TSPD/[0-9a-f]{10,}|window\[\"bobcmd\"\]", "F5"),
    (rb"slowAES\.decrypt\(", "cookie test (testcookie)"),
    (rb"/showcaptcha\?|smartcaptcha\.yandexcloud\.net", "Yandex SmartCaptcha"),
)
"""What stands in a wall, in the syntax of automaton(), and whose it is."""
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
    marks = _marks_in(page.body)
    return _MARKS[min(marks)][1] if marks and _is_thin(page) else ""


def _marks_in(body: bytes) -> set[int]:
    found: set[int] = set()
    _marks().scan(body, match_event_handler=lambda number, *_: found.add(number))
    return found


@cache
def _marks() -> hyperscan.Database:
    return automaton([mark for mark, _ in _MARKS], [hyperscan.HS_FLAG_SINGLEMATCH] * len(_MARKS))


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
