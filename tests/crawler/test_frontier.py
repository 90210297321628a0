"""Leases: who may ask a site, and what becomes of it when a worker dies. Every frontier has to keep to this."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from crawler.discover import Links
from crawler.frontier import Change, Counts
from crawler.frontier_redis import PREFIX, RedisFrontier
from crawler.frontier_sqlite import SqliteFrontier
from crawler.plan import Task
from crawler.robots import Rules
from crawler.seeds import Seed
from fingerprints.model import Outcome, Role
from fingerprints.stores.sqlite import SqliteStore
from tests.crawler import redis_server

SITES = {name: (Seed(name, name),) for name in ("b.com", "a.com", "c.com")}
READ = Task(0, 0, Role.FRONT, "https://b.com/", outcome=Outcome.READ, links=Links(about=("https://b.com/about",)))
Worker = Callable[[], AbstractContextManager[Any]]


@contextmanager
def worker_of(path: Path, redis: str) -> Iterator[SqliteFrontier | RedisFrontier]:
    """A worker with a file; through a Redis, if one is named."""
    with SqliteStore(path) as store:
        yield RedisFrontier(redis, store) if redis else SqliteFrontier(store)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with redis_server.serving() as url:
        yield url


@pytest.fixture(params=["sqlite", "redis"])
def redis(request: pytest.FixtureRequest) -> str:
    """Where the frontier is: an empty Redis, or in the file."""
    if request.param == "sqlite":
        return ""
    from redis import Redis

    url: str = request.getfixturevalue("server")
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def worker(redis: str, tmp_path: Path) -> Worker:
    """Makes workers of one crawl."""
    return lambda: worker_of(tmp_path / "a.db", redis)


def store(frontier: Any, change: Change) -> None:
    """As the crawl's journal does."""
    with frontier.transaction():
        frontier.save(change)
    frontier.share(change)


