"""Pages → batches on several processes. The order of the results is that of the pages, whatever the number of processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext

from fingerprints.model import Coverage, Failure, Outcome, Page
from fingerprints.reading import read_page
from fingerprints.stores.base import Batch

_CHUNK_PAGES = 16
_CHUNK_BYTES = 2 * 2**20
_NEW_OBJECTS = 200_000
"""After so many the garbage collector runs: nothing that is made of a page refers to itself, so it finds hardly anything. Two
hundred pages that wait to be written are fewer."""
_CHUNKS_A_WORKER = 3  # in flight; enough that no worker waits, and few enough that memory stays bounded

Item = Page | Failure
Chunk = tuple[Item, ...]


def read_items(items: Iterable[Item], workers: int) -> Iterator[Batch]:
    """One batch an item, in order; a failure of the archive gives a batch with that failure alone.

    Args:
        items: what an archive's reader gives.
        workers: 1 reads in this process.

    Raises:
        concurrent.futures.process.BrokenProcessPool: a worker was killed, as by a system that is out of memory.
    """
    yield from map(read_item, items) if workers == 1 else _read_on_many(items, workers)


def _read_on_many(items: Iterable[Item], workers: int) -> Iterator[Batch]:
    pool = pool_of(workers)
    waiting: deque[Future[list[Batch]]] = deque()
    try:
        for chunk in _chunks(items):
            waiting.append(pool.submit(_read_chunk, chunk))
            if len(waiting) >= workers * _CHUNKS_A_WORKER:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def pool_of(workers: int) -> ProcessPoolExecutor:
    """Processes that know the rules, and that end with this one even when it is killed."""
    return ProcessPoolExecutor(workers, mp_context=_context(), initializer=_begin_work)


def _read_chunk(chunk: Chunk) -> list[Batch]:
    return [read_item(item) for item in chunk]


def read_item(item: Item) -> Batch:
    """The batch of one item. A page at which the reading fails gives a batch that says so."""
    if isinstance(item, Failure):
        return Batch(failures=(item,))
    try:
        return read_page(item)
    except Exception as error:  # noqa: BLE001  (one page's fault stops no run)
        return unread(item, f"It could not be read: {type(error).__name__}: {error}"[:300])


def unread(page: Page, detail: str) -> Batch:
    """The batch of a page at which the reading failed; `detail` is a sentence."""
    look = Coverage(page.site, page.role, page.final_url, Outcome.FAILED, page.fetched_at, "", detail, page.status, page.capture)
    return Batch(coverage=(look,), failures=(Failure(page.site, "page", page.final_url, detail, page.fetched_at),))


def _chunks(items: Iterable[Item]) -> Iterator[Chunk]:
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.body) if isinstance(item, Page) else 0
        if len(chunk) >= _CHUNK_PAGES or size >= _CHUNK_BYTES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


def _context() -> BaseContext:
    """A server that has loaded the rules forks quickly; plain fork is not safe beside threads."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _begin_work() -> None:
    """Interrupts are the parent's to handle; a worker ends with it even when it was killed and could not say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nothing is left to which a result could go


@contextmanager
def rare_collections() -> Iterator[None]:
    """Inside, the garbage collector runs seldom; for who writes what was read as well, down to its last page."""
    usual = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
