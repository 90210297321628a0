"""The company that a footer names as the maker of the site: "web design by", "developed and managed by", with a link.

No evidence that two sites belong together. An agency that makes sites brings its own accounts to all its customers, and the credit
says whose such accounts may be: see agencies.py. Operators sign their sites in the same words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from fingerprints.indicators._third_parties import is_service
from fingerprints.indicators.accounts import ACCOUNTS
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.indicators.legal_pages import SERVICES
from fingerprints.scan import Scan, Tag
from fingerprints.sites import site_or_none

MADE_BY = Kind(
    name="made-by",
    family="software",
    title="Company that the footer names as the maker of the site",
    example="pixelwerk-nord.com",
    source="Measured on public pages: on 30 of 478 news sites, on two of them the maker of a widget.",
    proves=Proof.FACT,
    links=False,
    traps="An agency signs the sites of all its customers, and so do makers of themes; an operator signs in the same words.",
)
_LAST = 40
"""Links to other sites at the page's end among which a credit stands."""
_LAST_MAILBOXES = 10
_MAILBOX = re.compile(r"mailto:[^@?]{1,64}@([\w.-]{4,100}+)(?:\?|$)", re.I)
_FREE_MAIL = frozenset(
    {
        "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
        "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "msn.com", "orange.fr",
        "outlook.com", "proton.me", "protonmail.com", "t-online.de", "tutanota.com", "web.de", "wp.pl", "zoho.com",
    }
)  # fmt: skip
"""Providers at which anybody has a mailbox, beside those that are known as services; the address of a single person is no company."""
_BEFORE = 200
"""Bytes before the link in which its words stand, mark-up between them."""
_INSIDE = 200
_LONGEST = 100
_MARKUP = re.compile(rb"<[^<>]{0,400}>|^[^<>]{0,400}>|<[^<>]{0,400}$")
_SEAM = "¦"
"""Stands where mark-up stood: a credit begins a piece of text, and is no part of a sentence."""
_SEAMS = re.compile(r"[¦|.,·•;©/–—-]|:(?!$)")
_CREDIT = re.compile(
    r"\A(?:(?:and|this|und|y|et) )?(?:(?:site|website|web ?page|solution|portal) )?(?:"
    r"(?:web ?(?:site)? ?)?(?:design(?:ed)?|develop(?:ed|ment)|built|crafted|created|made|maintained|managed|powered|webdesign|site|"
    r"production)(?: (?:and|&|\+|und) (?:design|develop|manag|maintain|host|power|built|creat)\w{0,8})? (?:by|von) ?:?"
    r"|(?:web ?design|design|development|entwicklung|umsetzung|realisierung|programmierung|gestaltung|realisation|réalisation|"
    r"conception|desenvolvimento|desarrollo|realizzazione|sviluppo) ?:"
    r"|(?:umsetzung|realisierung|programmierung|gestaltung) (?:durch|von)"
    r"|(?:réalis(?:é|ation)|conçu|création)(?: du site)? par|dise(?:ño|ñado)(?: web)? (?:de|por)"
    r"|desarrollado por|desenvolvido por|realizzato da|sviluppato da"
    r"|(?:разработка|создание|дизайн) (?:сайтов|сайта) ?:?|تصميم الموقع ?:?|طراحی سایت ?:?)\Z",
    re.I,
)
_OF_A_PART = re.compile(
    r"\b(?:theme|template|comments?|search|ads?|video|map|data|weather|newsletter|photo|image|logo|icons?)\b", re.I
)


def _read(scan: Scan) -> Iterator[Found]:
    seen: set[str] = set()
    for tag, host in (*scan.outward_links[-_LAST:], *_mailboxes(scan)):
        site = site_or_none(f"https://{host}")
        if not site or site in seen or site in SERVICES or site == scan.page.site or ACCOUNTS.knows(host) or is_service(site):
            continue
        before = _text(scan.body[max(0, tag.start - _BEFORE) : tag.start])
        inside = _text(scan.body[tag.end : tag.end + _INSIDE].split(b"</a", 1)[0])
        if _is_credit(before) or _is_credit(_lead(inside.lstrip(f" {_SEAM}"))):
            seen.add(site)
            yield Found(MADE_BY, site, *tag.offsets["href"], "credit line")


def _mailboxes(scan: Scan) -> Iterator[tuple[Tag, str]]:
    """The last links to mailboxes, each with the host that it names: agencies sign with an address, too."""
    if not scan.places("mailto:"):
        return
    for tag in [tag for tag in scan.tags_named("a") if b"mailto:" in tag.raw.lower()][-_LAST_MAILBOXES:]:
        host = _MAILBOX.match(tag.attributes.get("href", "").strip())
        if host and host[1].lower() not in _FREE_MAIL:
            yield tag, host[1].lower()


@lru_cache(maxsize=8192)
def _is_credit(words: str) -> bool:
    """Whether a text ends in the words of a credit, and these are about the site and not about a part of it."""
    *_, before, last = ("", *(piece.strip() for piece in _SEAMS.split(words)))
    return _CREDIT.match(last) is not None and not _OF_A_PART.search(f"{before[-30:]} {last}")


def _lead(text: str) -> str:
    """What a link's text begins with if it names the maker itself: "Developed by Square1" up to the name."""
    head, by, _ = text.partition(" by ")
    return f"{head} by" if by else ""


def _text(markup: bytes) -> str:
    """The end of a text whose pieces are parted by seams."""
    text = html.unescape(_MARKUP.sub(_SEAM.encode(), markup).decode("utf-8", "ignore"))
    return " ".join(text.split())[-_LONGEST:].rstrip(f" {_SEAM}|–—-")


KINDS = (MADE_BY,)
RULES = (Reader(KINDS, _read, asks=("mailto:",)),)
