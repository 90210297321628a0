"""Common Crawl: an index for each of its crawls, and WARC files of which single records are fetched by ranges.

https://commoncrawl.org/get-started ; the list of crawls with their indexes is collinfo.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from crawler.archives.asking import ArchiveFault, Asking
from crawler.archives.index import Capture, IndexAnswerError, captures
from crawler.http.client import Exchange

_LIST = "collinfo.json"


@dataclass(frozen=True, slots=True)
class CommonCrawl:
    """Where the indexes and the files are asked."""

    index: str
    """The address of collinfo.json, or of one crawl's index."""
    data: str
    """What stands before the files' names."""
    crawls: int
    """How many crawls are asked at the most, evenly over the time."""
    most_listed: int
    most_bytes: int
    """Of one packed record."""

    async def listed(self, asking: Asking, site: str, since: str, until: str) -> list[Capture]:
        """What the crawls of a time have of a site.

        Raises:
            ArchiveFault: the list of crawls or one of the indexes does not answer.
        """
        found: list[Capture] = []
        for api in await self._indexes(asking, since, until):
            query = {"url": site, "matchType": "domain", "output": "json", "limit": str(self.most_listed)}
            status, text = await asking.text(f"{api}?{urlencode(query)}")
            if status not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
                raise ArchiveFault(f"The index {api} answered with status {status}.")
            try:
                found += captures(text)
            except IndexAnswerError as error:
                raise ArchiveFault(f"The index {api} cannot be understood: {error}.") from None
        inside = (one for one in found if one.file and _is_inside(one.stamp, since, until))
        return sorted(inside, key=lambda one: (one.stamp, one.url))

    async def fetch(self, asking: Asking, one: Capture) -> tuple[bytes, str, Exchange]:
        """The packed record of a capture, where it lies, and the answer that brought it.

        Raises:
            ArchiveFault: it cannot be had.
        """
        if not 0 < one.length <= self.most_bytes:
            raise ArchiveFault(f"The record has {one.length} bytes packed; up to {self.most_bytes} are fetched.")
        last = one.offset + one.length - 1
        source = f"{self.data}{one.file}"
        exchange = await asking.get(source, (("Range", f"bytes={one.offset}-{last}"),))
        if exchange.answer.status == HTTPStatus.OK:
            raise ArchiveFault(f"{self.data} sends whole files: it does not serve ranges.")
        if exchange.answer.status != HTTPStatus.PARTIAL_CONTENT:
            raise ArchiveFault(f"The archive answered with status {exchange.answer.status}.")
        if len(exchange.answer.body) != one.length:
            raise ArchiveFault(f"The archive sent {len(exchange.answer.body)} bytes of {one.length}.")
        return exchange.answer.body, f"{source}#{one.offset}+{one.length}", exchange

    async def _indexes(self, asking: Asking, since: str, until: str) -> list[str]:
        if not self.index.endswith(_LIST):
            return [self.index]
        status, text = await asking.text(self.index)
        try:
            crawls: Any = json.loads(text) if status == HTTPStatus.OK else None
        except ValueError:
            crawls = None
        if not isinstance(crawls, list):
            raise ArchiveFault(f"The list of crawls {self.index} cannot be read (status {status}).")
        inside = [api for api, start, end in _spans(crawls) if not (until and start > until) and not (since and end < since)]
        return _evenly(inside, self.crawls)


def _spans(crawls: list[Any]) -> Iterator[tuple[str, str, str]]:
    """(index, first day, last day) of each crawl, newest first as they are listed; days are empty where none are told."""
    for crawl in crawls:
        if isinstance(crawl, dict) and str(crawl.get("cdx-api", "")).startswith(("http://", "https://")):
            days = ("".join(one for one in str(crawl.get(name) or "") if one.isdigit())[:8] for name in ("from", "to"))
            start, end = days
            yield str(crawl["cdx-api"]), start, end or "9"


def _is_inside(stamp: str, since: str, until: str) -> bool:
    return stamp >= since and (not until or stamp[: len(until)] <= until)


def _evenly(found: list[str], most: int) -> list[str]:
    if len(found) <= most:
        return found
    return [found[round(number * (len(found) - 1) / max(1, most - 1))] for number in range(most)]
