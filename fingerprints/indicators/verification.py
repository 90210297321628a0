"""Site-verification metas: a token that a service gave to an account, put on the page to show that the account controls it.

The token belongs to one account and one site, so it shows who looks after a site only where two sites carry the same one:
some services give an account one token for all its sites, and templates are copied with the token in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._values import real_token
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan

_SAME = "A template, a platform or an agency that puts its own token on all its sites; a copied page keeps it."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="verification", title=title, example=example, source=source, m=0.4, traps=_SAME)


OTHER = _kind(
    "site-verification",
    "Other verification token",
    "pocket-site-verification=8c38a2261495b2454811b281aae39b",
    "Measured on public pages: metas whose name says that they verify the site.",
)
_KNOWN = (
    (
        _kind(
            "google-site-verification",
            "Google Search Console token",
            "jVoeEwkTNH-nlRuMnNJ8bZ2zUtHf0dCo_GKDu1InEl4",
            "https://support.google.com/webmasters/answer/9008080",
        ),
        ("google-site-verification",),
        r"[A-Za-z0-9_=-]{40,70}|[A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{20,60}",
    ),
    (
        _kind(
            "google-verify-v1",
            "Google Sitemaps token (until 2009)",
            "IODtZuG2ioY7pGg0quJbNSfBusGQMgChxukhNrOGdN4=",
            "https://developers.google.com/search/blog/2009/06/site-verification-update",
        ),
        ("verify-v1",),
        r"[A-Za-z0-9+/_-]{40,46}=?",
    ),
    (
        _kind(
            "bing-site-verification",
            "Bing Webmaster token",
            "E11C91F3522244AD728A407C255512DF",
            "https://www.bing.com/webmasters/help/how-to-verify-ownership-of-your-site-afcfefc6",
        ),
        ("msvalidate.01",),
        r"[0-9A-Fa-f]{32}",
    ),
    (
        _kind(
            "yandex-verification",
            "Yandex Webmaster token",
            "fd34a1374141912c",
            "https://yandex.com/support/webmaster/service/rights.html",
        ),
        ("yandex-verification",),
        r"[0-9a-f]{16}|[0-9a-f]{24}",
    ),
    (
        _kind(
            "facebook-domain-verification",
            "Meta domain verification",
            "1d0g00odpt2rbn9w3o4b3c5x02ukkz",
            "https://developers.facebook.com/docs/sharing/domain-verification",
        ),
        ("facebook-domain-verification",),
        r"[a-z0-9]{28,34}",
    ),
    (
        _kind(
            "pinterest-verification",
            "Pinterest claim",
            "bd8dc3c3782b9a2785b6fe761f67ad0c",
            "https://help.pinterest.com/en/business/article/claim-your-website",
        ),
        ("p:domain_verify",),
        r"[0-9a-f]{32}",
    ),
    (
        _kind(
            "baidu-verification",
            "Baidu Search Resource token",
            "codeva-8f3KsQ2xLm",
            "https://ziyuan.baidu.com/college/courseinfo?id=267",
        ),
        ("baidu-site-verification",),
        r"(?:code(?:va)?-)?[A-Za-z0-9]{8,40}",
    ),
    (
        _kind(
            "norton-verification",
            "Norton Safe Web token",
            "n0rt8k2q-5vxe1mz7cb4w9sdu3yh6jpa0tq-lrfg2i8o4e1x7ms5vn9bkw3zd6uc0",
            "https://safeweb.norton.com/help/site_owners",
        ),
        ("norton-safeweb-site-verification",),
        r"[A-Za-z0-9_-]{40,90}",
    ),
    (
        _kind(
            "ahrefs-verification",
            "Ahrefs token",
            "24a02e91bc508302caa61eebce87960890685000b644f200532c237333660ecb",
            "https://help.ahrefs.com/en/articles/1431155",
        ),
        ("ahrefs-site-verification",),
        r"[0-9a-f]{40,64}",
    ),
    (
        _kind(
            "alexa-verification",
            "Alexa token",
            "AXuE00m2rDvRjPbr4uc-cTs1z8w",
            "https://web.archive.org/web/2021/https://support.alexa.com/",
        ),
        ("alexaverifyid",),
        r"[A-Za-z0-9_-]{20,45}",
    ),
    (
        _kind(
            "yahoo-verification",
            "Yahoo Site Explorer token (until 2011)",
            "2fda708437f0d260",
            "https://web.archive.org/web/2011/https://siteexplorer.search.yahoo.com/",
        ),
        ("y_key",),
        r"[0-9a-f]{16}",
    ),
    (
        _kind(
            "naver-verification",
            "Naver Search Advisor token",
            "6f3b0c9d2e8a417f5c1d90b3e7a2846fd51c0e9b",
            "https://searchadvisor.naver.com/guide/owner-verify-site",
        ),
        ("naver-site-verification",),
        r"[0-9a-f]{20,40}",
    ),
    (
        _kind(
            "seznam-verification",
            "Seznam Webmaster token",
            "Xk4mT9vRq2LwZ7pB",
            "https://o-seznam.cz/napoveda/vyhledavani/seznam-webmaster/",
        ),
        ("seznam-wmt",),
        r"[A-Za-z0-9]{16,40}",
    ),
    (
        _kind("mailru-verification", "Mail.ru Webmaster token", "3c5e8a1f9b7d2046", "https://help.mail.ru/webmaster/"),
        ("wmail-verification", "mailru-domain", "mailru-verification"),
        r"[0-9A-Za-z]{16,40}",
    ),
    (
        _kind("360-verification", "360 Search token", "a8f3e1c9b07d5264f19a3be87c2d6051", "https://zhanzhang.so.com/"),
        ("360-site-verification",),
        r"[0-9a-f]{32}",
    ),
    (
        _kind("sogou-verification", "Sogou token", "Rk8tVw2LpQ", "https://zhanzhang.sogou.com/"),
        ("sogou_site_verification",),
        r"[A-Za-z0-9]{8,20}",
    ),
    (
        _kind("shenma-verification", "Shenma token", "5d1e9f0ab3c87246fe08d3b91a7c6524_1654071983", "https://zhanzhang.sm.cn/"),
        ("shenma-site-verification",),
        r"[0-9a-f]{32}(?:_[0-9]{9,11})?",
    ),
    (
        _kind("bytedance-verification", "ByteDance (Toutiao) token", "hK3vTq8wYc1MzRb5NxLd", "https://zhanzhang.toutiao.com/"),
        ("bytedance-verification-code",),
        r"[A-Za-z0-9+/=]{16,40}",
    ),
    (
        _kind(
            "tiktok-verification",
            "TikTok developers' token",
            "q7Xr2mVt9KcLw4ZpBn1s",
            "https://developers.tiktok.com/doc/getting-started-faq",
        ),
        ("tiktok-developers-site-verification",),
        r"[A-Za-z0-9]{20,40}",
    ),
    (
        _kind(
            "zoom-verification",
            "Zoom domain token",
            "ZOOM_verify_8Kq2TmXvR1mVw4ZpBn7s9L",
            "https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0066259",
        ),
        ("zoom-domain-verification",),
        r"(?:ZOOM_verify_)?[A-Za-z0-9_-]{16,40}",
    ),
    (
        _kind("bitly-verification", "Bitly token", "db0141396021", "https://support.bitly.com/"),
        ("bitly-verification",),
        r"[0-9a-f]{12}",
    ),
    (
        _kind("dailymotion-verification", "Dailymotion token", "dmo5qgk0uy3qakucb", "https://faq.dailymotion.com/"),
        ("dailymotion-domain-verification",),
        r"dm[a-z0-9]{12,20}",
    ),
    (
        _kind("impact-verification", "Impact affiliate token", "-1740562983", "https://help.impact.com/"),
        ("ir-site-verification-token",),
        r"-?[0-9]{6,12}",
    ),
    (
        _kind(
            "tradetracker-verification",
            "TradeTracker token",
            "8097a0a5f9aea165c84afac19f9af0428cef24f6",
            "https://tradetracker.com/",
        ),
        ("tradetracker-site-verification",),
        r"[0-9a-f]{40}",
    ),
    (
        _kind("admitad-verification", "Admitad token", "5c1e0a9b3d", "https://support.admitad.com/"),
        ("verify-admitad",),
        r"[0-9a-z]{8,40}",
    ),
    (
        _kind(
            "propeller-verification",
            "PropellerAds / Monetag token",
            "a3f1c09e7b2d8456e1f0a9c37d5b2864",
            "https://help.propellerads.com/",
        ),
        ("propeller", "monetag"),
        r"[0-9a-f]{32}",
    ),
    (
        _kind("coinzilla-verification", "Coinzilla token", "9e3f7ac1d04b8265", "https://help.coinzilla.com/"),
        ("coinzilla",),
        r"[0-9a-f]{16,32}",
    ),
    (
        _kind("a-ads-verification", "ClickAdu / A-ADS token", "7c2f9e10b5d38a46f1e0c9b37d5a2864", "https://a-ads.com/"),
        ("clickadu", "a-ads-verification"),
        r"[0-9a-f]{32}",
    ),
    (_kind("flattr-verification", "Flattr id", "j4w8qz", "https://developers.flattr.net/"), ("flattr:id",), r"[a-z0-9]{6}"),
    (
        _kind(
            "brave-verification",
            "Brave creator token",
            "c81f3e0a97b2d5461fe0a9c37db52864f19a3be87c2d60515d1e9f0ab3c87246",
            "https://creators.brave.com/",
        ),
        ("brave-rewards-verification",),
        r"[0-9a-f]{64}",
    ),
)
_BY_META = {meta: (kind, re.compile(pattern)) for kind, metas, pattern in _KNOWN for meta in metas}
_GENERIC_NAME = re.compile(r"[\w.:-]{0,30}(?:verif(?:y|ication)|-site-verification)[\w.:-]{0,30}")
_NOT_A_SITES = frozenset({"verify-url", "email-verification", "verify-email", "age-verification", "verified"})
_TOKEN = re.compile(r"[A-Za-z0-9_.:+/=-]{8,100}")


def _read(scan: Scan) -> Iterator[Found]:
    for name in scan.meta_names:
        if name in _BY_META:
            kind, pattern = _BY_META[name]
            for content, start, end, _ in scan.metas(name):
                token = content.partition("=")[2] if content.lower().startswith(f"{name}=") else content
                if pattern.fullmatch(token) and real_token(token):
                    yield Found(kind, token, start, end, f"meta {name}")
        elif _GENERIC_NAME.fullmatch(name) and name not in _NOT_A_SITES:
            for content, start, end, _ in scan.metas(name):
                if _TOKEN.fullmatch(content) and real_token(content):
                    yield Found(OTHER, f"{name}={content}", start, end, f"meta {name}")


KINDS = (*(kind for kind, _, _ in _KNOWN), OTHER)
RULES = (
    Reader(
        KINDS,
        _read,
        needs=("verif", *(meta for meta in _BY_META if "verif" not in meta)),
    ),
)
