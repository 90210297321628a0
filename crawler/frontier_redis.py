"""The frontier in a Redis, for crawls on several machines. Each writes into a store or journal of its own.

A document is in the worker's file before Redis knows that its task is done: what a kill cuts off between the two is asked for
again and never lost. A site's visit, its archive files and what its server tells of changes stay in the file of the worker
that looked.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from crawler import redis_link, redis_scripts
from crawler.conditions import Kept
from crawler.discover import Links
from crawler.frontier import Added, Change, Counts, Leased
from crawler.frontier_sqlite import RULES_KEPT, File, SqliteFrontier, is_alive, seeds_of
from crawler.plan import Task
from crawler.robots import Rules
from crawler.seeds import Seed
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import StoreError

T = TypeVar("T")
PREFIX = "samehand:"
_TOGETHER = 1000
"""Sites of one script: Redis does nothing else while it runs."""
_BUSY_AGAIN = 0.1
"""Seconds until a site that another worker is asking is tried again."""
_NEW, _DONE = 0, 2
"""Answers of redis_scripts.ADD; 1 is a site that is known and not done."""
_RESTING = 1
"""An answer of redis_scripts.CLAIM."""


class RedisFrontier:
    """Does what crawler.frontier.Frontier says."""

    def __init__(self, location: str, file: File) -> None:
        """Registers this worker.

        Args:
            location: redis://host:port/number.
            file: the store or journal into which this worker writes.

        Raises:
            StoreError: one of the two cannot be used.
        """
        self._local = SqliteFrontier(file)
        self.worker = self._local.worker
        self._location = location
        self._client = redis_link.connect(location)
        self._wanted: set[str] = set()
        self._left: set[str] = set()
        """Wanted sites that are not known to be done."""
        self._next: deque[str] = deque()
        """Of these, those that were not tried yet, in order."""
        self._elsewhere: list[str] = []
        """Those that another worker had when they were tried."""
        self._held: set[str] = set()
        """Those that this worker has."""
        self._read = int(self._run(redis_scripts.REGISTER, self.worker, socket.gethostname(), os.getpid()))
        """Entries of the log that this worker knows."""

    def transaction(self) -> AbstractContextManager[object]:
        """The file's."""
        return self._local.transaction()

    def add(self, sites: Mapping[str, Sequence[Seed]], *, again: bool) -> Added:
        """See Frontier."""
        if not sites:
            self._want(self._unfinished())
            return Added(0, len(self._left), 0)
        states = self._add(sites)
        done = [site for site, (state, _) in states.items() if state == _DONE]
        if again and self._new_pass(sites):
            for part in _parts(done):
                self._run(redis_scripts.AGAIN, *part)
            done = []
        self._wanted.update(sites)
        finished = set(done)
        self._want(sorted((site for site in sites if site not in finished), key=lambda site: states[site][1]))
        self._follow()
        new = sum(1 for state, _ in states.values() if state == _NEW)
        return Added(new, len(sites) - new - len(done), len(done))

    def add_due(self, *, most: int | None = None) -> int:  # noqa: ARG002
        """A worker's file knows only its own visits.

        Raises:
            StoreError: always.
        """
        raise StoreError("--due takes its list from one store; it cannot be shared through --frontier. Leave one of them out.")

    def _add(self, sites: Mapping[str, Sequence[Seed]]) -> dict[str, tuple[int, int]]:
        """Site → (what redis_scripts.ADD answers, its position)."""
        states: dict[str, tuple[int, int]] = {}
        for part in _parts(sites):
            rows = [text for site in part for text in (site, json.dumps([asdict(seed) for seed in sites[site]]))]
            found = self._run(redis_scripts.ADD, *rows)
            states.update(zip(part, zip(found[::2], found[1::2], strict=True), strict=True))
        return states

    def _unfinished(self) -> list[str]:
        with redis_link.errors(self._location):
            known = self._client.zrange(f"{PREFIX}places", 0, -1)
            done = set(self._client.hkeys(f"{PREFIX}done"))
        self._wanted.update(site for site in known if site not in done)
        return [site for site in known if site not in done]

    def _want(self, sites: Iterable[str]) -> None:
        for site in sites:
            self._left.add(site)
            self._next.append(site)

    def _new_pass(self, sites: Iterable[str]) -> bool:
        """Whether --again means a new pass; one over the same sites that another began or that was broken off is gone on with."""
        with redis_link.errors(self._location):
            self._client.hsetnx(f"{PREFIX}passes", _digest(sites), self.worker)
            return bool(self._client.hget(f"{PREFIX}passes", _digest(sites)) == self.worker)

    def recover(self) -> dict[str, dict[str, int]]:
        """See Frontier. The files are those in this worker's own file: others lie on other machines."""
        for worker, host, process, age in self._run(redis_scripts.WORKERS):
            if worker != self.worker and not is_alive(host, int(process), time.time() - float(age)):
                self._run(redis_scripts.FORGET, worker)
        return self._local.recover()

    def lease(self, most: int) -> list[Leased]:
        """See Frontier."""
        got: dict[str, str] = {}
        again, self._elsewhere = deque(self._elsewhere), []
        for waiting in (self._next, again):
            while waiting and len(got) < most:
                got.update(self._try([waiting.popleft() for _ in range(min(len(waiting), most - len(got), _TOGETHER))]))
        self._elsewhere += again
        self._held.update(got)
        self._local.begin(got)
        return [Leased(site, seeds_of(text), self._tasks(site)) for site, text in got.items()]

    def _try(self, sites: list[str]) -> dict[str, str]:
        """Site → seeds of those that are this worker's now."""
        got = {}
        asked = [site for site in dict.fromkeys(sites) if site not in self._held]
        for site, answer in zip(asked, self._run(redis_scripts.LEASE, self.worker, *asked), strict=True):
            if answer == "done":
                self._left.discard(site)
            elif answer:
                got[site] = answer
            else:
                self._elsewhere.append(site)
        return got

    def _tasks(self, site: str) -> tuple[Task, ...]:
        with redis_link.errors(self._location):
            texts = self._client.hvals(f"{PREFIX}tasks:{site}")
        return tuple(sorted(map(_task, texts), key=lambda task: task.number))

    def renew(self) -> None:
        """See Frontier."""
        self._local.renew()
        if self._run(redis_scripts.RENEW, self.worker, socket.gethostname(), os.getpid()):
            self._read = 0

    def save(self, change: Change) -> None:
        """See Frontier. What the other workers are to know is told by share()."""
        self._local.save(replace(change, tasks={}, rules={}))

    def share(self, change: Change) -> None:
        """See Frontier."""
        told = {
            "tasks": [(site, number, _text(task)) for (site, number), task in change.tasks.items()],
            "rules": [(origin, site, json.dumps([rules.text, rules.closed])) for origin, (site, rules) in change.rules.items()],
            "finished": [(site, json.dumps(note)) for site, note in change.finished.items()],
        }
        self._run(redis_scripts.SHARE, self.worker, RULES_KEPT, json.dumps(told))
        self._left.difference_update(change.finished)
        self._held.difference_update(change.finished)

    def kept(self, url: str) -> Kept | None:
        """See Frontier."""
        return self._local.kept(url)

    def rules(self, origin: str) -> Rules | None:
        """See Frontier."""
        with redis_link.errors(self._location):
            text = self._client.get(f"{PREFIX}robots:{origin}")
        return Rules(*json.loads(text)) if text else None

    def claim(self, site: str, longest: float, rest: float) -> float:
        """See Frontier."""
        state, left = self._run(redis_scripts.CLAIM, self.worker, site, _ms(longest), _ms(rest))
        if not state:
            return 0.0
        seconds = max(0.001, int(left) / 1000)
        return seconds if state == _RESTING else min(_BUSY_AGAIN, seconds)

    def free(self, site: str, rest: float) -> None:
        """See Frontier."""
        self._run(redis_scripts.FREE, self.worker, site, _ms(rest))

    def release(self, sites: Iterable[str]) -> None:
        """See Frontier."""
        given = list(sites)
        for part in _parts(given):
            self._run(redis_scripts.RELEASE, self.worker, *part)
        self._held.difference_update(given)
        self._elsewhere += given

    def counts(self) -> Counts:
        """See Frontier."""
        self._follow()
        with redis_link.errors(self._location):
            others = [one for one in self._client.zrange(f"{PREFIX}workers", 0, -1) if one != self.worker]
            taken = {site for one in others for site in self._client.smembers(f"{PREFIX}leased:{one}")}
        return Counts(len(self._wanted), len(self._wanted) - len(self._left), len(taken & self._left))

    def _follow(self) -> None:
        """Reads what the other workers have done since."""
        while True:
            with redis_link.errors(self._location):
                entries = self._client.lrange(f"{PREFIX}log", self._read, self._read + _TOGETHER - 1)
            for entry in entries:
                site = entry[1:]
                if entry[0] == "+":
                    self._left.discard(site)
                elif site in self._wanted and site not in self._left:
                    self._want([site])
            self._read += len(entries)
            if len(entries) < _TOGETHER:
                return

    def close(self) -> None:
        """Ends this worker: its leases are free, and a pass that is complete is over."""
        counts = self.counts()
        with redis_link.errors(self._location):
            if counts.sites == counts.done:
                self._client.hdel(f"{PREFIX}passes", _digest(self._wanted))
        self._run(redis_scripts.FORGET, self.worker)
        self._client.close()
        self._local.close()

    def _run(self, script: str, *arguments: object) -> Any:
        with redis_link.errors(self._location):
            return self._client.register_script(script)(args=[PREFIX, *map(str, arguments)])


def _parts(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, _TOGETHER)):
        yield part


def _digest(sites: Iterable[str]) -> str:
    return sha256("\n".join(sorted(sites)).encode()).hexdigest()


def _ms(seconds: float) -> int:
    return math.ceil(seconds * 1000)


def _text(task: Task) -> str:
    outcome = task.outcome.value if task.outcome else None
    return json.dumps({**asdict(task), "role": task.role.value, "outcome": outcome, "links": task.links.as_dict()})


def _task(text: str) -> Task:
    fields: dict[str, Any] = json.loads(text)
    outcome = Outcome(fields["outcome"]) if fields["outcome"] else None
    return Task(**{**fields, "role": Role(fields["role"]), "outcome": outcome, "links": Links.of_dict(fields["links"])})
