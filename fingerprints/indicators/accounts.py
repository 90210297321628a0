"""Accounts of a site on social networks: those it points its readers to, not those that its articles mention or embed.

A share button, a post, a search or an embedded player is no account. A link counts as the site's own when it is an icon or says no
more than "follow us on"; a network's account in the page's own description (twitter:site, article:publisher, the organisation's
sameAs) counts too. All other profiles that a page links to are account-mention, which links nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._profiles import Network, Networks, Path, Query, alone, bare, either, first, under
from fingerprints.indicators._values import real_name
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan

_SAME = "A theme's or a platform's default account; a group's account on all its sites; a site that points to a partner."


def _kind(name: str, title: str, example: str, source: str = "Measured on public pages.") -> Kind:
    return Kind(name=name, family="accounts", title=title, example=example, source=source, m=0.4, traps=_SAME)


MENTION = Kind(
    name="account-mention",
    family="accounts",
    title="Account that the page links to, and that is not the site's own by all signs",
    example="x/harborfan",
    source="Measured on public pages.",
    links=False,
)
_FACEBOOK_STOP = [
    "sharer",
    "sharer.php",
    "share",
    "share.php",
    "dialog",
    "plugins",
    "tr",
    "login",
    "login.php",
    "hashtag",
    "watch",
    "events",
    "photo",
    "photo.php",
    "photos",
    "video",
    "story.php",
    "permalink.php",
    "policies",
    "policy.php",
    "privacy",
    "help",
    "legal",
    "terms",
    "terms.php",
    "home.php",
    "l.php",
    "business",
    "ads",
    "notes",
    "messages",
    "marketplace",
    "gaming",
    "reel",
    "reels",
    "media",
    "settings",
    "apps",
    "developers",
    "about",
    "careers",
    "facebook",
    "facebookapp",
    "groups",
    "pages",
    "people",
    "pg",
    "p",
    "profile.php",
    "public",
    "search",
    "tagged",
    "sharedialog",
    "connect",
    "v2.0",
    "v3.0",
    "platform",
    "2008",
    "home",
]
_NAME = r"[A-Za-z0-9.\-]{3,80}"


def _facebook(path: Path, query: Query) -> str | None:
    if path and path[0].lower() == "profile.php":
        return query["id"] if re.fullmatch(r"\d{5,20}", query.get("id", "")) else None
    if len(path) >= 3 and path[0].lower() in ("pages", "people") and re.fullmatch(r"\d{5,20}", path[2]):
        return path[2]
    if len(path) >= 2 and path[0].lower() == "p" and (numbered := re.fullmatch(r".{1,100}-(\d{8,20})", path[1])):
        return numbered[1]
    if len(path) >= 2 and path[0].lower() == "groups" and re.fullmatch(r"[A-Za-z0-9.]{3,80}", path[1]):
        return f"groups/{path[1].lower()}"
    name = path[1:] if path and path[0].lower() == "pg" else path
    value = first(_NAME, *_FACEBOOK_STOP)(name[:1], query) if len(name) <= 2 else None
    number = (value or "").rpartition("-")[2]
    return number if number.isascii() and number.isdigit() and len(number) >= 8 else value


def _whatsapp(path: Path, query: Query) -> str | None:
    digits = re.sub(r"\D", "", query.get("phone", "") or (path[0] if path and path[0][:1] in "+0123456789" else ""))
    if 8 <= len(digits) <= 15:
        return digits
    channel = under("channel", r"[A-Za-z0-9]{16,32}", lower=False, prefix="channel/")
    return channel(path, query)


def _wechat(path: Path, query: Query) -> str | None:
    """The account in the address of its posts (__biz, a number in Base64), or the code of a personal invitation."""
    named = query.get("__biz", "")
    if path[:1] in (("s",), ("mp",)) and re.fullmatch(r"M[A-Za-z0-9+/]{9,13}(?:==?)?", named):
        return f"biz/{named}"
    return None


def _play(path: Path, query: Query) -> str | None:
    package = query.get("id", "")
    if path[-1:] == ("details",) and re.fullmatch(r"[A-Za-z][\w]{0,60}(?:\.[A-Za-z][\w]{0,60}){1,8}", package):
        return package
    return None


def _app_store(path: Path, _query: Query) -> str | None:
    return next((part[2:] for part in path if re.fullmatch(r"id\d{6,12}", part)), None)


_HANDLE = r"@[A-Za-z0-9._\-]{2,40}"
_X_STOP = [
    "intent",
    "share",
    "home",
    "search",
    "hashtag",
    "i",
    "login",
    "signup",
    "privacy",
    "tos",
    "settings",
    "widgets",
    "statuses",
    "explore",
    "about",
    "account",
    "jobs",
    "download",
    "who_to_follow",
    "twitter",
    "x",
    "twitterapi",
    "search-home",
    "compose",
    "messages",
    "notifications",
    "status",
    "username",
    "yourusername",
    "site",
]
_X = _kind("x", "X (Twitter) account", "harbornews", "https://help.x.com/en/managing-your-account/x-username-rules")
_FACEBOOK = _kind("facebook", "Facebook page, profile or group", "harbornews")
_NETWORKS = (
    Network(_FACEBOOK, ("facebook.com", "fb.com", "business.facebook.com"), _facebook),
    Network(_X, ("twitter.com", "x.com"), bare(alone(first(r"@?[A-Za-z0-9_]{2,15}", *_X_STOP)))),
    Network(
        _kind(
            "youtube", "YouTube channel", "channel/UCfs1f8Ls0Jy9rZqmkA2tq5w", "https://support.google.com/youtube/answer/6180214"
        ),
        ("youtube.com",),
        either(
            under("channel", r"UC[A-Za-z0-9_-]{22}", lower=False, prefix="channel/"),
            under("user", r"[A-Za-z0-9]{3,40}", prefix="user/"),
            under("c", r"[\w%.\-]{2,60}", prefix="c/"),
            first(_HANDLE),
        ),
    ),
    Network(
        _kind("instagram", "Instagram account", "harbornews"),
        ("instagram.com", "instagr.am"),
        alone(
            first(
                r"@?[A-Za-z0-9._]{2,30}",
                *[
                    "p",
                    "reel",
                    "reels",
                    "explore",
                    "accounts",
                    "stories",
                    "tv",
                    "about",
                    "legal",
                    "developer",
                    "web",
                    "direct",
                    "share",
                ],
            )
        ),
    ),
    Network(
        _kind("telegram", "Telegram channel or user", "harbornews", "https://core.telegram.org/api/links"),
        ("t.me", "telegram.me", "telegram.dog"),
        either(
            alone(
                first(
                    r"[A-Za-z][A-Za-z0-9_]{3,31}",
                    *[
                        "share",
                        "joinchat",
                        "addstickers",
                        "proxy",
                        "socks",
                        "addtheme",
                        "setlanguage",
                        "login",
                        "confirmphone",
                        "addlist",
                        "contact",
                    ],
                )
            ),
            under("s", r"[A-Za-z][A-Za-z0-9_]{3,31}"),
            under("joinchat", r"[A-Za-z0-9_-]{16,32}", lower=False, prefix="+"),
            alone(first(r"\+[A-Za-z0-9_-]{16,32}", lower=False)),
        ),
    ),
    Network(
        _kind("vk", "VK page", "harbornews"),
        ("vk.com", "vkontakte.ru", "vk.ru"),
        alone(
            first(
                r"(?!(?:wall|photo|video|doc|app|widget|album|topic|clip|market|search)[-\d])[A-Za-z0-9_.]{3,32}",
                *[
                    "share.php",
                    "share",
                    "away.php",
                    "feed",
                    "im",
                    "js",
                    "rtrg",
                    "login",
                    "terms",
                    "dev",
                    "about",
                    "search",
                    "support",
                    "blog",
                    "video",
                    "music",
                    "groups",
                    "id0",
                ],
            )
        ),
    ),
    Network(
        _kind("ok", "Odnoklassniki page", "group/53128472123456"),
        ("ok.ru", "odnoklassniki.ru"),
        either(
            under("group", r"\d{8,20}", prefix="group/"),
            under("profile", r"\d{8,20}", prefix="profile/"),
            alone(first(r"(?!dk$)[A-Za-z0-9._]{4,40}", *["video", "live", "help", "feed", "offer", "music", "games"])),
        ),
    ),
    Network(
        _kind("dzen", "Dzen channel", "harbornews", "https://dzen.ru/help/ru/channel/name"),
        ("dzen.ru", "zen.yandex.ru", "zen.yandex.com"),
        either(
            under("id", r"[0-9a-f]{24}", prefix="id/"),
            alone(
                first(
                    r"[A-Za-z0-9_.-]{3,60}", *["a", "video", "news", "media", "t", "topic", "search", "help", "about", "profile"]
                )
            ),
        ),
    ),
    Network(
        _kind("rutube", "Rutube channel", "channel/23628980", "https://rutube.ru/info/"),
        ("rutube.ru",),
        either(under("channel", r"\d{4,12}", prefix="channel/"), under("u", r"[A-Za-z0-9_-]{3,40}", prefix="u/")),
    ),
    Network(
        _kind("livejournal", "LiveJournal blog", "harbornews"),
        ("*.livejournal.com",),
        first(r"[a-z0-9_-]{2,40}", *["www", "users", "m", "l-api", "l-stat", "ic", "pics", "blog", "community"]),
    ),
    Network(_kind("tiktok", "TikTok account", "@harbornews"), ("tiktok.com",), alone(first(_HANDLE))),
    Network(_kind("snapchat", "Snapchat account", "harbornews"), ("snapchat.com",), under("add", r"[A-Za-z0-9._-]{3,20}")),
    Network(_kind("threads", "Threads account", "@harbornews"), ("threads.net", "threads.com"), alone(first(_HANDLE))),
    Network(
        _kind("bluesky", "Bluesky account", "harbornews.bsky.social"), ("bsky.app",), under("profile", r"[A-Za-z0-9.:-]{4,80}")
    ),
    Network(
        _kind("rumble", "Rumble channel", "c/harbornews"),
        ("rumble.com",),
        either(under("c", r"[\w-]{2,60}", prefix="c/"), under("user", r"[\w-]{2,60}", prefix="user/")),
    ),
    Network(
        _kind("odysee", "Odysee channel", "@harbornews:8"),
        ("odysee.com", "lbry.tv"),
        alone(first(r"@[\w.\-]{2,60}(?::[0-9a-f]{1,40})?")),
    ),
    Network(
        _kind("bitchute", "BitChute channel", "harbornews"), ("bitchute.com",), under("channel|profile", r"[A-Za-z0-9_-]{3,40}")
    ),
    Network(
        _kind("gab", "Gab account", "harbornews"),
        ("gab.com", "gab.ai"),
        alone(
            first(
                r"@?[A-Za-z0-9_]{3,30}", *["compose", "about", "auth", "home", "groups", "share", "intent", "explore", "timeline"]
            )
        ),
    ),
    Network(_kind("gettr", "GETTR account", "harbornews"), ("gettr.com",), under("user", r"[A-Za-z0-9_]{3,30}")),
    Network(
        _kind("truth-social", "Truth Social account", "@harbornews"), ("truthsocial.com",), alone(first(_HANDLE, *("@share",)))
    ),
    Network(
        _kind("parler", "Parler account", "harbornews"),
        ("parler.com", "app.parler.com"),
        either(under("profile|user", r"[A-Za-z0-9_]{3,30}"), alone(first(r"@?[A-Za-z0-9_]{3,30}", "auth", "new-post", "feed"))),
    ),
    Network(
        _kind("linkedin", "LinkedIn page", "company/harbor-news"),
        ("linkedin.com",),
        either(*(under(folder, r"[\w%.&\-]{2,100}", prefix=f"{folder}/") for folder in ("company", "in", "school", "showcase"))),
    ),
    Network(
        _kind("pinterest", "Pinterest account", "harbornews"),
        ("pinterest.com", "pinterest.de", "pinterest.co.uk", "pinterest.fr", "pinterest.es", "pinterest.it", "pinterest.ru"),
        alone(
            first(
                r"[A-Za-z0-9_]{3,40}",
                *["pin", "ideas", "search", "categories", "business", "join", "login", "about", "settings", "today", "pinterest"],
            )
        ),
    ),
    Network(
        _kind("reddit", "Reddit community or user", "r/harbornews"),
        ("reddit.com", "old.reddit.com"),
        either(under("r", r"[A-Za-z0-9_]{2,24}", prefix="r/"), under("user|u", r"[A-Za-z0-9_-]{3,24}", prefix="u/")),
    ),
    Network(
        _kind("whatsapp", "WhatsApp number or channel", "4915112345678", "https://faq.whatsapp.com/5913398998672934"),
        ("wa.me", "api.whatsapp.com", "whatsapp.com"),
        _whatsapp,
    ),
    Network(
        _kind("wechat", "WeChat account", "harbornews2024", "https://developers.weixin.qq.com/doc/offiaccount/en/"),
        ("mp.weixin.qq.com",),
        _wechat,
    ),
    Network(_kind("viber", "Viber channel", "harbornews"), ("chats.viber.com",), first(r"[A-Za-z0-9_-]{3,40}")),
    Network(
        _kind("line", "LINE account", "@harbornews"),
        ("line.me", "page.line.me"),
        lambda path, _query: next((part.lower() for part in path if re.fullmatch(r"@[A-Za-z0-9._-]{3,20}", part)), None),
    ),
    Network(
        _kind("weibo", "Weibo account", "u/2803301701"),
        ("weibo.com", "weibo.cn"),
        either(
            under("u", r"\d{6,12}", prefix="u/"),
            alone(first(r"[A-Za-z][A-Za-z0-9_-]{3,30}", *["share", "login", "signup", "p", "ttarticle"])),
        ),
    ),
    Network(
        _kind("discord", "Discord invitation", "hArB0rNw"),
        ("discord.gg", "discord.com", "discordapp.com"),
        either(
            under("invite", r"[A-Za-z0-9-]{4,32}", lower=False),
            alone(first(r"[A-Za-z0-9-]{4,32}", *["invite", "login", "app", "channels"], lower=False)),
        ),
    ),
    Network(
        _kind("substack", "Substack publication", "harbornews"),
        ("*.substack.com",),
        first(r"[a-z0-9-]{2,60}", *["www", "open", "support", "on", "on-substack", "blog", "help"]),
    ),
    Network(_kind("medium", "Medium account", "@harbornews"), ("medium.com",), alone(first(_HANDLE))),
    Network(
        _kind(
            "google-play-app", "Android app", "com.harbornews.reader", "https://developer.android.com/build/configure-app-module"
        ),
        ("play.google.com",),
        _play,
    ),
    Network(
        _kind(
            "app-store-app",
            "iOS app",
            "284882219",
            "https://developer.apple.com/documentation/webkit/promoting-apps-with-smart-app-banners",
        ),
        ("apps.apple.com", "itunes.apple.com"),
        _app_store,
    ),
)
MASTODON = _kind(
    "mastodon", "Mastodon account", "harbornews@mastodon.social", "https://docs.joinmastodon.org/user/profile/#verification"
)
ACCOUNTS = Networks(_NETWORKS)
_WECHAT = next(one.kind for one in _NETWORKS if one.kind.name == "wechat")
_WECHAT_ID = re.compile(
    rb"(?:\xe5\xbe\xae\xe4\xbf\xa1(?:\xe5\x85\xac\xe4\xbc\x97)?\xe5\x8f\xb7|(?i:wechat)\s(?i:id|official account))"
    rb"(?:<[^<>]{0,60}>|[\s:]|\xef\xbc\x9a|&nbsp;){1,9}([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_.@-])"
)
"""An id is 6 to 20 characters and begins with a letter: https://help.wechat.com/"""
_MOST_IDS = 10
_MASTODON = re.compile(r"https://([a-z0-9.-]{4,60})/@([A-Za-z0-9_]{1,40})/?")
_PLACEHOLDER = re.compile(r"@?(?:your|user(?:name)?$|example|site_?account|handle$|account$|xxx|name$|#|null$|undefined$)", re.I)
_SAME_AS = re.compile(rb"\"sameAs\"\s{0,9}:\s{0,9}(\[[^\]]{0,3000}\]|\"[^\"]{0,300}\")")
_TYPE = re.compile(rb"\"@type\"\s{0,9}:\s{0,9}\[?\s{0,9}\"(\w{3,40})\"")
_ADDRESS = re.compile(rb"\"(https?:\\?/\\?/[^\"\s]{5,300})\"")
_ORGANISATIONS = re.compile(rb"Organization|NewsMedia|Corporation|WebSite|Business|Blog|Periodical")
_TYPE_BEFORE = 2500


