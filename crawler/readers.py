"""Pages that processes besides the crawler's own read, so that answers are taken while values are looked for.

A crawler that fetches without a delay spends half its time in reading pages. Here some of them go to another process, which reads
them as the crawler does; what it finds comes back to the crawler's one thread. When the others have enough to do, the crawler
reads the page itself, so that nothing waits in a line.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from fingerprints.model import Page
from fingerprints.stores.base import Batch, StoreError
from fingerprints.workers import pool_of, read_item

_WORTH_BYTES = 8_000
"""A smaller page is read in the time that it takes to send it to another process."""
_AHEAD = 2
"""Pages for each process beyond the one that it reads."""
_LAST_SECONDS = 10.0
"""How long a crawl that ends waits for pages that are being read. What is not read then is asked for again by the next crawl."""
Then = Callable[[Batch], None]


class Readers:
    """The other processes, from the page on from which they pay. One thread; nothing here waits but finish()."""

    def __init__(self, processes: int, trouble: Callable[[Exception], None], *, from_pages: int) -> None:
        """
        Args:
            processes: how many there are; 0 for none.
            trouble: is told when what was read cannot be stored.
            from_pages: how many pages the crawler reads alone first.
        """
        self._processes = processes
        self._trouble = trouble
        self._from = from_pages
        self._pool: ProcessPoolExecutor | None = None
        self._starting: asyncio.Future[ProcessPoolExecutor] | None = None
        self._waiting: dict[Future[Batch], tuple[Page, Then]] = {}

    def takes(self, page: Page) -> bool:
        """Whether a page is to be read by read(); otherwise the crawler reads it at once."""
        if not self._processes or not page.role.is_page or len(page.body) < _WORTH_BYTES:
            return False
        self._from -= 1
        if self._from < 0 and self._starting is None:
            # They load the rules, which takes longer than the crawler's thread may stand still.
            self._starting = asyncio.get_running_loop().run_in_executor(None, _started, self._processes)
            self._starting.add_done_callback(self._ready)
        return self._pool is not None and len(self._waiting) < self._processes * (1 + _AHEAD)

    def read(self, page: Page, then: Then) -> None:
        """Has a page read that takes() took, and goes on with what was found."""
        assert self._pool is not None
        loop = asyncio.get_running_loop()
        try:
            future = self._pool.submit(read_item, page)
        except BrokenProcessPool:  # killed since it was looked at
            self._processes = 0
            then(read_item(page))
            return
        self._waiting[future] = page, then
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._arrived, done))

    def finish(self) -> None:
        """Takes what is being read still, and ends the processes: Python would wait at its end for one that does not answer."""
        end = time.monotonic() + _LAST_SECONDS
        for future in list(self._waiting):
            self._arrived(future, max(0.0, end - time.monotonic()))
        self._processes = 0
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
            if time.monotonic() >= end:
                for reader in multiprocessing.active_children():
                    reader.kill()

    def _ready(self, starting: asyncio.Future[ProcessPoolExecutor]) -> None:
        try:
            pool = starting.result()
        except (BrokenProcessPool, EOFError, OSError):  # it was killed, or there is no room: the crawler reads all itself
            self._processes = 0
            return
        if self._processes:
            self._pool = pool
        else:
            pool.shutdown(wait=False)  # the crawl was over first

    def _arrived(self, future: Future[Batch], seconds: float = 0.0) -> None:
        if future not in self._waiting:
            return  # finish() took it
        page, then = self._waiting.pop(future)
        try:
            batch = future.result(seconds)
        except BrokenProcessPool:  # killed, as by a system that is out of memory
            self._processes = 0
            batch = read_item(page)
        except TimeoutError:
            return
        try:
            then(batch)
        except (StoreError, OSError) as error:
            self._trouble(error)


def _started(processes: int) -> ProcessPoolExecutor:
    pool = pool_of(processes)
    pool.submit(int).result()
    return pool
