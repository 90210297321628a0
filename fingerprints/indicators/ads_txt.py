"""ads.txt, and app-ads.txt for apps: who may sell a site's advertising space. IAB Tech Lab, ads.txt 1.1: https://iabtechlab.com/ads-txt/"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints import sellers
from fingerprints.indicators._address import address, plain
from fingerprints.indicators._values import real_digits
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sellers import SellerType
from fingerprints.sites import NotASiteError, site_of_host

_SOURCE = "https://iabtechlab.com/wp-content/uploads/2022/04/Ads.txt-1.1.pdf"
DIRECT = Kind(
    "ads-txt-direct",
    "ads",
    "ads.txt seller, DIRECT",
    "google.com/pub-4417920063318552",
    _SOURCE,
    m=0.6,
    cap=8.0,
    traps="Intermediaries have whole lists pasted, and lines are labelled DIRECT that are none.",
)
RESELLER = Kind("ads-txt-reseller", "ads", "ads.txt seller, RESELLER", "rubiconproject.com/11078", _SOURCE, links=False)
CONTRADICTED = Kind(
    "ads-txt-contradicted",
    "ads",
    "ads.txt DIRECT line that the exchange's sellers.json contradicts",
    "harborads.com/7730",
    "https://iabtechlab.com/wp-content/uploads/2019/07/Sellers.json_Final.pdf",
    links=False,
)
OWNER = Kind(
    "ads-txt-owner-domain",
    "ads",
    "ads.txt OWNERDOMAIN",
    "nordfunk-post.com",
    _SOURCE,
    m=0.6,
    cap=11.0,
    traps="Anybody may name any domain.",
)
MANAGER = Kind(
    "ads-txt-manager-domain",
    "ads",
    "ads.txt MANAGERDOMAIN: who manages the site's advertising",
    "harbor-media.com",
    _SOURCE,
    m=0.5,
    cap=6.0,
    traps="A manager sells for hundreds of unrelated sites (Mediavine, Raptive, Ezoic).",
)
PARTNER = Kind(
    "ads-txt-inventory-partner",
    "ads",
    "ads.txt INVENTORYPARTNERDOMAIN: whose ads.txt counts besides",
    "harbor-tv.com",
    _SOURCE,
    m=0.4,
    cap=7.0,
    traps="A platform for video or apps that shares its advertising with all its publishers.",
)
CONTACT = Kind(
    "ads-txt-contact",
    "contact",
    "Contact of ads.txt",
    "ads@nordfunk-post.com",
    _SOURCE,
    m=0.4,
    cap=9.0,
    personal=True,
    traps="An agency or a manager that writes the file for its customers.",
)
_LINE = re.compile(rb"[^\r\n]{1,2000}")
_SELLER = re.compile(r"[A-Za-z0-9._:/|=-]{1,100}")
_GOOGLE = re.compile(r"(?:ca-)?pub-([0-9]{16})", re.I)
_EXAMPLES = frozenset(
    {"example.com", "greenadexchange.com", "blueadexchange.com", "silverssp.com", "redssp.com", "orangeexchange.com"}
)
"""Exchanges of the specification's examples, and of its line for a site that sells nothing: placeholder.example.com, placeholder, …"""
_MOST_LINES = 20_000


def records(scan: Scan) -> Iterator[Found]:
    """The lines of the file, each as what it says it is."""
    if scan.body[:1000].lstrip().startswith(b"<") or scan.page.status != 200:
        return
    for number, line in enumerate(_LINE.finditer(scan.body)):
        if number >= _MOST_LINES:
            return
        text = line[0].decode("utf-8", "replace").split("#", 1)[0].split(";", 1)[0].strip().lstrip("\ufeff")
        yield from _record(text, line.start(), line.end())


def _read(scan: Scan) -> Iterator[Found]:
    """The lines; a DIRECT one whose account is an intermediary's, or nobody's, by the exchange's own word, is none."""
    for line in records(scan):
        why = _contradiction(line.value) if line.kind is DIRECT else ""
        yield line._replace(kind=CONTRADICTED, where=f"{line.where}, {why}") if why else line


def _contradiction(value: str) -> str:
    exchange, _, account = value.partition("/")
    if not sellers.known_exchange(exchange):
        return ""
    seller = sellers.look_up(exchange, account)
    if seller is None:
        return f"no account of sellers.json of {exchange}"
    return f"an intermediary by sellers.json of {exchange}" if seller.type is SellerType.INTERMEDIARY else ""


def _record(text: str, start: int, end: int) -> Iterator[Found]:
    name, equals, value = text.partition("=")
    if equals and name.strip().upper() in _VARIABLES:
        yield from _variable(name.strip().upper(), value, start, end)
        return
    fields = [field.strip() for field in text.split(",")]
    if len(fields) < 3 or not _SELLER.fullmatch(fields[1]):
        return
    exchange, label = _domain(fields[0]), fields[2].upper()
    account = _account(exchange, fields[1]) if exchange else None
    if account and label in ("DIRECT", "RESELLER"):
        kind = DIRECT if label == "DIRECT" else RESELLER
        yield Found(kind, f"{exchange}/{account}", start, end, f"{label} line")


def _account(exchange: str, text: str) -> str | None:
    """The account as the exchange writes it: Google's stands without the ca- of its tags, which some take over from there."""
    if exchange in _EXAMPLES:
        return None
    google = _GOOGLE.fullmatch(text) if exchange == "google.com" else None
    if google:
        return f"pub-{google[1]}" if real_digits(google[1]) else None
    return text


def _variable(name: str, value: str, start: int, end: int) -> Iterator[Found]:
    kind = _VARIABLES[name]
    if kind is CONTACT:
        parts = plain(value.strip().removeprefix("mailto:")).rpartition("@")
        mail = address(parts[0], parts[2]) if parts[0] else None
        if mail:
            yield Found(CONTACT, mail, start, end, name)
        return
    # A manager may be limited to a country: managerdomain=harbor-media.com, US
    domain = _domain(value.split(",", 1)[0])
    if domain:
        yield Found(kind, domain, start, end, name)


def _domain(text: str) -> str | None:
    try:
        return site_of_host(text)
    except NotASiteError:
        return None


_VARIABLES = {"OWNERDOMAIN": OWNER, "MANAGERDOMAIN": MANAGER, "INVENTORYPARTNERDOMAIN": PARTNER, "CONTACT": CONTACT}
KINDS = (DIRECT, CONTRADICTED, RESELLER, OWNER, MANAGER, PARTNER, CONTACT)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.ADS_TXT})),)