def _links(scan: Scan) -> Iterator[Found]:
    for profile, tag, own in ACCOUNTS.links(scan):
        if not _PLACEHOLDER.match(profile.value):
            span = tag.offsets["href"]
            if own:
                yield Found(profile.kind, profile.value, *span, "link")
            else:
                yield Found(MENTION, f"{profile.kind.name}/{profile.value}", *span, "link with a text of its own")


def _metas(scan: Scan) -> Iterator[Found]:
    for content, start, end, _ in scan.metas("twitter:site"):
        name = content.removeprefix("@")
        profile = ACCOUNTS.profile(content if "//" in content else f"https://x.com/{name}")
        if profile and profile.kind is _X and not _PLACEHOLDER.match(profile.value):
            yield Found(_X, profile.value, start, end, "twitter:site")
    for content, start, end, name in scan.metas("article:publisher", "og:see_also"):
        profile = ACCOUNTS.profile(content)
        if profile and not _PLACEHOLDER.match(profile.value):
            yield Found(profile.kind, profile.value, start, end, name)
    for content, start, end, name in scan.metas("apple-itunes-app", "al:ios:app_store_id", "al:android:package"):
        yield from _app(content, start, end, name)


def _app(content: str, start: int, end: int, name: str) -> Iterator[Found]:
    number = re.search(r"(?:app-id\s{0,3}=\s{0,3})?(?<!\d)(\d{6,12})(?!\d)", content)
    if name == "al:android:package":
        if re.fullmatch(r"[A-Za-z]\w{0,60}(?:\.[A-Za-z]\w{0,60}){1,8}", content):
            yield Found(_NETWORKS[-2].kind, content, start, end, name)
    elif number:
        yield Found(_NETWORKS[-1].kind, number[1], start, end, name)


