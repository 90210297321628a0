"""Asks for a site's front page as several visitors, twice each, one request after the other, and keeps what each was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.errors import FetchError
from crawler.options import Options
from fingerprints.model import Outcome, Page
from fingerprints.probe_records import encode
from fingerprints.reading import outcome_of, read_page
from fingerprints.variants import fact_of

_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """The body of the record of one address."""

    url: str
    at: datetime
    body: bytes


Ask = Callable[[str, str, str], "asyncio.Future[Page]"]
"""(site, address, profile) → the answer as it was archived and read back."""
Done = Callable[[str, Compared], None]


class Comparer:
    """Runs in the crawl's event loop."""

    def __init__(self, options: Options, ask: Ask) -> None:
        self._names = (options.profile, *(name for name in options.profiles if name != options.profile))
        self._ask = ask
        self._tasks: set[asyncio.Task[None]] = set()

    def compare(self, site: str, url: str, done: Done) -> None:
        """Begins; `done` is called with the record."""
        task = asyncio.get_running_loop().create_task(self._compare(site, url, done))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def close(self) -> None:
        """Stops all of it."""
        for task in self._tasks:
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()

    async def _compare(self, site: str, url: str, done: Done) -> None:
        at = clock.now()
        facts = []
        faults = []
        for number in range(1, _ROUNDS + 1):
            for name in self._names:
                try:
                    page = await self._ask(site, url, name)
                except FetchError as error:
                    faults.append(f"As {name}: {error}")
                    continue
                outcome, detail = outcome_of(page)
                facts.append(fact_of(page, read_page(page).observations, outcome, detail, number))
        outcome = Outcome.READ if facts and not faults else Outcome.FAILED
        done(site, Compared(url, at, encode("profiles", outcome, faults[0] if faults else "", facts)))
