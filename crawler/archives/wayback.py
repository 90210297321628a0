"""The Wayback Machine, and every archive that is served as it is (pywb): a CDX server and raw captures under …id_/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlencode

from crawler.archives.asking import ArchiveFault, Asking, body_of
from crawler.archives.index import Capture, IndexAnswerError, captures, moment
from crawler.http.client import Exchange
from crawler.warc import Old

_ORIGINAL = "x-archive-orig-"
"""Before the names of the original headers: https://archive.org/help/ ; pywb serves them under their own names."""
_OF_ARCHIVE = re.compile(
    r"x-archive-|content-location$|content-security-policy|link$|server-timing|x-ts$|x-app-server|x-cache|x-location"
    r"|x-nid|x-page-cache|x-tr$|referrer-policy|x-na$|x-nid$|x-rl$|connection$|keep-alive$|content-length$|transfer-encoding$"
    r"|content-encoding$|date$|server$",
    re.I,
)
_MEMENTO = "Memento-Datetime"
"""Kept: readers know by it that the names and the order of the headers are an archive's."""
_PREFIX = re.compile(r"^https?://[^/]+/(?:[^/]+/)??(\d{14})[a-z_]{0,4}/(?=https?:)", re.I)


@dataclass(frozen=True, slots=True)
class Wayback:
    """Where an archive of this sort is asked."""

    cdx: str
    """Its CDX server."""
    replay: str
    """What stands before a capture's time: http://host/collection/ ."""
    most_listed: int

    @staticmethod
    def at(cdx: str, replay: str, most_listed: int) -> Wayback:
        """The archive of a CDX server; where `replay` is empty it is taken from the server's address."""
        return Wayback(cdx, replay or _replay_of(cdx), most_listed)

    async def listed(self, asking: Asking, site: str, since: str, until: str) -> list[Capture]:
        """What the archive has of a site: its front pages, and a list of its other documents.

        Args:
            asking: the line to it.
            site: the domain.
            since: the earliest time, as up to fourteen digits; empty for any.
            until: the latest one.

        Raises:
            ArchiveFault: it does not say.
        """
        found: dict[tuple[str, str], Capture] = {}
        for query in ({"url": f"{site}/"}, {"url": f"{site}/", "matchType": "domain", "collapse": "urlkey"}):
            span = {name: value for name, value in (("from", since), ("to", until)) if value}
            more = {"output": "json", "limit": str(self.most_listed), **span}
            for one in await _ask(asking, f"{self.cdx}?{urlencode(query | more)}"):
                found.setdefault((one.stamp, one.url), one)
        return sorted(found.values(), key=lambda one: (one.stamp, one.url))

    async def fetch(self, asking: Asking, one: Capture, limit: int) -> Old:
        """The capture as it was archived, without the archive's changes to addresses.

        Raises:
            ArchiveFault: it cannot be had.
        """
        source = f"{self.replay}{one.stamp}id_/{one.url}"
        redirected = 300 <= one.status < 400
        exchange = await asking.get(source, follow=not redirected)
        status = exchange.answer.status
        if status == HTTPStatus.NOT_FOUND and not _is_memento(exchange):
            raise ArchiveFault(f"The archive lists the capture and does not have it (status {status}).")
        if not _is_memento(exchange) and (status >= 400 or redirected):
            raise ArchiveFault(f"The archive answered with status {status}.")
        return _old(one, exchange, limit)


async def _ask(asking: Asking, url: str) -> list[Capture]:
    status, text = await asking.text(url)
    if status == HTTPStatus.NOT_FOUND and not _looks_like_answer(text):
        raise ArchiveFault(f"There is no CDX server at {url.partition('?')[0]} (status 404).")
    if status not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
        raise ArchiveFault(f"The CDX server answered with status {status}.")
    try:
        return captures(text)
    except IndexAnswerError as error:
        raise ArchiveFault(f"The CDX server cannot be understood: {error}.") from None


def _looks_like_answer(text: str) -> bool:
    return not text.strip() or "no captures found" in text.lower()


def _replay_of(cdx: str) -> str:
    """http://host/coll/cdx → http://host/coll/ ; https://web.archive.org/cdx/search/cdx → https://web.archive.org/web/ ."""
    base = cdx.rstrip("/")
    if base.endswith("/cdx/search/cdx"):
        return f"{base.removesuffix('/cdx/search/cdx')}/web/"
    return f"{base.rpartition('/')[0]}/"


def _is_memento(exchange: Exchange) -> bool:
    """https://www.rfc-editor.org/rfc/rfc7089#section-2.1.1 : only what was archived has this header."""
    return bool(exchange.answer.header("memento-datetime"))


def _old(one: Capture, exchange: Exchange, limit: int) -> Old:
    answer = exchange.answer
    named = [(key, value) for key, value in answer.headers if key.lower().startswith(_ORIGINAL)]
    if named:
        headers = [(key[len(_ORIGINAL) :], value) for key, value in named]
        dropped = ("content-length", "transfer-encoding", "content-encoding")
        headers = [(key, value) for key, value in headers if key.lower() not in dropped]
    else:
        headers = [(key, value) for key, value in answer.headers if not _OF_ARCHIVE.match(key)]
    memento = answer.header("memento-datetime")
    if memento and named:
        headers.append((_MEMENTO, memento))
    headers = [(key, _unarchived(value) if key.lower() == "location" else value) for key, value in headers]
    if not any(key.lower() == "content-type" for key, _ in headers) and answer.header("content-type"):
        headers.append(("Content-Type", answer.header("content-type")))
    at = _time(memento) or one.at
    return Old(one.url, at, answer.status, tuple(headers), body_of(exchange, limit), exchange.url, exchange.at, answer.cut)


def _time(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when.replace(tzinfo=when.tzinfo or UTC)


def _unarchived(location: str) -> str:
    """Where the site itself sent its visitors: archives put their own address before it."""
    return _PREFIX.sub("", location)


def span(text: str) -> str:
    """A year, month or day as a person writes it (2016, 2016-03, 2016-03-01) as archives write it.

    Raises:
        ValueError: it is none.
    """
    digits = re.sub(r"[-/]", "", text.strip())
    if not digits:
        return ""
    padded = digits + "0101000000"[len(digits) - 4 :] if len(digits) in (4, 6, 8) else ""
    if moment(padded) is None:
        raise ValueError(f"{text!r} is no date. Give a year, a month or a day as in 2016, 2016-03 or 2016-03-01.")
    return digits
