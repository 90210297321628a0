"""Leases: who may ask a site, and what becomes of it when a worker dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crawler.discover import Links
from crawler.frontier import Change, Counts
from crawler.frontier_sqlite import SqliteFrontier
from crawler.plan import Task
from crawler.robots import Rules
from crawler.seeds import Seed
from fingerprints.model import Outcome, Role
from fingerprints.stores.sqlite import SqliteStore

SITES = {name: (Seed(name, name),) for name in ("b.com", "a.com", "c.com")}


@contextmanager
def worker(path: Path) -> Iterator[SqliteFrontier]:
    with SqliteStore(path) as store:
        yield SqliteFrontier(store)


def claim_as(path: Path, code: str) -> None:
    """Lets a process that ends without a word be a worker."""
    script = (
        "import sys; from pathlib import Path; from tests.crawler.test_frontier import *\n"
        f"with SqliteStore(Path({str(path)!r})) as store:\n frontier = SqliteFrontier(store)\n {code}\n os._exit(9)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 9


def test_sites_are_leased_once_and_in_the_order_of_the_seeds(tmp_path: Path) -> None:
    with worker(tmp_path / "a.db") as one, worker(tmp_path / "a.db") as other:
        assert one.add(SITES, again=False).new == 3
        assert other.add(SITES, again=False).unfinished == 3
        assert [lease.site for lease in one.lease(2)] == ["b.com", "a.com"]
        assert [lease.site for lease in other.lease(5)] == ["c.com"]
        assert one.counts() == Counts(3, 0, 1)
        one.release(["b.com"])
        assert [lease.site for lease in other.lease(5)] == ["b.com"]


def test_only_wanted_sites_are_leased(tmp_path: Path) -> None:
    with worker(tmp_path / "a.db") as one, worker(tmp_path / "a.db") as other:
        one.add(SITES, again=False)
        other.add({"a.com": SITES["a.com"]}, again=False)
        assert [lease.site for lease in other.lease(5)] == ["a.com"]


def test_a_dead_workers_sites_are_free_at_once_with_what_it_had_done(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    claim_as(
        path,
        "frontier.add(SITES, again=False); frontier.lease(2); "
        "frontier.save(Change(tasks={('b.com', 0): Task(0, 0, Role.FRONT, 'https://b.com/', outcome=Outcome.READ, "
        "links=Links(about=('https://b.com/about',)))}, files={'x.warc.gz': 77}))",
    )
    with worker(path) as frontier:
        assert list(frontier.recover().values()) == [{"x.warc.gz": 77}]
        assert frontier.recover() == {}
        frontier.add({}, again=False)
        leased = {lease.site: lease for lease in frontier.lease(5)}
    assert set(leased) == set(SITES)
    (task,) = leased["b.com"].tasks
    assert (task.outcome, task.links) == (Outcome.READ, Links(about=("https://b.com/about",)))


def test_a_living_workers_sites_are_left_alone(tmp_path: Path) -> None:
    with worker(tmp_path / "a.db") as one:
        one.add(SITES, again=False)
        one.lease(5)
        one._file.connection.execute("UPDATE frontier_worker SET pid = ?", (os.getppid(),))
        with worker(tmp_path / "a.db") as other:
            assert other.recover() == {}
            one._file.connection.execute("UPDATE frontier_worker SET seen = 0 WHERE id = ?", (one.worker,))
            assert list(other.recover()) == [one.worker], "one that has not been heard of for long counts as dead"


def test_a_change_is_stored_with_the_documents_or_not_at_all(tmp_path: Path) -> None:
    change = Change(
        {("a.com", 0): Task(0, 0, Role.FRONT, "https://a.com/")}, {"a.com": "note"}, {"https://a.com": ("a.com", Rules("x"))}
    )
    with SqliteStore(tmp_path / "a.db") as store:
        frontier = SqliteFrontier(store)
        frontier.add({"a.com": SITES["a.com"]}, again=False)
        with suppress(KeyError), store.transaction():
            frontier.save(change)
            raise KeyError
        assert (frontier.counts().done, frontier.rules("https://a.com")) == (0, None)
        frontier.save(change)
        assert (frontier.counts().done, frontier.rules("https://a.com")) == (1, Rules("x"))
        assert frontier.lease(5) == []


def test_again_begins_anew_once_for_each_pass(tmp_path: Path) -> None:
    with worker(tmp_path / "a.db") as frontier:
        frontier.add(SITES, again=False)
        frontier.save(Change(finished=dict.fromkeys(SITES, "")))
        frontier.close()
    with worker(tmp_path / "a.db") as frontier:
        assert frontier.add(SITES, again=True).unfinished == 3
        frontier.save(Change(finished={"a.com": ""}))
    with worker(tmp_path / "a.db") as frontier:
        added = frontier.add(SITES, again=True)
        assert (added.done, added.unfinished) == (1, 2), "the interrupted pass goes on"
        frontier.save(Change(finished=dict.fromkeys(SITES, "")))
        frontier.close()
    with worker(tmp_path / "a.db") as frontier:
        assert frontier.add(SITES, again=True).unfinished == 3
