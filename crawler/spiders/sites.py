"""The spider `sites`: opens store, frontier and archive, and passes between Scrapy's engine and the crawl.

scrapy crawl sites -a seeds=FILE -a store=PATH [-a articles=5 …]
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from scrapy import Spider, signals

from crawler import clock, inputs, options
from crawler.comparing import Comparer
from crawler.crawl import Crawl, Job
from crawler.errors import FetchError
from crawler.frontier import Added, Frontier
from crawler.frontier_redis import RedisFrontier
from crawler.frontier_sqlite import SqliteFrontier
from crawler.journal import Journal, Transactional, take_over
from crawler.probes import files
from crawler.probes.base import Seen
from crawler.probes.prober import Prober
from crawler.readers import Readers
from crawler.render.renderer import Renderer
from crawler.seeds import Seed, by_site
from crawler.warc import WarcWriter, file_prefix
from fingerprints.indicators import catalogue
from fingerprints.model import Run
from fingerprints.stores.base import Store, StoreError, open_store
from fingerprints.stores.journal import JournalStore

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.handler import WireResponse


class SitesSpider(Spider):
    """Crawls candidate sites."""

    name = "sites"

    def __init__(
        self,
        seeds: str = "",
        again: str | bool = "",
        wanted: Sequence[Seed] | None = None,
        due: int | None = None,
        now: datetime | None = None,
        **given: Any,
    ) -> None:
        """
        Args:
            seeds: a file of seeds, or - for stdin.
            again: whether sites that are done are crawled anew; any text but "", 0, no and false says yes.
            wanted: the seeds themselves, in place of a file.
            due: whether the sites are those whose time has come, and at the most how many (0: all); None: the seeds.
            now: the time that is written down, in place of the machine's (see crawler.clock).
            given: the options of crawler.options.

        Raises:
            OptionError, ConfigError, OSError: an option, a file of settings or the file of seeds cannot be used.
        """
        super().__init__(self.name)
        self.options = options.load({key: value for key, value in given.items() if not key.startswith("_")})
        clock.pretend(now)
        self.due = due
        self.again = str(again).lower() not in ("", "0", "no", "false")
        self.seeds = list(wanted) if wanted is not None else self._read(seeds)
        self.trouble = ""
        """Why the crawl had to stop; empty otherwise."""
        self.added = Added(0, 0, 0)
        self.crawl: Crawl
        self._prober: Prober | None = None
        self._renderer: Renderer | None = None
        self._comparer: Comparer | None = None
        self._outbox: JournalStore | None = None
        self._stack = ExitStack()
        self._timer: asyncio.TimerHandle | None = None
        self._renewed = 0.0
        self._concurrency = self.options.concurrency

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SitesSpider:
        """What Scrapy calls."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.added = spider.open()
        crawler.signals.connect(spider._close_browser, signals.spider_closed)
        crawler.signals.connect(spider._closing, signals.engine_stopped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Requests come from the frontier, through the scheduler; nothing starts here but the clock."""
        self._tick()
        return
        yield

    def open(self) -> Added:
        """Opens the store and the frontier.

        Raises:
            StoreError: the store cannot be used.
            OSError: the folder of captures cannot be used.
        """
        store = self._stack.enter_context(self._store())
        frontier = self._frontier(store)
        self._stack.callback(frontier.close)
        now = clock.now()
        take_over(frontier, self.options.captures)
        store.begin(Run(frontier.worker, now, "crawl", catalogue.version()))
        added = self._add(frontier)
        prefix = file_prefix(frontier.worker, now)
        warc = WarcWriter(
            self.options.captures,
            prefix,
            level=self.options.warc_level,
            most_bytes=self.options.warc_bytes,
            quota=self.options.captures_quota,
        )
        journal = Journal(cast("Transactional", store), frontier, warc)
        self.crawl = Crawl(self.options, frontier, journal, warc)
        if self.options.probes:
            self._prober = Prober(self.options, files.load(self.options), self._probed)
            self.crawl.prober = self._prober
        if self.options.readers:
            self.crawl.readers = Readers(self.options.readers, self._give_up, from_pages=self.options.readers_from)
        if self.options.profiles and not self.options.passive:
            self._comparer = Comparer(self.options, self.crawl.ask_as)
            self.crawl.comparer = self._comparer
        if self.options.render and not self.options.passive:
            self._renderer = Renderer(self.options, self.crawl.load)
            self.crawl.renderer = self._renderer
        self.crawl.progress.remarks.extend(_remarks(added, bool(self.seeds)) if self.due is None else _due(added.unfinished))
        return added

    def _store(self) -> Store:
        """The store's file, or the journal of an Elasticsearch, from which a thread sends."""
        if self.options.journal is None:
            return open_store(str(self.options.store))
        self._outbox = JournalStore(self.options.journal, str(self.options.store))
        return self._outbox

    def _frontier(self, store: Store) -> SqliteFrontier | RedisFrontier:
        file = cast("Any", store)
        return RedisFrontier(self.options.frontier, file) if self.options.frontier else SqliteFrontier(file)

    def _add(self, frontier: Frontier) -> Added:
        if self.due is None:
            return frontier.add(by_site(self.seeds), again=self.again)
        return Added(0, frontier.add_due(most=self.due or None), 0)

    def _read(self, file: str) -> list[Seed]:
        if not file:
            return []
        found = inputs.gather((), file)
        for rejected in found.rejected:
            self.logger.warning("%s", inputs.told(rejected))
        return found.seeds

    def next_job(self) -> Job | None:
        """What may be asked now."""
        if self.trouble or self.crawl.progress.live >= self._concurrency:
            return None
        try:
            return self.crawl.next()
        except (StoreError, OSError) as error:
            self._give_up(error)
            return None

    def answered(self, response: Response) -> None:
        """An answer."""
        exchange = cast("WireResponse", response).exchange
        assert exchange is not None
        try:
            self.crawl.answered(response.meta["job"], exchange)
        except (StoreError, OSError) as error:
            self._give_up(error)

    def failed(self, failure: Failure) -> None:
        """No answer."""
        error = failure.value
        if not isinstance(error, FetchError):
            error = FetchError(f"The request failed: {type(error).__name__}: {str(error)[:200]}.")
        try:
            self.crawl.failed(failure.request.meta["job"], error)  # type: ignore[attr-defined]
        except (StoreError, OSError) as fault:
            self._give_up(fault)

    def _probed(self, site: str, seen: Seen) -> None:
        """What a probe saw."""
        try:
            self.crawl.probed(site, seen)
        except (StoreError, OSError) as error:
            self._give_up(error)

    def _prepare(self) -> None:
        """Has the archive brought to the disk by another thread, just before what is pending is written."""
        loop = asyncio.get_running_loop()
        try:
            work = self.crawl.ahead()
        except OSError as error:
            self._give_up(error)
            return
        if work is not None:
            loop.run_in_executor(None, work)
        self._timer = loop.call_later(max(0.01, self.options.commit_seconds / 2), self._tick)

    def _tick(self) -> None:
        """Writes what is pending, every commit_seconds."""
        loop = asyncio.get_running_loop()
        try:
            self.crawl.flush()
            if loop.time() - self._renewed > 15:
                self._renewed = loop.time()
                self.crawl.renew()
        except (StoreError, OSError) as error:
            self._give_up(error)
            return
        self._timer = loop.call_later(self.options.commit_seconds / 2, self._prepare)

    def _give_up(self, error: Exception) -> None:
        """Stops the crawl for something that no site is to blame for: a full disk, a store that is gone."""
        if self.trouble:
            return
        self.trouble = inputs.sentence(error)
        self.crawl.stop()
        assert self.crawler.engine is not None
        self._ending = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="trouble"))

    def abandon(self) -> None:
        """Writes what is pending and gives up the leases, without waiting for what is under way."""
        self._closing()

    async def _close_browser(self) -> None:
        if self._renderer is not None:
            await self._renderer.close()
            if self._renderer.trouble:
                self.trouble = self.trouble or self._renderer.trouble

    def _closing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._prober is not None:
            self._prober.close()
        if self._comparer is not None:
            self._comparer.close()
        try:
            self.crawl.close()
        except (StoreError, OSError) as error:
            self.trouble = self.trouble or inputs.sentence(error)
        if self._outbox is not None:
            self.trouble = self._outbox.finish() or self.trouble
        try:
            self._stack.close()
        except StoreError as error:
            self.trouble = self.trouble or inputs.sentence(error)


def _remarks(added: Added, named: bool) -> Iterator[str]:
    if added.done:
        yield f"{_count(added.done)} done already; --again crawls anew."
    if added.unfinished:
        yield f"Going on with {_count(added.unfinished)} that an earlier crawl left unfinished."
    elif not named:
        yield "No seeds were given, and no earlier crawl left anything unfinished."


def _due(number: int) -> Iterator[str]:
    yield f"{_count(number)} {'is' if number == 1 else 'are'} due." if number else "No site is due."


def _count(number: int) -> str:
    return f"{number} site{'' if number == 1 else 's'}"
