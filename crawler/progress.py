"""How far a crawl is: one JSON object a line on stdout for the command that started it, or lines of a log."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.sites import SitesSpider

_EVERY = 0.5
_LOG_EVERY = 10.0
_WINDOW = 20
"""Samples over which the rate is taken: ten seconds."""
log = logging.getLogger(__name__)


class ProgressExtension:
    """Tells the numbers while the crawl runs, and once more at its end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._json = crawler.settings.getbool("SAMEHAND_JSON")
        self._samples: deque[tuple[float, int]] = deque(maxlen=_WINDOW)
        self._task: asyncio.TimerHandle | None = None
        self._logged = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProgressExtension:
        """What Scrapy calls."""
        extension = cls(crawler)
        crawler.signals.connect(extension._tick, signals.engine_started)
        crawler.signals.connect(extension._end, signals.engine_stopped)
        return extension

    def _tick(self) -> None:
        self._tell("progress")
        self._task = asyncio.get_running_loop().call_later(_EVERY, self._tick)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._logged = 0.0
        self._tell("end")

    def _tell(self, event: str) -> None:
        numbers = self._numbers()
        told = self._spider.crawl.progress
        while told.remarks:
            self._say(told.remarks.popleft(), important=True)
        while told.notes:
            self._say(told.notes.popleft(), important=False)
        if self._json:
            sys.stdout.write(json.dumps({"event": event, **numbers}) + "\n")
            sys.stdout.flush()
        elif monotonic() - self._logged >= _LOG_EVERY:
            self._logged = monotonic()
            log.info("%(done)d of %(sites)d sites, %(pages)d pages, %(rate).1f pages/s, %(waiting)d requests waiting", numbers)

    def _say(self, note: str, *, important: bool) -> None:
        if self._json:
            sys.stdout.write(json.dumps({"event": "note", "text": note, "important": important}) + "\n")
        else:
            log.warning("%s", note)

    @property
    def _spider(self) -> SitesSpider:
        return self._crawler.spider  # type: ignore[return-value]

    def _numbers(self) -> dict[str, Any]:
        crawl = self._spider.crawl
        self._samples.append((monotonic(), crawl.progress.pages))
        (start, before), (now, pages) = self._samples[0], self._samples[-1]
        return {
            "sites": crawl.counts.sites,
            "done": crawl.counts.done,
            "open": crawl.open_sites,
            "elsewhere": crawl.counts.elsewhere,
            "pages": pages,
            "failed": crawl.progress.failed,
            "live": crawl.progress.live,
            "waiting": crawl.waiting,
            "outcomes": crawl.progress.outcomes,
            "rate": (pages - before) / (now - start) if now > start else 0.0,
        }
