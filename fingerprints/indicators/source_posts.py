"""The posts that an article cites: sites of one desk draw on the same Telegram posts, day after day.

Viginum's report on Portal Kombat (2024) tells its 193 portals by this: each takes over the posts of the same channels.
"""

from __future__ import annotations

from fingerprints.indicators._address import plain
from fingerprints.indicators.base import Kind, Pattern
from fingerprints.model import Role

TELEGRAM_POST = Kind(
    name="telegram-post",
    family="text",
    title="Telegram post that an article links to or embeds",
    example="harbornews/48213",
    source="https://core.telegram.org/widgets/post",
    m=0.2,
    cap=2.5,
    traps="A post in the news is cited by strangers; the rest of a list that two sites cite in the same days is not.",
)
_POST = rb"([A-Za-z][A-Za-z0-9_]{3,31}{/}[1-9][0-9]{0,8})(?![0-9A-Za-z_/\\%])"
_ROLES = frozenset({Role.ARTICLE, Role.OTHER})


def _post(text: str) -> str | None:
    channel, _, number = plain(text).replace("\\", "").lower().partition("/")
    return (
        None
        if channel in ("joinchat", "addstickers", "share", "proxy", "socks", "iv", "your_channel", "durov")
        else f"{channel}/{number}"
    )


KINDS = (TELEGRAM_POST,)
RULES = (
    Pattern(
        TELEGRAM_POST,
        ("t.me", "telegram.me"),
        rb"(?:t|telegram)\.me{/}(?:s{/})?" + _POST,
        _post,
        "address of the post",
        roles=_ROLES,
        behind=rb"{/}{/}(?:www\.)?",
    ),
    Pattern(
        TELEGRAM_POST,
        ("data-telegram-post",),
        rb"data-telegram-post\s{0,4}=\s{0,4}[\"']?" + _POST,
        _post,
        "embedded post",
        roles=_ROLES,
    ),
)
