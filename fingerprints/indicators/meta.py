"""Meta (Facebook): the advertiser's pixel, the app that a page names, and the pages that a site claims."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._values import real_number
from fingerprints.indicators.base import Found, Kind, Reader, code
from fingerprints.scan import Scan

PIXEL = Kind(
    name="meta-pixel",
    family="ads",
    title="Meta pixel",
    example="1394990003897405",
    source="https://developers.facebook.com/docs/meta-pixel/get-started",
    m=0.5,
    traps="An agency's or an ad network's pixel on its clients' sites; a copied page keeps its victim's.",
)
APP = Kind(
    name="facebook-app",
    family="meta",
    title="Facebook app",
    example="209662835720614",
    source="https://developers.facebook.com/docs/sharing/webmasters",
    m=0.5,
    traps="A theme's or share plug-in's app stands on strangers' sites, and so do the ids of Facebook's own examples.",
)
PAGE = Kind(
    name="facebook-page-id",
    family="meta",
    title="Facebook page (fb:pages)",
    example="146422995398181",
    source="https://developers.facebook.com/docs/instant-articles/quickstart",
    m=0.5,
    traps="Groups list the pages of all their brands: a true tie, and openly declared.",
)
_EXAMPLE_APPS = frozenset({"113869198637480", "123456789012345"})
"""The app of the social plug-ins' documentation."""


def _app(text: str) -> str | None:
    return None if text in _EXAMPLE_APPS else real_number(text)


def _metas(scan: Scan) -> Iterator[Found]:
    """fb:app_id and fb:pages: one number, or several with commas."""
    for content, start, _, name in scan.metas("fb:app_id", "og:fb_appid", "og:fb:app_id", "fb:pages", "fb:page_id"):
        kind = PAGE if "page" in name else APP
        for match in _NUMBER.finditer(content[:20_000]):
            value = _app(match[0]) if len(match[0]) <= 20 else None
            if value:
                found = scan.body.find(value.encode(), start)
                yield Found(kind, value, found, found + len(value), f"meta {name}")


