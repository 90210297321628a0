"""In which language a site addresses its readers, and at which hours its articles appear. Context, no evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from fingerprints.indicators.base import HTML, Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

LANGUAGE = Kind(
    name="page-language",
    family="text",
    title="Language that the page names as its own",
    example="de",
    source="https://html.spec.whatwg.org/multipage/dom.html#the-lang-and-xml:lang-attributes",
    proves=Proof.FACT,
    links=False,
)
HOUR = Kind(
    name="publishing-hour",
    family="text",
    title="Hour of the day at which an article appeared (UTC)",
    example="06",
    source="https://www.rssboard.org/rss-specification#ltpubdategtSubelementOfLtitemgt",
    proves=Proof.FACT,
    links=False,
)
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}+){0,4}+")
"""A language tag (RFC 5646, 2.1), with the underscore that many themes write."""
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
"""Undetermined, several, none, uncoded (ISO 639-2)."""
_FEED_DATE = re.compile(rb"<(?:pubDate|published|dc:date)>\s{0,10}([^<]{10,60}?)\s{0,10}</", re.I)
_PAGE_DATE = re.compile(rb"\"datePublished\"\s{0,5}:\s{0,5}\"([0-9T:+.Z-]{16,40})\"")
_META_DATE = "article:published_time"
_MOST = 500
"""Dates of one document that are read."""


def _language(scan: Scan) -> Iterator[Found]:
    for tag in scan.tags_named("html"):
        match = _TAG.fullmatch(tag.attributes.get("lang", "").strip())
        if match and match[1].lower() not in _NO_LANGUAGE:
            yield Found(LANGUAGE, match[1].lower(), *tag.offsets["lang"], "html lang")
        return


def _of_feed(scan: Scan) -> Iterator[Found]:
    yield from _hours(scan, _FEED_DATE, "feed item")


def _of_page(scan: Scan) -> Iterator[Found]:
    yield from _hours(scan, _PAGE_DATE, "datePublished")
    for content, start, end, _ in scan.metas(_META_DATE):
        hour = _hour(content)
        if hour:
            yield Found(HOUR, hour, start, end, _META_DATE)


def _hours(scan: Scan, pattern: re.Pattern[bytes], where: str) -> Iterator[Found]:
    for number, match in enumerate(pattern.finditer(scan.body)):
        if number == _MOST:
            return
        hour = _hour(match[1].decode("ascii", "replace"))
        if hour:
            yield Found(HOUR, hour, *match.span(1), where)


def _hour(text: str) -> str | None:
    """The hour in UTC; None for no date, and for a time of an unknown zone, which may be any hour."""
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        if moment.tzinfo is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return None  # midnight is what a system writes that keeps only the day
        return f"{moment.astimezone(UTC):%H}"
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


KINDS = (LANGUAGE, HOUR)
RULES = (
    Reader((LANGUAGE,), _language, needs=("lang",)),
    Reader((HOUR,), _of_feed, roles=frozenset({Role.FEED}), needs=("<pubdate>", "<published>", "<dc:date>")),
    Reader((HOUR,), _of_page, roles=HTML, needs=("datepublished", _META_DATE)),
)
