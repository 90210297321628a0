"""The text of an article: the same text on two sites is reuse, unless an agency sold it to both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

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
_ARTICLES = frozenset({Role.ARTICLE, Role.OTHER})
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_]{1,40}")
"""A word, or a single character of the scripts that do not part words."""
_AUTHOR = re.compile(rb"\"(?:author|creator|sourceOrganization)\"\s{0,5}:\s{0,5}([\[{\"][^\]}]{0,300})")
_JSON_NAME = re.compile(rb"\"name\"\s{0,5}:\s{0,5}\"([^\"]{1,100})\"")
_BYLINE_METAS = ("author", "article:author", "dc.creator", "dc.source", "byl", "source", "copyright")
_DATE_METAS = ("article:published_time", "datepublished", "date", "dc.date.issued", "pubdate", "sailthru.date")
_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:T[0-2]\d:[0-5]\d)?")
_JSON_DATE = re.compile(rb"\"datePublished\"\s{0,5}:\s{0,5}\"([0-9T:-]{10,16})")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z]{2,4})?")
_NEAR_EDGE = 160
"""Characters at either end of a text in which an agency's name is a credit and no subject."""


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, for scripts without spaces its characters; numbers and signs are left out."""
    return _TOKEN.findall(text.lower())[:_MOST_WORDS]


def _read(scan: Scan) -> Iterator[Found]:
    text = scan.dom.main_text()
    words = tokens(text)
    if len(words) < _FEWEST_WORDS:
        return
    # Four words at a time: two articles about one event share words, and hardly ever four in a row.
    shingles = {" ".join(words[at : at + 4]) for at in range(len(words) - 3)}
    agency = _agency(scan, text)
    facts = f"article of {len(words)} words, {_language(scan)}, {_published(scan) or 'undated'}"
    where = f"{facts}, credited to {agency}" if agency else facts
    yield Found(WIRE_TEXT if agency else TEXT_SIMHASH, simhash(shingles), where=where)


def _agency(scan: Scan, text: str) -> str:
    """The agency that the article is credited to: as its author, or at either end of its text."""
    bylines = [content for content, _, _, _ in scan.metas(*_BYLINE_METAS)]
    for author in _AUTHOR.finditer(scan.body) if b'"name"' in scan.body else ():
        bylines.extend(name.decode("utf-8", "replace") for name in _JSON_NAME.findall(author[1]))
    found = _agencies().search("\n".join((*bylines, text[:_NEAR_EDGE], text[-_NEAR_EDGE:])))
    return found[0] if found else ""


@cache
def _agencies() -> re.Pattern[str]:
    lines = (line.strip() for path in config.paths("agencies.txt") for line in path.read_text("utf-8").splitlines())
    names = sorted({line for line in lines if line and not line.startswith("#")}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.I)


def _language(scan: Scan) -> str:
    """The language that the page says it is in (BCP 47, lower case)."""
    stated = [tag.attributes.get("lang", "") for tag in scan.tags_named("html")]
    stated += [content for content, _, _, _ in scan.metas("og:locale", "content-language")]
    found = (match[0].lower().replace("_", "-") for text in stated if (match := _LANGUAGE.match(text.strip())))
    return next(found, "language not stated")


def _published(scan: Scan) -> str:
    """When the page says that it was published (ISO 8601, to the minute), or an empty string."""
    stated = [content for content, _, _, _ in scan.metas(*_DATE_METAS)]
    stated += [match[1].decode() for match in [_JSON_DATE.search(scan.body)] if match]
    dates = (match[0] for text in stated if (match := _DATE.search(text)))
    return min(dates, default="")


KINDS = (TEXT_SIMHASH, WIRE_TEXT)
RULES = (Reader(KINDS, _read, roles=_ARTICLES),)
