"""What only a shared frontier has: politeness between workers, a worker that was taken for dead, an address, a Redis that is gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from crawler import options, redis_link
from crawler.frontier import Change
from crawler.frontier_redis import PREFIX, RedisFrontier
from fingerprints.stores.base import StoreError
from fingerprints.stores.sqlite import SqliteStore
from tests.crawler import redis_server
from tests.crawler.test_frontier import READ, SITES, store, unheard_of

Two = tuple[RedisFrontier, RedisFrontier]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with redis_server.serving() as url:
        yield url


@pytest.fixture
def two(server: str, tmp_path: Path) -> Iterator[Two]:
    """Two workers on two machines: nothing but Redis is common to them."""
    with ExitStack() as stack:
        files = [stack.enter_context(SqliteStore(tmp_path / name)) for name in ("one.db", "other.db")]
        one, other = (RedisFrontier(server, file) for file in files)
        yield one, other
        one._client.flushdb()


def test_a_site_is_asked_by_one_worker_at_a_time_and_rests_after_it(two: Two) -> None:
    one, other = two
    assert one.claim("a.com", 60, 1) == 0
    assert 0 < other.claim("a.com", 60, 1) <= 0.1, "it is busy: worth asking again soon"
    assert other.claim("b.com", 60, 1) == 0
    other.free("a.com", 0)
    assert other.claim("a.com", 60, 1) > 0, "nobody ends another's request"
    one.free("a.com", 30)
    assert 29 < other.claim("a.com", 60, 1) <= 30
    assert 29 < one.claim("a.com", 60, 1) <= 30
    one._client.pexpire(f"{PREFIX}slot:a.com", 1)
    time.sleep(0.01)
    assert other.claim("a.com", 60, 1) == 0
    other.free("a.com", 0)
    assert one.claim("a.com", 60, 1) == 0


def test_a_dead_workers_site_rests_before_its_heir_asks_it(two: Two) -> None:
    one, other = two
    for frontier in two:
        frontier.add(SITES, again=False)
    one.lease(1)
    for site in ("b.com", "where-it-sends.com"):
        one.claim(site, 60, 20)
    unheard_of(one, "redis")
    other.recover()
    assert "b.com" in {lease.site for lease in other.lease(3)}
    for site in ("b.com", "where-it-sends.com"):
        assert 19 < other.claim(site, 60, 20) <= 20


def test_who_was_taken_for_dead_changes_nothing_of_what_others_took(two: Two) -> None:
    one, other = two
    for frontier in two:
        frontier.add(SITES, again=False)
    one.lease(1)
    unheard_of(one, "redis")
    other.recover()
    other.lease(3)
    store(one, Change(tasks={("b.com", 0): READ}, finished={"b.com": ""}))
    one.renew()
    assert other.counts().done == 0
    assert one._tasks("b.com") == ()
    store(other, Change(finished=dict.fromkeys(SITES, "")))
    assert one.counts().done == 3


def test_a_pass_that_another_worker_began_is_joined(two: Two, server: str, tmp_path: Path) -> None:
    one, other = two
    one.add(SITES, again=False)
    store(one, Change(finished=dict.fromkeys(SITES, "")))
    one.close()
    assert other.add(SITES, again=True).unfinished == 3
    store(other, Change(finished={"b.com": ""}))
    with SqliteStore(tmp_path / "third.db") as file:
        third = RedisFrontier(server, file)
        added = third.add(SITES, again=True)
        assert (added.done, added.unfinished) == (1, 2)
        third.close()


def test_a_site_that_is_begun_anew_while_others_work_is_theirs_too(two: Two) -> None:
    one, other = two
    other.add(SITES, again=False)
    store(other, Change(finished=dict.fromkeys(SITES, "")))
    one.add({"a.com": SITES["a.com"]}, again=True)
    assert other.counts().done == 2
    assert [lease.site for lease in other.lease(5)] == ["a.com"]
    assert one.lease(5) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("redis://:secret@h", "PASSWORD_FILE"),
        ("http://h:1", "redis://host"),
        ("redis://", "redis://host"),
        ("redis://h:99999", "redis://host"),
        ("redis://h/x", "redis://host"),
    ],
)
def test_addresses_that_cannot_be_used(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        redis_link.check(text)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(options.OptionError) as raised:
        options.load({"frontier": "redis://ann:quite@secret@host"})
    assert "quite" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with redis_server.serving("--requirepass", "quite secret") as url:
        with pytest.raises(StoreError, match="SAMEHAND_REDIS_PASSWORD_FILE"):
            redis_link.connect(url, {})
        with pytest.raises(StoreError, match="cannot be read"):
            redis_link.connect(url, {"SAMEHAND_REDIS_PASSWORD_FILE": str(file)})
        file.write_text("quite secret\n")
        with closing(redis_link.connect(url, {"SAMEHAND_REDIS_PASSWORD_FILE": str(file)})) as client:
            assert client.ping()


def test_a_redis_that_forgets_is_refused() -> None:
    with redis_server.serving("--maxmemory-policy", "allkeys-lru") as url, pytest.raises(StoreError, match="noeviction"):
        redis_link.connect(url, {})


def test_a_redis_that_is_gone_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(redis_link, "_TRIES", 1)
    with SqliteStore(tmp_path / "a.db") as file:
        with redis_server.serving() as url:
            frontier = RedisFrontier(url, file)
        call: Any = frontier.counts
        with pytest.raises(StoreError, match=r"cannot be used.*the same command goes on"):
            call()
