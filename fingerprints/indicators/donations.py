"""Where a site asks for money: pages and buttons of payment services that it points its readers to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._profiles import Network, Networks, Path, Query, alone, either, first, under
from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Found, Kind, Reader, code
from fingerprints.scan import Scan

_SOMEBODY = "A cause that the site supports; a theme's or an embedded channel's own account; a copied page keeps it."


def _kind(name: str, title: str, example: str, source: str = "Measured on public pages.", family: str = "donations") -> Kind:
    return Kind(name=name, family=family, title=title, example=example, source=source, m=0.5, traps=_SOMEBODY)


PAYPAL_BUTTON = _kind(
    "paypal-button",
    "PayPal button",
    "7ZQ3XHLWKG5SA",
    "https://developer.paypal.com/api/nvp-soap/paypal-payments-standard/",
    "payment",
)
PAYPAL_MERCHANT = _kind(
    "paypal-merchant",
    "PayPal merchant who receives a donation",
    "H4RB8Q2VWKZ6M",
    "https://developer.paypal.com/api/nvp-soap/paypal-payments-standard/integration-guide/Appx-websitestandard-htmlvariables/",
    "payment",
)
STRIPE_KEY = _kind(
    "stripe-key", "Stripe publishable key", "pk_live_51H8xQ2KzTq4mVw9LpRc7Yb3Nd", "https://docs.stripe.com/keys", "payment"
)
_NAME = r"[A-Za-z0-9._-]{2,60}"


def _gofundme(path: Path, query: Query) -> str | None:
    return under("f", _NAME)(path, query)


_PAYPAL_PAGES = frozenset(
    {"donate", "cgi-bin", "webapps", "us", "de", "home", "invoice", "ncp", "sdk", "signin", "myaccount", "paypalme"}
)
_NETWORKS = (
    Network(
        _kind("paypal-me", "PayPal.Me link", "harbornews", "https://www.paypal.com/paypalme/"),
        ("paypal.me", "paypal.com"),
        lambda path, query: (
            under("paypalme", r"[A-Za-z0-9]{2,20}")(path, query)
            or (
                first(r"[A-Za-z0-9]{2,20}")(path, query)
                if path and len(path) <= 2 and path[0].lower() not in _PAYPAL_PAGES
                else None
            )
        ),
    ),
    Network(
        _kind("patreon", "Patreon page", "harbornews"),
        ("patreon.com",),
        either(
            under("c", _NAME),
            lambda _path, query: f"user?u={query['u']}" if re.fullmatch(r"\d{3,12}", query.get("u", "")) else None,
            alone(
                first(
                    _NAME,
                    *[
                        "login",
                        "home",
                        "posts",
                        "bepatron",
                        "join",
                        "oauth2",
                        "policy",
                        "creators",
                        "about",
                        "explore",
                        "search",
                        "user",
                        "apps",
                    ],
                )
            ),
        ),
    ),
    Network(
        _kind("ko-fi", "Ko-fi page", "harbornews"),
        ("ko-fi.com",),
        alone(first(_NAME, "s", "home", "explore", "widgets", "about")),
    ),
    Network(
        _kind("buy-me-a-coffee", "Buy Me a Coffee page", "harbornews"),
        ("buymeacoffee.com", "buymeacoff.ee", "bmc.link"),
        alone(first(_NAME, "about", "login", "signup", "explore", "widget")),
    ),
    Network(_kind("boosty", "Boosty page", "harbornews"), ("boosty.to",), alone(first(_NAME, "app", "search"))),
    Network(
        _kind("donorbox", "Donorbox campaign", "harbor-news"),
        ("donorbox.org",),
        either(under("embed", _NAME), alone(first(_NAME))),
    ),
    Network(
        _kind("stripe-link", "Stripe payment link", "9AQ5kL7xT2bR4mU6oo", family="payment"),
        ("buy.stripe.com", "donate.stripe.com"),
        first(r"[A-Za-z0-9]{10,40}", lower=False),
    ),
    Network(
        _kind("liberapay", "Liberapay page", "harbornews"),
        ("liberapay.com",),
        first(_NAME, "about", "explore", "sign-in", "assets"),
    ),
    Network(_kind("gofundme", "GoFundMe campaign", "save-the-harbor-news"), ("gofundme.com",), _gofundme),
    Network(
        _kind("open-collective", "Open Collective page", "harbor-news"),
        ("opencollective.com",),
        first(_NAME, "discover", "search", "signin"),
    ),
    Network(_kind("tipeee", "Tipeee page", "harbor-news"), ("tipeee.com", "fr.tipeee.com", "en.tipeee.com"), alone(first(_NAME))),
    Network(
        _kind("subscribestar", "SubscribeStar page", "harbornews"),
        ("subscribestar.com", "subscribestar.adult"),
        alone(first(_NAME, "stars", "posts")),
    ),
    Network(
        _kind("donationalerts", "DonationAlerts page", "harbornews"),
        ("donationalerts.com", "donationalerts.ru"),
        either(under("r", _NAME), alone(first(_NAME, "help", "dashboard"))),
    ),
    Network(
        _kind("yoomoney", "YooMoney wallet", "410011234567893", "https://yoomoney.ru/docs/payment-buttons"),
        ("yoomoney.ru", "money.yandex.ru"),
        under("to", r"41001\d{8,12}"),
    ),
    Network(_kind("qiwi", "QIWI nickname", "harbornews"), ("qiwi.com",), under("n", r"[A-Za-z0-9_-]{3,40}")),
)
_ALL = Networks(_NETWORKS)


def _links(scan: Scan) -> Iterator[Found]:
    for profile, tag, own in _ALL.links(scan):
        if own and real_token(profile.value):
            yield Found(profile.kind, profile.value, *tag.offsets["href"], "link")


_BY_NAME = {one.kind.name: one.kind for one in _NETWORKS}
KINDS = (*(one.kind for one in _NETWORKS), PAYPAL_BUTTON, PAYPAL_MERCHANT, STRIPE_KEY)
_BUTTON = rb"([A-Z0-9]{13}){.}"
RULES = (
    Reader(tuple(one.kind for one in _NETWORKS), _links),
    code(PAYPAL_BUTTON, ("hosted_button_id",), rb"hosted_button_id(?:{=}|{'}\s{1,9}value=[\"'])" + _BUTTON, real_token, "button"),
    code(PAYPAL_BUTTON, ("hosted_button_id",), rb"hosted_button_id{:}" + _BUTTON, real_token, "button"),
    code(
        PAYPAL_MERCHANT,
        ("business",),
        rb"business(?:{=}|{'}\s{1,9}value=[\"'])" + _BUTTON,
        real_token,
        "payment form or link",
        near=rb"paypal",
    ),
    # The services' own widgets: https://ko-fi.com/manage/mypage, https://buymeacoffee.com/widget, https://www.patreon.com/brand
    code(
        _BY_NAME["ko-fi"],
        ("kofiwidget2.init(", "kofiWidgetOverlay.draw("),
        rb"kofi(?:widget2\.init\([^()]{1,80}?,|WidgetOverlay\.draw\(){ }{'}([A-Za-z0-9_]{3,40}){'}",
        real_name,
        "widget",
    ),
    code(
        _BY_NAME["buy-me-a-coffee"],
        ("buymeacoffee.com",),
        rb"buymeacoffee\.com{/}1\.0\.0{/}(?:widget|button)[^<>]{0,200}?data-(?:id|slug)=[\"']([A-Za-z0-9._-]{2,60})[\"']",
        real_name,
        "widget",
    ),
    code(
        _BY_NAME["patreon"],
        ("patreon.com",),
        rb"patreon\.com{/}bePatron\?u{=}([0-9]{3,12}){.}",
        lambda text: real_number(text) and f"user?u={text}",
        "button",
    ),
    code(STRIPE_KEY, ("pk_live_",), rb"{<}(pk_live_[A-Za-z0-9]{20,110}){.}", real_token, "Stripe call"),
)
