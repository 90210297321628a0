"""Documents and what follows from them reach the store together, several in one transaction.

The order is: WARC to the disk, then one transaction with observations, coverage, failures, finished tasks, new tasks and the
sizes of the WARC files. A kill at any moment leaves each task undone or done whole.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from crawler.conditions import Kept
from crawler.frontier import Change, Frontier
from crawler.plan import Task
from crawler.robots import Rules
from crawler.warc import WarcWriter, cut_back
from fingerprints.stores.base import Batch, Store

MOST_PENDING = 200
"""Documents after which a transaction is due whatever the clock says: bounds the memory and what a kill costs."""


class Transactional(Store, Protocol):
    """A store that can hold its write and the frontier's in one transaction."""

    def transaction(self) -> AbstractContextManager[Any]:
        """Whole or not at all."""


class Journal:
    """Collects changes until flush()."""

    def __init__(self, store: Transactional, frontier: Frontier, warc: WarcWriter) -> None:
        self._store = store
        self._frontier = frontier
        self._warc = warc
        self._batches: list[Batch] = []
        self._change = Change()
        self._untold: list[Change] = []
        """Changes that are written and that the other workers may not know."""

    @property
    def pending(self) -> int:
        """Documents that are not in the store yet."""
        return len(self._batches)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self._batches or self._change.tasks or self._change.finished or self._change.rules)

    def note(self, batch: Batch) -> None:
        """Takes a document's batch."""
        self._batches.append(batch)

    def task(self, site: str, *tasks: Task) -> None:
        """Takes new or finished tasks."""
        for task in tasks:
            self._change.tasks[site, task.number] = task

    def finished(self, site: str, note: str) -> None:
        """Takes a site that is done."""
        self._change.finished[site] = note

    def rules(self, origin: str, site: str, rules: Rules) -> None:
        """Takes what an origin allows."""
        self._change.rules[origin] = (site, rules)

    def kept(self, url: str, site: str, kept: Kept) -> None:
        """Takes by what a document's server tells whether it changed."""
        self._change.kept[url] = (site, kept)

    def flush(self) -> None:
        """Writes all that was taken.

        Raises:
            StoreError: it could not be stored; nothing of it was.
            OSError: the WARC file could not be written.
        """
        if not self.empty:
            self._change.files = self._warc.flush()
            with self._store.transaction():
                self._store.write(_merged(self._batches))
                self._frontier.save(self._change)
            self._untold.append(self._change)
            self._batches = []
            self._change = Change()
        while self._untold:
            self._frontier.share(self._untold[0])
            del self._untold[0]


def take_over(frontier: Frontier, captures: Path) -> None:
    """Takes the sites of workers that are dead, and from their archive files what they wrote after their last transaction."""
    with frontier.transaction():
        for worker, sizes in frontier.recover().items():
            cut_back(captures, worker, sizes)


def _merged(batches: list[Batch]) -> Batch:
    return Batch(
        observations=tuple(one for batch in batches for one in batch.observations),
        coverage=tuple(one for batch in batches for one in batch.coverage),
        failures=tuple(one for batch in batches for one in batch.failures),
    )
