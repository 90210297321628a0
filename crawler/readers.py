"""Pages that processes besides the crawler's own read, so that answers are taken while values are looked for.

A crawler that fetches without a delay spends half its time in reading pages. Here some of them go to another process, which reads
them as the crawler does; what it finds comes back to the crawler's one thread. When the others have enough to do, the crawler
reads the page itself, so that nothing waits in a line.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from fingerprints.model import Page
from fingerprints.stores.base import Batch, StoreError
from fingerprints.workers import pool_of, read_item, unread

_WORTH_BYTES = 8_000
"""A smaller page is read in the time that it takes to send it to another process."""
_AHEAD = 2
"""Pages for each process beyond the one that it reads."""
_LAST_SECONDS = 10.0
"""How long a crawl that ends waits for pages that are being read. What is not read then is asked for again by the next crawl."""
_PATIENCE = 120.0
"""Seconds that a process may take for one page; the slowest of the hostile pages takes a few. One that takes longer hangs."""
Then = Callable[[Batch], None]
_T = TypeVar("_T")


@dataclass(slots=True)
class _Waiting:
    """A page that was sent to the others."""

    page: Page
    then: Then
    patience: asyncio.TimerHandle | None = None
    """Runs while a process has it in hand."""


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
        self._starting: threading.Thread | None = None
        self._waiting: dict[Future[Batch], _Waiting] = {}
        """In the order in which they were sent, which is that in which they are taken in hand."""

    def takes(self, page: Page) -> bool:
        """Whether a page is to be read by read(); otherwise the crawler reads it at once."""
        if not self._processes or not page.role.is_page or len(page.body) < _WORTH_BYTES:
            return False
        self._from -= 1
        if self._from < 0 and self._starting is None:
            # They load the rules, which takes longer than the crawler's thread may stand still.
            self._starting = threading.Thread(target=self._start, args=(asyncio.get_running_loop(),))
            self._starting.start()
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
        self._waiting[future] = _Waiting(page, then)
        self._watch()
        future.add_done_callback(lambda done: _call(loop, self._arrived, done))

    def finish(self) -> None:
        """Takes what is being read still, and ends the processes: Python would wait at its end for one that does not answer."""
        end = time.monotonic() + _LAST_SECONDS
        self._processes = 0
        for future in list(self._waiting):
            self._arrived(future, max(0.0, end - time.monotonic()))
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
            if time.monotonic() >= end:
                _kill()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread of its own."""
        try:
            pool = pool_of(self._processes)
            pool.submit(int).result()
        except (BrokenProcessPool, EOFError, OSError, RuntimeError):  # killed, no room, or Python ends: the crawler reads itself
            self._processes = 0
            return
        if not _call(loop, self._ready, pool):
            pool.shutdown(wait=False)

    def _ready(self, pool: ProcessPoolExecutor) -> None:
        if self._processes:
            self._pool = pool
        else:
            pool.shutdown(wait=False)  # the crawl was over first

    def _watch(self) -> None:
        """Patience is counted from when a page is taken in hand: those behind it wait for no fault of their own."""
        for future, one in islice(self._waiting.items(), self._processes):
            if one.patience is None:
                one.patience = asyncio.get_running_loop().call_later(_PATIENCE, self._hangs, future)

    def _hangs(self, future: Future[Batch]) -> None:
        """Gives the others up. What they had in hand is not tried here, where it would hang the crawl; what waited is."""
        if future not in self._waiting or future.done():
            return  # it arrived while this thread was busy
        self._processes = 0
        left, self._waiting = self._waiting, {}
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        _kill()
        for other, one in left.items():
            if other.done() and not other.cancelled() and other.exception() is None:
                self._go_on(one, other.result())
            elif one.patience is not None:
                one.patience.cancel()
                self._go_on(one, unread(one.page, f"It was not read within {_PATIENCE:g} seconds, and was given up."))
            else:
                self._go_on(one, read_item(one.page))

    def _arrived(self, future: Future[Batch], seconds: float = 0.0) -> None:
        if future not in self._waiting:
            return  # finish() took it
        one = self._waiting.pop(future)
        if one.patience is not None:
            one.patience.cancel()
        try:
            batch = future.result(seconds)
        except BrokenProcessPool:  # killed, as by a system that is out of memory
            self._processes = 0
            batch = read_item(one.page)
        except TimeoutError:
            return
        if self._processes:
            self._watch()
        self._go_on(one, batch)

    def _go_on(self, one: _Waiting, batch: Batch) -> None:
        try:
            one.then(batch)
        except (StoreError, OSError) as error:
            self._trouble(error)


def _call(loop: asyncio.AbstractEventLoop, then: Callable[[_T], None], given: _T) -> bool:
    """Has the crawler's thread do it; False when the crawl is over and its loop closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(then, given)
        return True
    return False


def _kill() -> None:
    for reader in multiprocessing.active_children():
        reader.kill()