def claim_as(path: Path, redis: str, code: str) -> None:
    """Lets a process that ends without a word be a worker."""
    script = (
        "import os; from pathlib import Path; from tests.crawler.test_frontier import *\n"
        f"with worker_of(Path({str(path)!r}), {redis!r}) as frontier:\n {code}\n os._exit(9)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 9


def unheard_of(frontier: Any, redis: str) -> None:
    """Makes a worker look as if it were on another machine and had said nothing for long."""
    if redis:
        frontier._client.hset(f"{PREFIX}worker:{frontier.worker}", "host", "elsewhere")
        frontier._client.zadd(f"{PREFIX}workers", {frontier.worker: 1.0})
        frontier = frontier._local
    frontier._file.connection.execute("UPDATE frontier_worker SET seen = 0, host = 'elsewhere' WHERE id = ?", (frontier.worker,))


def test_sites_are_leased_once_and_in_the_order_of_the_seeds(worker: Worker) -> None:
    with worker() as one, worker() as other:
        assert one.add(SITES, again=False).new == 3
        assert other.add(SITES, again=False).unfinished == 3
        assert [lease.site for lease in one.lease(2)] == ["b.com", "a.com"]
        assert [lease.site for lease in other.lease(5)] == ["c.com"]
        assert one.counts() == Counts(3, 0, 1)
        one.release(["b.com"])
        assert [lease.site for lease in other.lease(5)] == ["b.com"]
        assert other.lease(5) == []


def test_only_wanted_sites_are_leased(worker: Worker) -> None:
    with worker() as one, worker() as other:
        one.add(SITES, again=False)
        other.add({"a.com": SITES["a.com"]}, again=False)
        assert [lease.site for lease in other.lease(5)] == ["a.com"]


def test_the_seeds_reach_whoever_has_the_site(worker: Worker) -> None:
    seeds = (Seed("a.com", "www.a.com", "http", "http://www.a.com/\u00e4?q=%22"), Seed("a.com", "a.com"))
    with worker() as one, worker() as other:
        one.add({"a.com": seeds}, again=False)
        other.add({}, again=False)
        assert [lease.seeds for lease in other.lease(1)] == [seeds]


def test_a_dead_workers_sites_are_free_at_once_with_what_it_had_done(worker: Worker, redis: str, tmp_path: Path) -> None:
    claim_as(
        tmp_path / "a.db",
        redis,
        "frontier.add(SITES, again=False); frontier.lease(2); "
        "store(frontier, Change(tasks={('b.com', 0): READ}, files={'x.warc.gz': 77}))",
    )
    with worker() as frontier:
        assert list(frontier.recover().values()) == [{"x.warc.gz": 77}]
        assert frontier.recover() == {}
        frontier.add({}, again=False)
        leased = {lease.site: lease for lease in frontier.lease(5)}
    assert set(leased) == set(SITES)
    assert leased["b.com"].tasks == (READ,)


def test_who_lives_takes_over_from_who_died_meanwhile(worker: Worker, redis: str) -> None:
    with worker() as one, worker() as other:
        for frontier in (one, other):
            frontier.add(SITES, again=False)
        one.lease(2)
        assert [lease.site for lease in other.lease(5)] == ["c.com"]
        assert other.lease(5) == []
        unheard_of(one, redis)
        assert list(other.recover()) == [one.worker]
        assert {lease.site for lease in other.lease(5)} == {"a.com", "b.com"}


def test_a_living_workers_sites_are_left_alone(worker: Worker, redis: str) -> None:
    with worker() as one:
        one.add(SITES, again=False)
        one.lease(5)
        file = one._local if redis else one
        file._file.connection.execute("UPDATE frontier_worker SET pid = ?", (os.getppid(),))
        if redis:
            one._client.hset(f"{PREFIX}worker:{one.worker}", "process", os.getppid())
        with worker() as other:
            assert other.recover() == {}
            other.add(SITES, again=False)
            assert other.lease(5) == []
            unheard_of(one, redis)
            assert list(other.recover()) == [one.worker], "one that has not been heard of for long counts as dead"
            assert len(other.lease(5)) == 3


def test_a_change_is_stored_with_the_documents_or_not_at_all(worker: Worker, redis: str) -> None:
    change = Change(
        {("a.com", 0): Task(0, 0, Role.FRONT, "https://a.com/")},
        {"a.com": "note"},
        {"https://a.com": ("a.com", Rules("x\ud800"))},
    )
    if not redis:  # SQLite takes no half of a surrogate pair, and rules_of() gives none
        change.rules["https://a.com"] = ("a.com", Rules("x"))
    with worker() as frontier:
        frontier.add({"a.com": SITES["a.com"]}, again=False)
        with suppress(KeyError), frontier.transaction():
            frontier.save(change)
            raise KeyError
        assert (frontier.counts().done, frontier.rules("https://a.com")) == (0, None)
        store(frontier, change)
        assert (frontier.counts().done, frontier.rules("https://a.com")) == (1, change.rules["https://a.com"][1])
        assert frontier.lease(5) == []
        frontier.share(change)
        assert frontier.counts() == Counts(1, 1, 0), "it can be told twice"


def test_what_one_worker_has_done_the_others_know(worker: Worker) -> None:
    with worker() as one, worker() as other:
        for frontier in (one, other):
            frontier.add(SITES, again=False)
        one.lease(1)
        store(one, Change(finished={"b.com": ""}))
        assert other.counts() == Counts(3, 1, 0)
        assert [lease.site for lease in other.lease(5)] == ["a.com", "c.com"]
    with worker() as later:
        assert later.add(SITES, again=False).done == 1


def test_again_begins_anew_once_for_each_pass(worker: Worker) -> None:
    with worker() as frontier:
        frontier.add(SITES, again=False)
        store(frontier, Change(finished=dict.fromkeys(SITES, "")))
        frontier.close()
    with worker() as frontier:
        assert frontier.add(SITES, again=True).unfinished == 3
        store(frontier, Change(finished={"a.com": ""}))
    with worker() as frontier:
        added = frontier.add(SITES, again=True)
        assert (added.done, added.unfinished) == (1, 2), "the interrupted pass goes on"
        store(frontier, Change(finished=dict.fromkeys(SITES, "")))
        frontier.close()
    with worker() as frontier:
        assert frontier.add(SITES, again=True).unfinished == 3
        assert [lease.site for lease in frontier.lease(5)] == list(SITES)