def _same_as(scan: Scan) -> Iterator[Found]:
    for match in _SAME_AS.finditer(scan.body):
        types = _TYPE.findall(scan.body, max(0, match.start() - _TYPE_BEFORE), match.start())
        if not types or not _ORGANISATIONS.search(types[-1]):
            continue
        for address in _ADDRESS.finditer(scan.body, *match.span(1)):
            profile = ACCOUNTS.profile(address[1].decode("utf-8", "replace").replace("\\/", "/"))
            if profile and not _PLACEHOLDER.match(profile.value):
                yield Found(profile.kind, profile.value, *address.span(1), "sameAs of the organisation")


def _mastodon(scan: Scan) -> Iterator[Found]:
    for tag in scan.tags_named("a", "link"):
        if b"/@" in tag.raw and "me" in tag.attributes.get("rel", "").lower().split():
            address = _MASTODON.fullmatch(tag.attributes.get("href", "").strip())
            if address and not ACCOUNTS.profile(address[0]):
                yield Found(MASTODON, f"{address[2].lower()}@{address[1].lower()}", *tag.offsets["href"], "rel=me")


def _wechat_ids(scan: Scan) -> Iterator[Found]:
    """A WeChat account has no address of its own: pages write its id beside the name of the service."""
    for _, match in zip(range(_MOST_IDS), _WECHAT_ID.finditer(scan.body), strict=False):
        name = real_name(match[1].decode())
        if name:
            yield Found(_WECHAT, name, *match.span(1), "id beside its label")


_ALL_KINDS = tuple(one.kind for one in _NETWORKS)
KINDS = (*_ALL_KINDS, MASTODON, MENTION)
RULES = (
    Reader((*_ALL_KINDS, MENTION), _links),
    Reader(
        _ALL_KINDS,
        _metas,
        needs=("twitter:site", "article:publisher", "og:see_also", "apple-itunes-app", "al:ios:", "al:android:"),
    ),
    Reader(_ALL_KINDS, _same_as, needs=('"sameAs"',)),
    Reader((MASTODON,), _mastodon, needs=("/@",)),
    Reader((_WECHAT,), _wechat_ids, needs=("微信号", "微信公众号", "wechat id", "wechat official account")),
)
