"""Scrapy's engine asks here what to request; the crawl answers. Wakes the engine when a site's delay is over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.sites import SitesSpider

_SOON = 0.002


class CrawlScheduler(BaseScheduler):
    """Gives Scrapy the crawl's requests as they become due."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timer: asyncio.TimerHandle | None = None

    def open(self, spider: object) -> None:  # noqa: ARG002  (Scrapy's signature)
        """What is lined up by a browser has to be told to the engine."""
        self._spider.crawl.wake = self._wake

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlScheduler:
        """What Scrapy calls."""
        return cls(crawler)

    @property
    def _spider(self) -> SitesSpider:
        return self._crawler.spider  # type: ignore[return-value]

    def has_pending_requests(self) -> bool:
        """Whether the crawl goes on."""
        return not self._spider.crawl.finished

    def enqueue_request(self, request: Request) -> bool:  # noqa: ARG002
        """Requests come from the frontier alone."""
        return False

    def next_request(self) -> Request | None:
        """What may be asked now."""
        job = self._spider.next_job()
        if job is None:
            self._wake_later()
            return None
        spider = self._spider
        return Request(job.url, callback=spider.answered, errback=spider.failed, meta={"job": job}, dont_filter=True)

    def close(self, reason: str) -> None:  # noqa: ARG002
        """Ends the waiting."""
        if self._timer is not None:
            self._timer.cancel()

    def _wake_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait = max(_SOON, self._spider.crawl.next_at())
        self._timer = asyncio.get_running_loop().call_later(wait, self._wake)

    def _wake(self) -> None:
        # The engine looks for requests after each answer and every five seconds by itself; between them it must be told.
        slot = self._crawler.engine._slot if self._crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()