KINDS = (PIXEL, APP, PAGE)
_NUMBER = re.compile(r"(?<![\w.])[0-9]{6,40}+(?!\w)")
_ID = rb"([0-9]{13,20})(?![0-9A-Za-z_.])"
_APP_ID = rb"([0-9]{9,20})(?![0-9A-Za-z_.])"
_FACEBOOK = rb"facebook|\bfb\.init|fbapp|fb_app|fbasync|\bxfbml"
_OTHERS_APP = rb"(?i:itunes|ios|apple|android|store|windows|play|onesignal|weibo|weixin|wechat|kakao|odnoklassniki|vkontakte|\b(?:vk|qq)\b)[\w.\"': {\\-]{0,30}"
RULES = (
    code(
        PIXEL,
        ("fbq",),
        rb"fbq{ }(?:\.call\(\s?\w{1,20}\s?,|\(){ }{'}(?:init|trackSingle|trackSingleCustom|addPixelId){,}" + _ID,
        real_number,
        "fbq call",
    ),
    code(
        PIXEL,
        ("fbq",),
        rb"fbq\({'}set{,}(?:agent|autoConfig){,}[a-z01!]{1,40}{,}" + _ID,
        real_number,
        "fbq call",
    ),
    # Conversion pixels, until 2017: _fbq.push(['track', '6019657778504', {...}]) and their image tr?ev=…
    code(PIXEL, ("_fbq",), rb"_fbq\.push\(\[{ }{'}track{,}([0-9]{10,20}){'}", real_number, "_fbq call"),
    code(PIXEL, ("facebook.com",), rb"facebook\.com{/}tr\?ev{=}([0-9]{10,20})(?![0-9A-Za-z_.])", real_number, "conversion image"),
    code(PIXEL, ("addPixelId",), rb"addPixelId{,}" + _ID, real_number, "addPixelId call"),
    code(
        PIXEL,
        ("facebook.com",),
        rb"facebook\.com{/}tr{/}?(?:\?|%3[fF])(?:(?!id)[^\s\"'<>]){0,200}?{<}id{=}" + _ID,
        real_number,
        "pixel image",
    ),
    code(
        PIXEL,
        ("facebook.net",),
        rb"facebook\.net{/}signals{/}config{/}" + _ID,
        real_number,
        "pixel script",
    ),
    code(
        PIXEL,
        ("pixel", "Pixel", "PIXEL"),
        rb"(?i:pixel[_-]?(?:ids?|code)?){:}\[?{ }{'}?" + _ID,
        real_number,
        "pixel key",
        behind=rb"(?i:fb|facebook|meta)[_-]?(?i:ads?)?[_-]?|_fbds\.",
    ),
    # A list of several, as plug-ins write it: the first is found above.
    *(
        code(
            PIXEL,
            ("pixelIds", "pixel_ids"),
            rb"pixel_?[iI]ds{:}\[(?:{ }{'}[0-9]{13,20}{'},){%d}{ }{'}" % skipped + _ID,
            real_number,
            "pixel key",
            near=rb"facebook|fbq|fb_?pixel",
        )
        for skipped in (1, 2, 3)
    ),
    # Pinterest's pixels have 13 digits and others' are no numbers, so 15 and more near Facebook's name are Facebook's.
    code(
        PIXEL,
        ("pixel", "Pixel"),
        rb"(?i:pixel[_-]?(?:ids?|code)){:}\[?{ }{'}?([0-9]{15,17})(?![0-9A-Za-z_.])",
        real_number,
        "pixel key",
        near=rb"facebook|fbq|fb_?pixel",
    ),
    code(
        APP,
        ("appId", "app_id", "AppId", "APP_ID", "appID", "AppID", "App_ID"),
        rb"(?i:app_?id){:}" + _APP_ID,
        _app,
        "Facebook app key",
        unless_behind=_OTHERS_APP,
        near=_FACEBOOK,
    ),
    code(
        APP,
        ("appid",),
        rb"appid{:}" + _APP_ID,
        _app,
        "Facebook app key",
        unless_behind=_OTHERS_APP + rb"|[?&;]",
        near=_FACEBOOK,
    ),
    code(APP, ("fbembed",), rb"fbembed{:}\{[^{}]{0,80}?(?i:app_?id){:}" + _APP_ID, _app, "Facebook app key"),
    # Settings of the WordPress plug-in that embeds Facebook's posts; elsewhere fb_id is a person's or a page's.
    code(APP, ("fb_id",), rb"fb_id{:}" + _APP_ID, _app, "plug-in's settings", behind=rb"WEF\s{0,9}=\s{0,9}\{[^{}]{0,200}"),
    code(
        APP,
        ("FACEBOOK_APP_", "facebook_app_", "fb_app_key", "facebookAppKey", "FB_APP_KEY"),
        rb"(?i:facebook_?app_?key|fb_?app_?key){:}" + _APP_ID,
        _app,
        "Facebook app key",
    ),
    code(
        APP,
        ("app_id",),
        rb"app_id{=}" + _APP_ID,
        _app,
        "Facebook address",
        behind=rb"(?:facebook\.com|fb-messenger:){/}[^\s\"'<>]{0,280}?(?:\?|%3[fF]|{&})",
    ),
    code(
        APP,
        ("connect.facebook.net",),
        rb"connect\.facebook\.net{/}[a-zA-Z_]{2,5}{/}(?:sdk|all)(?:{/}[a-z]{1,20})?\.js(?:#|\?|%23)[^\s\"'<>]{0,120}?appI[dD]{=}"
        + _APP_ID,
        _app,
        "Facebook script",
    ),
    code(
        APP,
        ("api_key",),
        rb"api_key{=}" + _APP_ID,
        _app,
        "Facebook address",
        behind=rb"facebook\.(?:com|net){/}[^\s\"'<>]{0,90}?(?:\?|%3[fF]|{&})",
    ),
    Reader(KINDS[1:], _metas, needs=("fb:app_id", "og:fb_appid", "fb:page")),
)
