"""Links to profiles: which account an address names, and whether the link is the site's own or one that an article mentions."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from fingerprints.indicators.base import Kind
from fingerprints.scan import Scan, Tag

Path = tuple[str, ...]
Query = Mapping[str, str]
Reads = Callable[[Path, Query], str | None]
"""From the segments of a path and the query to the account's name, None for what is no profile (a share button, a post)."""

_LONGEST = 400
_MOST_HOSTS = 20_000
_MOST_ADDRESSES = 5_000
_INNER = 400
_MARKUP = re.compile(rb"<[^>]{0,600}>")
_FOLLOWS = re.compile(
    r"^\W{0,5}(?:(?:follow|find|join|like|watch|visit|see|connect|subscribe|support|donate|folge|folgen|suivez|síguenos|siga|seguici|"
    r"подписывайтесь|подписаться|мы|наш|تابعنا|us|our|on|in|to|via|with|auf|bei|sur|en|su|uns|nous|me|the|page|channel|kanal|canal|"
    r"group|gruppe|profile|fan|official|account|icon|logo|link|app|store|download|get|it|now|а|в|на|"
    r"facebook|fb|twitter|x|youtube|yt|instagram|insta|telegram|tg|vk|vkontakte|вконтакте|вк|одноклассники|ok|tiktok|snapchat|threads|"
    r"bluesky|mastodon|rumble|odysee|bitchute|gab|gettr|truth|social|parler|linkedin|pinterest|reddit|whatsapp|viber|line|weibo|wechat|"
    r"discord|substack|medium|google|play|apple|android|ios|patreon|paypal|ko-fi|kofi|boosty|bmc|buy|coffee|a|"
    r"телеграм|телеграмм|твиттер|фейсбук|ютуб|инстаграм|فيسبوك|تويتر|يوتيوب|انستغرام|تلغرام|تلگرام|اینستاگرام|توییتر)\W{0,5}){0,8}$",
    re.I,
)
_OF_AN_AUTHOR = (
    b"author", b"byline", b"writer", b"contributor", b"autor", b"auteur", b"comment-", b"reporter", b"speaker", b"testimonial",
    b"team-member",
)  # fmt: skip
_NUMBER = re.compile(r"\+?[\d\s()./-]{6,24}")
"""A telephone number, as links to WhatsApp and Viber show it."""
_BEFORE = 300


@dataclass(frozen=True, slots=True)
class Network:
    """A service with accounts."""

    kind: Kind
    hosts: tuple[str, ...]
    """Its hosts without www.; "*.x.com" takes any label before."""
    reads: Reads


class Profile(NamedTuple):
    """An account that a link names."""

    kind: Kind
    value: str


class Networks:
    """The services of one catalogue file, looked up by host."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self._exact = {host: one for one in networks for host in one.hosts if not host.startswith("*.")}
        self._known: dict[str, Network | None] = {}
        self._read: dict[str, Profile | None] = {}
        self._below = {host[1:]: one for one in networks for host in one.hosts if host.startswith("*.")}

    def knows(self, host: str) -> bool:
        """Whether this host is one of theirs."""
        return self._at(host) is not None

    def profile(self, address: str) -> Profile | None:
        """The account that an address names."""
        address = address.strip()[:_LONGEST]
        if address not in self._read:
            if len(self._read) > _MOST_ADDRESSES:
                self._read.clear()
            self._read[address] = self._profile(address)
        return self._read[address]

    def _profile(self, address: str) -> Profile | None:
        try:
            parts = urlsplit(f"https:{address}" if address.startswith("//") else address)
            host = (parts.hostname or "").lower()
        except ValueError:
            return None
        if parts.scheme not in ("http", "https"):
            return None
        network = self._at(host)
        if network is None:
            return None
        segments = [unquote(part).strip() for part in parts.path.split("/") if part.strip()]
        if parts.fragment.startswith("!/"):
            segments = [part for part in parts.fragment[2:].split("/") if part]
        if host.count(".") > 1 and network.hosts[0].startswith("*."):
            segments = [host.split(".", 1)[0], *segments]
        value = network.reads(tuple(segments), dict(parse_qsl(parts.query)[:20]))
        return Profile(network.kind, value) if value else None

    def _at(self, host: str) -> Network | None:
        if host not in self._known:
            if len(self._known) > _MOST_HOSTS:
                self._known.clear()
            self._known[host] = self._look_up(host)
        return self._known[host]

    def _look_up(self, host: str) -> Network | None:
        bare = re.sub(r"^(?:www|m|mobile|web|[a-z]{2}-[a-z]{2}|[a-z]{2})\.", "", host)
        found = self._exact.get(host) or self._exact.get(bare)
        return found or next((one for end, one in self._below.items() if host.endswith(end) and host.count(".") == 2), None)

    def links(self, scan: Scan) -> Iterator[tuple[Profile, Tag, bool]]:
        """(account, link, whether it is the site's own) of each link to an account."""
        for tag, host in scan.outward_links:
            if self._at(host):
                profile = self.profile(tag.attributes.get("href", ""))
                if profile:
                    yield profile, tag, is_own(scan, tag)


def is_own(scan: Scan, tag: Tag) -> bool:
    """Whether a link looks like the site's own account: an icon, or words such as "Follow us on…", and not beside an author's name.

    Links in articles carry a name or a sentence; the icons of a header or a footer carry nothing, or the network's name.
    """
    if "me" in tag.attributes.get("rel", "").lower().split():
        return True
    before = scan.body[max(0, tag.start - _BEFORE) : tag.end].lower()
    if any(word in before for word in _OF_AN_AUTHOR):
        return False
    return _invites(scan.body[tag.end : tag.end + _INNER].split(b"</a", 1)[0])


@lru_cache(maxsize=4096)
def _invites(inner: bytes) -> bool:
    """Whether a link says nothing, a number, the network's name or "Follow us on…". The pages of a site say the same."""
    text = html.unescape(_MARKUP.sub(b" ", inner).decode("utf-8", "replace"))
    words = " ".join(text.split())[:80]
    return bool(_FOLLOWS.match(words)) or _NUMBER.fullmatch(words) is not None


def first(pattern: str, *stop: str, lower: bool = True) -> Reads:
    """Reads the first segment, if it is a name of this form, stands alone and is none of these."""
    return under("", pattern, *stop, lower=lower)


def under(folder: str, pattern: str, *stop: str, lower: bool = True, prefix: str = "") -> Reads:
    """Reads the segment behind a folder (none for ""), as `prefix` and the name in lower case unless case counts."""
    form = re.compile(pattern)
    forbidden = frozenset(stop)

    def read(path: Path, _query: Query) -> str | None:
        name = path
        if folder:
            if not path or path[0].lower() not in folder.split("|"):
                return None
            name = path[1:]
        if not name or name[0].lower() in forbidden or not form.fullmatch(name[0]):
            return None
        return prefix + (name[0].lower() if lower else name[0])

    return read


def alone(reads: Reads) -> Reads:
    """As `reads`, for addresses whose path ends with the name: NAME/status/1 is a post."""
    return lambda path, query: reads(path, query) if len(path) <= 1 else None


def bare(reads: Reads) -> Reads:
    """As `reads`, without the @ that some write before the name."""
    return lambda path, query: (reads(path, query) or "").removeprefix("@") or None


def either(*readers: Reads) -> Reads:
    """The first of these that reads something."""
    return lambda path, query: next((value for read in readers if (value := read(path, query))), None)
