"""Pages that answer in a site's place: a bot wall with status 200 says nothing about the site, and its ids are the wall's.

Each mark was taken from what the service itself documents or sends; a mark alone also stands on pages that were let through, so
that most of them count only in a page with next to nothing else.
"""

from __future__ import annotations

import re

from fingerprints.model import Page

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
)
_TITLES = {
    b"just a moment...": "Cloudflare",
    b"attention required! | cloudflare": "Cloudflare",
    b"one moment, please...": "Imunify360",
    b"ddos-guard": "DDoS-Guard",
    b"you are being redirected...": "Sucuri",
    b"pardon our interruption": "Imperva",
    b"access to this page has been denied": "HUMAN",
    b"access to this page has been denied.": "HUMAN",
    b"robot challenge screen": "SiteGround",
}
_MARKS = (
    (b"_Incapsula_Resource", "Imperva"),
    (b"geo.captcha-delivery.com", "DataDome"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"/_sgcaptcha", "SiteGround"),
    (b'id="px-captcha"', "HUMAN"),
    (b"token.awswaf.com", "AWS WAF"),
)
_TITLE = re.compile(rb"<title[^>]{0,100}+>([^<]{1,200}+)<", re.I)
_LOOK = 4096
_SMALL = 8192
"""Bytes; a wall that is known by a mark alone is a script and hardly a text."""


def wall_of(page: Page) -> str:
    """The service whose wall this page is, or an empty string for a page of the site."""
    for name, value, service in _HEADERS:
        if page.header(name).strip().lower() == value:
            return service
    title = _TITLE.search(page.body, 0, _LOOK)
    if title:
        service = _TITLES.get(title[1].strip().lower(), "")
        if service:
            return service
    if len(page.body) > _SMALL:
        return ""
    return next((service for mark, service in _MARKS if mark in page.body), "")
