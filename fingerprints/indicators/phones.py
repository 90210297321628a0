"""Telephone numbers, in the international form of ITU-T E.164: of tel: links, of JSON-LD, and beside their label on pages about a site."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from bs4 import BeautifulSoup

from fingerprints.indicators.base import HTML, Found, Kind, Pattern, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

PHONE = Kind(
    "phone",
    "contact",
    "Telephone number",
    "+493023125042",
    "https://www.itu.int/rec/T-REC-E.164",
    m=0.4,
    cap=9.0,
    personal=True,
    traps="Helplines, press offices and data protection officers stand on strangers' pages; agencies answer for many sites.",
)
_PAGES = HTML - {Role.ARTICLE}
_MOST_LINKS = 50
_MOST_BYTES = 1_000_000
_LABELLED = re.compile(
    r"(?:\b(?:tele?(?:fon|phone|fono|fone|fax)?|phone|fon|fax|t[eé]l|mobile?|whatsapp)\b|тел(?:ефон)?|факс)[^\d+\n]{0,12}\n?[^\d+\n]{0,4}"
    r"(\(?(?:\+|00)[\d(][\d\s()./\-\u2013\u00a0]{6,24}\d|\(?0\d[\d\s()./\-\u2013\u00a0]{5,20}\d)",
    re.I,
)
_LABEL = re.compile(
    "\\b(?:tele?(?:fon|phone|fono|fone|fax)?|phone|fon|fax|t(?:é|É|&eacute;)l|mobile?|whatsapp)\\b|тел|Тел|ТЕЛ|факс|Факс|ФАКС".encode(),
    re.I,
)
_MARKUP = re.compile(rb"<[^<>]{0,2000}>")
_SPACE = re.compile(r"[^\S\n]{0,99}\n\s{0,99}")
_LABEL_REACH = 1500
"""Bytes behind a label in which its number may begin, mark-up included."""
_MOST_LABELS = 300
_OTHER_SUFFIXES = {"uk": "GB", "su": "RU"}
_GENERIC = frozenset(
    {"tv", "me", "io", "co", "ai", "fm", "cc", "ws", "to", "ly", "gg", "am", "eu", "su", "is", "sh", "la", "ac", "vc"}
)
"""Suffixes of a country that sites of the whole world have."""
_NORTH_AMERICAN = re.compile(r"\s{0,3}1[-. ]\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\s{0,3}")
"""1-415-429-6753: nobody else writes the country's number so."""
_LANGUAGE = re.compile(r"[a-z]{2}[-_]([A-Z]{2})\b")


def _links(scan: Scan) -> Iterator[Found]:
    region = _region(scan)
    tags = (tag for tag in scan.tags_named("a") if b"tel:" in tag.raw.lower())
    for _, tag in zip(range(_MOST_LINKS), tags, strict=False):
        address = tag.attributes.get("href", "").strip()
        if address.lower().startswith("tel:"):
            value = number(unquote(address[4:80]), region)
            if value:
                yield Found(PHONE, value, *tag.offsets["href"], "tel: link")


def _labelled(scan: Scan) -> Iterator[Found]:
    if not _may_be_labelled(scan.body):
        return
    region = _region(scan)
    soup = BeautifulSoup(scan.body[:_MOST_BYTES], "lxml")
    for one in soup(["script", "style", "noscript", "template"]):
        one.decompose()
    text = "\n".join(soup.stripped_strings)
    for _, match in zip(range(_MOST_LINKS), _LABELLED.finditer(text), strict=False):
        value = number(match[1], region)
        if value:
            start = scan.body.find(match[1].encode())
            yield Found(PHONE, value, start, start + len(match[1].encode()) if start >= 0 else -1, "beside its label")


def _may_be_labelled(body: bytes) -> bool:
    """Whether a number may stand beside a label, told from the bytes: making the tree takes as long as all other rules together."""
    for _, label in zip(range(_MOST_LABELS), _LABEL.finditer(body, 0, _MOST_BYTES), strict=False):
        near = body[label.start() : label.end() + _LABEL_REACH]
        text = html.unescape(_MARKUP.sub(b"\n", near).decode("utf-8", "replace"))
        if _LABELLED.search(_SPACE.sub("\n", text)):
            return True
    return False


def _region(scan: Scan) -> str:
    """The country whose numbers a page writes without a prefix, by its domain or else its language; empty where neither says."""
    suffix = scan.page.site.rpartition(".")[2]
    if len(suffix) == 2 and suffix not in _GENERIC:
        return _OTHER_SUFFIXES.get(suffix, suffix.upper())
    for tag in scan.tags_named("html"):
        match = _LANGUAGE.match(tag.attributes.get("lang", ""))
        return match[1] if match else ""
    return ""


@lru_cache(maxsize=4096)
def number(text: str, region: str = "") -> str | None:
    """The number as +49…, or None for what no country gives out or stands for nobody.

    Args:
        text: as written.
        region: ISO code of the country that is meant where the text has no international prefix; empty for none.
    """
    import phonenumbers  # loaded only where a page has a number

    text = re.sub(r"^\s{0,3}00", "+", text.split(";", 1)[0].replace("(0)", ""))
    text = f"+{text.strip()}" if _NORTH_AMERICAN.fullmatch(text) else text
    if not text.lstrip(" (").startswith("+") and region not in phonenumbers.SUPPORTED_REGIONS:
        return None
    try:
        parsed = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_valid_number(parsed) or _is_made_up(str(parsed.national_number)):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _is_made_up(national: str) -> bool:
    """Numbers of examples, and North America's 555-01xx, which are kept for films."""
    if re.search(r"(\d)\1{5}|123456|234567|345678|456789|987654", national):
        return True
    return len(national) == 10 and national[3:8] == "55501"


KINDS = (PHONE,)
RULES = (
    Reader((PHONE,), _links, roles=_PAGES, needs=("tel:",)),
    Reader((PHONE,), _labelled, roles=frozenset({Role.ABOUT})),
    Pattern(
        PHONE,
        ('"telephone"',),
        rb"\"telephone\"\s{0,9}:\s{0,9}\"((?:\+|00)[0-9 ()./\-]{6,30})\"",
        number,
        "telephone",
    ),
)
