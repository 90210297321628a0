"""Accounts that a site shows by their networks' own widgets: the box of a page, the comments of a channel.

A widget of posts or videos shows anybody's; those here show an account as a whole, and a site puts its own there. Follow buttons are
left out: on real pages most are those of an article's author.
"""

from __future__ import annotations

from urllib.parse import unquote

from fingerprints.indicators import accounts
from fingerprints.indicators._values import real_name, real_number
from fingerprints.indicators.base import Clean, Kind, code

VK_APP = Kind(
    name="vk-app",
    family="accounts",
    title="VK app of a site's widgets",
    example="5197194",
    source="https://dev.vk.com/ru/widgets/comments",
    m=0.4,
    traps="A platform's or a widget maker's app serves its customers; a copied page keeps its victim's.",
)
_BY_NAME = {kind.name: kind for kind in accounts.KINDS}
_FACEBOOK, _TELEGRAM, _VK, _OK, _YOUTUBE = (_BY_NAME[name] for name in ("facebook", "telegram", "vk", "ok", "youtube"))


def _page(address: str) -> str | None:
    plain = unquote(address).replace("\\", "").replace("&amp;", "&")
    profile = accounts.ACCOUNTS.profile(plain if "//" in plain else f"https://www.facebook.com/{plain}")
    return real_name(profile.value) if profile and profile.kind is _FACEBOOK else None


def _prefixed(prefix: str) -> Clean:
    return lambda text: real_number(text) and f"{prefix}{text}"


KINDS = (VK_APP,)
_CHANNEL = rb"(UC[A-Za-z0-9_-]{22}){>}"
_NAMED = rb"([A-Za-z][A-Za-z0-9_]{3,31}){.}"
RULES = (
    # https://developers.facebook.com/docs/plugins/page-plugin, and the Like Box before it
    code(
        _FACEBOOK,
        ("fb-page", "fb-like-box"),
        rb"fb-(?:page|like-box)[\"'][^<>]{0,300}?data-href{:}([^\"'<>\s]{8,200}+){'}",
        _page,
        "page plugin",
    ),
    code(
        _FACEBOOK,
        ("plugins/page.php", "plugins/likebox.php"),
        rb"plugins/(?:page|likebox)\.php\?[^\s\"'<>]{0,200}?href{=}([^\"'<>\s&]{8,200})(?=[&\"'])",
        _page,
        "page plugin",
    ),
    code(_TELEGRAM, ("data-telegram-discussion",), rb"data-telegram-discussion{:}" + _NAMED, real_name, "comments widget"),
    code(
        _VK,
        ("VK.Widgets.Group(",),
        rb"VK\.Widgets\.Group\([^{}]{0,60}\{[^{}]{0,200}\},{ }{'}?([0-9]{3,10}){.}",
        _prefixed("club"),
        "widget",
    ),
    code(VK_APP, ("VK.init(",), rb"VK\.init\({ }\{[^{}]{0,80}?apiId{:}([0-9]{6,9}){.}", real_number, "VK.init call"),
    code(_OK, ("insertGroupWidget(",), rb"insertGroupWidget\([^()]{0,60}?,{ }{'}([0-9]{8,20}){'}", _prefixed("group/"), "widget"),
    code(_YOUTUBE, ("data-channelid",), rb"data-channelid{:}" + _CHANNEL, lambda text: f"channel/{text}", "subscribe button"),
    code(
        _YOUTUBE,
        ("live_stream?",),
        rb"live_stream\?[^\s\"'<>]{0,80}?channel{=}" + _CHANNEL,
        lambda text: f"channel/{text}",
        "live stream",
    ),
)
