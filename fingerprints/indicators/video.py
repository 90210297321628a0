"""Accounts at the hosts of a site's own video: Brightcove, JW Player, Kaltura, Ooyala, Wistia, Vidazoo, Primis."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

_EMBED = "A syndicated video is played from its producer's account; a group's sites share one."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="video", title=title, example=example, source=source, m=0.5, traps=_EMBED)


BRIGHTCOVE = _kind(
    "brightcove", "Brightcove account", "4761797480001", "https://player.support.brightcove.com/publishing/embed-player.html"
)
JW_PLAYER = _kind("jw-player", "JW Player player", "YDHXOizU", "https://docs.jwplayer.com/players/docs/jw8-embed-a-player")
JW_KEY = _kind(
    "jw-player-licence",
    "JW Player licence key",
    "Qk3vT8wYc1MzRb5NxLdH2sFg7JpUe9Ao4iXyC6mBnKt=",
    "https://docs.jwplayer.com/players/docs/jw8-add-a-player-library",
)
KALTURA = _kind("kaltura", "Kaltura partner", "1418271", "https://knowledge.kaltura.com/")
DAILYMOTION = _kind("dailymotion-player", "Dailymotion player", "x7k2q", "https://developers.dailymotion.com/player/")
PRIMIS = _kind("primis", "Primis placement", "104182", "https://www.primis.tech/")
CONNATIX = _kind("connatix", "Connatix player", "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4", "https://support.connatix.com/")
KINDS = (BRIGHTCOVE, JW_PLAYER, JW_KEY, KALTURA, DAILYMOTION, PRIMIS, CONNATIX)
RULES = (
    code(
        BRIGHTCOVE, ("players.brightcove.net",), rb"players\.brightcove\.net{/}([0-9]{8,14}){/}(?!vttjs)", real_number, "player"
    ),
    code(
        BRIGHTCOVE,
        ("data-account", "data-video-account"),
        rb"data-(?:video-)?account{:}([0-9]{8,14}){.}",
        real_number,
        "player",
        near=rb"brightcove|video-js|data-video-id",
    ),
    code(
        JW_PLAYER,
        ("cdn.jwplayer.com", "content.jwplatform.com"),
        rb"(?:cdn\.jwplayer|content\.jwplatform)\.com{/}players{/}[A-Za-z0-9]{8}-([A-Za-z0-9]{8})\.(?:js|html)",
        real_token,
        "player",
    ),
    code(
        JW_PLAYER,
        ("cdn.jwplayer.com", "content.jwplatform.com"),
        rb"(?:cdn\.jwplayer|content\.jwplatform)\.com{/}libraries{/}([A-Za-z0-9]{8})\.js",
        real_token,
        "library",
    ),
    code(JW_KEY, ("jwplayer.key",), rb"jwplayer\.key{:}([A-Za-z0-9+/]{32,64}={0,2})(?=[\"'])", real_token, "settings"),
    code(
        KALTURA,
        ("kaltura.com",),
        rb"kaltura\.com{/}(?:index\.php{/})?(?:p{/}|[^\s\"'<>]{0,60}?(?:wid{/}_|partner_id{/}))([0-9]{3,8}){.}",
        real_number,
        "player",
    ),
    code(
        DAILYMOTION,
        ("geo.dailymotion.com",),
        rb"geo\.dailymotion\.com{/}(?:libs{/})?player{/}([a-z0-9]{4,8})\.(?:js|html)",
        real_token,
        "player",
    ),
    code(
        PRIMIS,
        ("sekindo.com", "primis.tech"),
        rb"(?:sekindo\.com|primis\.tech){/}live{/}liveView\.php\?s{=}([0-9]{4,7}){.}",
        real_number,
        "player",
    ),
    code(CONNATIX, ("playerId",), rb"playerId{:}({uuid})", real_token, "player", near=rb"connatix|cnx\."),
)
