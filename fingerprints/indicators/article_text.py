"""The text of an article: the same text on two sites is reuse, unless an agency sold it to both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, repeat

from fingerprints import config
from fingerprints.indicators._template import simhash
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

_MEASURED = "Manku, Jain, Das Sarma: Detecting near-duplicates for web crawling, WWW 2007"
TEXT_SIMHASH = Kind(
    name="text-simhash",
    family="text",
    title="Text of an article (64-bit simhash)",
    example="22a481e6721f5868",
    source=_MEASURED,
    m=0.3,
    cap=5.0,
    links=False,
    traps="Wire copy, press releases and quoted documents stand on the sites of strangers.",
)
WIRE_TEXT = Kind(
    name="wire-text",
    family="text",
    title="Text of an article that is credited to an agency (64-bit simhash)",
    example="22a48de7721f5868",
    source=_MEASURED,
    proves=Proof.FACT,
    links=False,
)
_FEWEST_WORDS = 60
_MOST_WORDS = 800
_BEGINNING = 10 * _MOST_WORDS
"""Characters in which nearly always so many words are."""
_ARTICLES = frozenset({Role.ARTICLE, Role.OTHER})
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_]{1,40}")
"""A word, or a single character of the scripts that do not part words."""
_AUTHOR_KEYS = ('"author"', '"creator"', '"sourceOrganization"')
_DATE_KEY = '"datePublished"'
_AFTER_KEY = 300
_MOST_AUTHORS = 20
_JSON_NAME = re.compile(rb"\"name\"\s{0,5}:\s{0,5}\"([^\"]{1,100})\"")
_BYLINE_METAS = ("author", "article:author", "dc.creator", "dc.source", "byl", "source", "copyright")
_DATE_METAS = ("article:published_time", "datepublished", "date", "dc.date.issued", "pubdate", "sailthru.date")
_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:T[0-2]\d:[0-5]\d)?")
_JSON_DATE = re.compile(rb"\"datePublished\"\s{0,5}:\s{0,5}\"([0-9T:-]{10,16})")
_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\blang\s{0,3}=\s{0,3}[\"']?([a-zA-Z]{2,3}(?:[-_][a-zA-Z]{2,4})?)", re.I)
_HEAD = 4096
_WORD = re.compile(r"\w{1,60}+")
_NEAR_EDGE = 160
"""Characters at either end of a text in which an agency's name is a credit and no subject."""


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, for scripts without spaces its characters; numbers and signs are left out."""
    found = _TOKEN.findall(text[:_BEGINNING].lower())
    if len(found) <= _MOST_WORDS and len(text) > _BEGINNING:  # of more words, the one that was cut is not among the first
        found = _TOKEN.findall(text.lower())
    return found[:_MOST_WORDS]


def _read(scan: Scan) -> Iterator[Found]:
    text = scan.dom.main_text()
    words = tokens(text)
    if len(words) < _FEWEST_WORDS:
        return
    # Four words at a time: two articles about one event share words, and hardly ever four in a row.
    shingles = set(map(" ".join, zip(words, words[1:], words[2:], words[3:], strict=False)))
    agency = _agency(scan, text)
    facts = f"article of {len(words)} words, {_language(scan)}, {_published(scan) or 'undated'}"
    where = f"{facts}, credited to {agency}" if agency else facts
    yield Found(WIRE_TEXT if agency else TEXT_SIMHASH, simhash(shingles), where=where)


def _agency(scan: Scan, text: str) -> str:
    """The agency that the article is credited to: as its author, or at either end of its text."""
    bylines = [content for content, _, _, _ in scan.metas(*_BYLINE_METAS)]
    bylines += [name for key in _AUTHOR_KEYS for name in _names_after(scan, key)]
    bylines += [text[:_NEAR_EDGE], text[-_NEAR_EDGE:]]
    return agency_in("\n".join(bylines))


def agency_in(text: str) -> str:
    """The first agency that a text names, or an empty string."""
    whole = text.lower()
    said = set(_WORD.findall(whole))
    return next((name for name, first, regex in _agencies() if (not first or first in said) and regex.search(whole)), "")


def _names_after(scan: Scan, key: str) -> Iterator[str]:
    """The names of JSON-LD objects that stand under a key."""
    for at in islice(_places(scan, key), _MOST_AUTHORS):
        for name in _JSON_NAME.findall(scan.body[at : at + _AFTER_KEY].split(b"}", 1)[0]):
            yield name.decode("utf-8", "replace")


def _places(scan: Scan, key: str) -> Iterator[int]:
    """Where a key of JSON stands, whose case counts."""
    written = key.encode()
    return (at for at in scan.places(key.lower()) if scan.body.startswith(written, at))


@cache
def _agencies() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Names in lower case, longest first, each with its first word, and with what tells it from a part of a word."""
    lines = (line.strip().lower() for path in config.paths("agencies.txt") for line in path.read_text("utf-8").splitlines())
    names = sorted({line for line in lines if line and not line.startswith("#")}, key=lambda name: (-len(name), name))
    return tuple((name, _first_word(name), re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")) for name in names)


def _first_word(name: str) -> str:
    """The word with which a name begins; empty if a sign stands before it, for then the name may follow upon a word."""
    first = _WORD.match(name)
    return first[0] if first else ""


def _language(scan: Scan) -> str:
    """The language that the page says it is in (BCP 47, lower case)."""
    stated = _LANGUAGE.search(scan.body, 0, _HEAD)
    return stated[1].decode().lower().replace("_", "-") if stated else "language not stated"


def _published(scan: Scan) -> str:
    """When the page says that it was published (ISO 8601, to the minute), or an empty string."""
    stated = [content for content, _, _, _ in scan.metas(*_DATE_METAS)]
    stated += [match[1].decode() for match in map(_JSON_DATE.match, repeat(scan.body), _places(scan, _DATE_KEY)) if match][:1]
    dates = (match[0] for text in stated if (match := _DATE.search(text)))
    return min(dates, default="")


KINDS = (TEXT_SIMHASH, WIRE_TEXT)
RULES = (Reader(KINDS, _read, roles=_ARTICLES, asks=(*_AUTHOR_KEYS, _DATE_KEY)),)
