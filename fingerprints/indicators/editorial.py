"""In which language a site addresses its readers, and at which hours and on which days its articles appear. Context, no evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

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
WEEKDAY = Kind(
    name="publishing-weekday",
    family="text",
    title="Day of the week on which an article appeared (UTC)",
    example="tuesday",
    source="https://www.rssboard.org/rss-specification#ltpubdategtSubelementOfLtitemgt",
    proves=Proof.FACT,
    links=False,
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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
    yield from _dates(scan, _FEED_DATE, "feed item")


def _of_page(scan: Scan) -> Iterator[Found]:
    yield from _dates(scan, _PAGE_DATE, "datePublished")
    for content, start, end, _ in scan.metas(_META_DATE):
        yield from _dated(content, (start, end), _META_DATE)


def _dates(scan: Scan, pattern: re.Pattern[bytes], where: str) -> Iterator[Found]:
    for match in islice(pattern.finditer(scan.body), _MOST):
        yield from _dated(match[1].decode("ascii", "replace"), match.span(1), where)


def _dated(text: str, span: tuple[int, int], where: str) -> Iterator[Found]:
    moment = _moment(text)
    if moment is not None:
        yield Found(HOUR, f"{moment:%H}", *span, where)
        yield Found(WEEKDAY, _DAYS[moment.weekday()], *span, where)


def _moment(text: str) -> datetime | None:
    """The time in UTC; None for no date, and for a time of an unknown zone, which may be any hour."""
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        if moment.tzinfo is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return None  # midnight is what a system writes that keeps only the day
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


KINDS = (LANGUAGE, HOUR, WEEKDAY)
RULES = (
    Reader((LANGUAGE,), _language, needs=("lang",)),
    Reader((HOUR, WEEKDAY), _of_feed, roles=frozenset({Role.FEED}), needs=("<pubdate>", "<published>", "<dc:date>")),
    Reader((HOUR, WEEKDAY), _of_page, roles=HTML, needs=("datepublished", _META_DATE)),
)
