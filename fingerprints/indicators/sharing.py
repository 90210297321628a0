"""Accounts behind newsletters and share buttons: Mailchimp, Brevo, Klaviyo, AddThis, ShareThis, Gigya."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_token
from fingerprints.indicators.base import Kind, code

_OWN = "One account for all sites of one hand, or an agency's for its clients."
_WIDGET = "A theme's author or a platform leaves its own account in the buttons."


def _kind(name: str, title: str, example: str, source: str, traps: str = _OWN) -> Kind:
    return Kind(name=name, family="contact", title=title, example=example, source=source, m=0.6, traps=traps)


MAILCHIMP = _kind(
    "mailchimp", "Mailchimp account", "2cc48fb30f331d97157a65aa2", "https://mailchimp.com/help/host-your-own-signup-forms/"
)
KLAVIYO = _kind("klaviyo", "Klaviyo company", "QkvT8w", "https://developers.klaviyo.com/en/docs/javascript_api")
BREVO = _kind(
    "brevo",
    "Brevo (Sendinblue) client key",
    "5c1e0a9b3d87f246e1f0a9c3",
    "https://developers.brevo.com/docs/getting-started-with-brevo-tracker",
)
MAILERLITE = _kind("mailerlite", "MailerLite account", "418273", "https://www.mailerlite.com/help")
CONVERTKIT = _kind("convertkit", "Kit (ConvertKit) form", "4182739", "https://help.kit.com/")
ADDTHIS = _kind(
    "addthis",
    "AddThis profile",
    "ra-4e6d7fa231d0adc2",
    "https://web.archive.org/web/2022/https://www.addthis.com/academy/",
    _WIDGET,
)
SHARETHIS = _kind(
    "sharethis", "ShareThis property", "d63a4976-501a-446d-81e6-434d03d8388c", "https://sharethis.com/support/", _WIDGET
)
GIGYA = _kind(
    "gigya",
    "SAP Customer Data Cloud (Gigya) key",
    "3_9lzrxJh-GQofXtoOq-ADFDpwOla0DXKJOvVl_KnlZPjeuRyBKYHjyaA2UYgGvXGv",
    "https://help.sap.com/docs/SAP_CUSTOMER_DATA_CLOUD",
)
BITLY = _kind("bitly-key", "Bitly key", "R_7e9987b2fd13d7e4e881f9cbb168f523", "https://dev.bitly.com/")
FEEDBURNER = _kind("feedburner", "FeedBurner feed", "revistabohemia", "https://support.google.com/feedburner/")
KINDS = (MAILCHIMP, KLAVIYO, BREVO, MAILERLITE, CONVERTKIT, ADDTHIS, SHARETHIS, GIGYA, BITLY, FEEDBURNER)
_FEEDS_OWN = frozenset({"fb", "favicon", "fb_redirect", "images", "mailverify", "feedburner", "feeds"})


def _feed(text: str) -> str | None:
    return None if text.lower() in _FEEDS_OWN else real_name(text)


RULES = (
    code(
        MAILCHIMP,
        ("list-manage",),
        rb"list-manage[0-9]?\.com{/}(?:subscribe|unsubscribe|track)[^\s\"'<>]{0,30}\?[^\s\"'<>]{0,40}?u{=}([0-9a-f]{25}){.}",
        real_token,
        "form",
    ),
    code(
        MAILCHIMP,
        ("chimpstatic.com",),
        rb"chimpstatic\.com{/}mcjs-connected{/}js{/}users{/}([0-9a-f]{25}){/}",
        real_token,
        "script",
    ),
    code(
        KLAVIYO,
        ("klaviyo.com",),
        rb"klaviyo\.com{/}(?:onsite{/}js{/}|media{/}js{/}onsite{/}[a-z]{1,20}\.js)(?:klaviyo\.js)?\??(?:company_id{=})?([A-Za-z0-9]{6}){.}",
        real_token,
        "script",
    ),
    code(BREVO, ("client_key",), rb"client_key{:}([0-9a-z]{24}){'}", real_token, "settings", near=rb"sendinblue|brevo|sib"),
    code(
        MAILERLITE, ("ml(",), rb"(?<![A-Za-z0-9_$])ml\({ }{'}accounts?{,}([0-9]{4,8}|[a-z0-9]{10,14}){'}", real_token, "settings"
    ),
    code(
        CONVERTKIT,
        ("app.convertkit.com", "app.kit.com"),
        rb"app\.(?:convert)?kit\.com{/}forms{/}([0-9]{5,8}){/}",
        real_token,
        "form",
    ),
    code(ADDTHIS, ("ra-",), rb"{<}(ra-[0-9a-f]{14,16}){>}", real_token),
    code(
        ADDTHIS,
        ("addthis",),
        rb"addthis_widget\.js(?:\?[^\s\"'<>#]{0,40})?#(?:pubid|username){=}([A-Za-z0-9][A-Za-z0-9_-]{3,40}){>}",
        real_name,
        "script",
        unless_behind=rb"ra-",
    ),
    code(ADDTHIS, ("addthis_pub",), rb"addthis_pub{:}([A-Za-z][A-Za-z0-9_-]{3,40}){'}", real_name, "settings"),
    code(
        SHARETHIS,
        ("stLight.options", "sharethis"),
        rb"(?:stLight\.options\(\{[^{}]{0,80}?|sharethis\.js#)publisher(?:{:}|{=})(?:wp\.|ur-|[a-z]{1,3}[.-])?({uuid})",
        real_token,
        "settings",
    ),
    code(
        SHARETHIS,
        ("platform-api.sharethis.com",),
        rb"platform-api\.sharethis\.com{/}js{/}sharethis\.js#[^\s\"'<>]{0,40}?property{=}([0-9a-f]{24}){.}",
        real_token,
        "script",
    ),
    code(
        GIGYA,
        ("gigya",),
        rb"gigya\.com{/}[jJ][sS]{/}(?:gigya|socialize)\.js\?(?:[a-z]{1,10}=[^\s\"'<>&]{0,40}&(?:amp;)?)?(?:apiKey|apikey){=}([0-9]_[A-Za-z0-9_-]{64}){>}",
        real_token,
        "script",
    ),
    code(GIGYA, ("apiKey", "apikey"), rb"(?i:api_?key){:}([0-9]_[A-Za-z0-9_-]{64}){>}", real_token, "settings"),
    code(BITLY, ("R_",), rb"(?<![A-Za-z0-9_-])(R_[0-9a-f]{32}){.}", real_token),
    code(
        FEEDBURNER,
        ("feeds.feedburner.com", "feeds2.feedburner.com"),
        rb"feeds2?\.feedburner\.com{/}([A-Za-z0-9][A-Za-z0-9_-]{2,60}(?:{/}[A-Za-z0-9_-]{1,40})?)(?=[\"'?&\s<])",
        _feed,
        "feed",
    ),
)
