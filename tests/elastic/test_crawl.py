"""Crawls into a real Elasticsearch: the same store as a file, also when the server or the crawler is killed on the way."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.farm import Farm, serve
from fingerprints.networks import find_networks
from fingerprints.sites import site_of
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import is_personal
from fingerprints.stores.journal import JournalFile
from tests.crawler.crawling import command as call_of
from tests.crawler.crawling import crawl, of_farm, started
from tests.crawler.farm.client import SMALL
from tests.elastic.server import Server, needed
from tests.fingerprints.samehand import run

PAUSE = 2.0
"""Seconds for which the server is gone. tests/bench/elastic_kill.py has it gone for thirty."""


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with serve(SMALL, seed=1) as served:
        yield served


@pytest.fixture(scope="module")
def words(farm: Farm) -> list[str]:
    """All sites but the slow ones, whose outcome depends on the clock."""
    slow = {site["domain"] for site in farm.truth["sites"] if site["fault"] == "slow"}
    return [seed for seed in farm.sites if site_of(seed if "://" in seed else f"http://{seed}") not in slow]


@pytest.fixture(scope="module")
def whole(farm: Farm, words: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same crawl into a file."""
    store = tmp_path_factory.mktemp("whole") / "whole.db"
    assert crawl(store, *words, **of_farm(farm)).code == 0
    return store


@pytest.fixture
def undisturbed(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, since a comparison saves networks into it."""
    return Path(shutil.copy(whole, tmp_path / "whole.db"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to be killed."""
    needed()
    server = Server(tmp_path / "elasticsearch")
    yield server
    server.remove()


def check_same(one: Path, location: str) -> None:
    """The same sites, values, coverage, failures and networks, and no document twice."""
    with open_store(str(one)) as left, open_store(location, create=False) as right:
        assert differences(left, right) == []
        carried = list(left.carried())
        persons = sum(is_personal(value.kind) for value in carried)
        others = (len(list(rows)) for rows in (left.sites(), left.coverage(), left.failures()))
        stored = [documents_in(location, index) for index in ("observations", "personal", "sites", "coverage", "failures")]
        assert stored == [len(carried) - persons, persons, *others], "a document that is lost or double"
        found = find_networks(left), find_networks(right)
        assert found[0] == found[1]
        assert found[0], "a world without networks shows nothing"
        for store, networks in zip((left, right), found, strict=True):
            store.save_networks(networks)
        assert differences(left, right) == []
        assert list(right.networks()) == found[0]


def documents_in(location: str, index: str) -> int:
    """How many documents an index holds."""
    connection = Connection(location)
    try:
        return int(connection.ask("GET", path(connection.name(index), "_count"))["count"])
    finally:
        connection.close()


def test_a_crawl_into_either_store_gives_the_same(
    farm: Farm, words: list[str], undisturbed: Path, location: str, tmp_path: Path
) -> None:
    journal = tmp_path / "a.journal"
    ended = crawl(location, *words, journal=journal, **of_farm(farm))  # type: ignore[arg-type]
    assert (ended.code, ended.stderr) == (0, "")
    check_same(undisturbed, location)
    with JournalFile(journal) as file:
        assert (file.waiting().documents, file.waiting().rejected) == (0, ())


def test_a_server_that_is_down_for_the_whole_crawl_loses_nothing(
    farm: Farm, words: list[str], undisturbed: Path, own: Server, tmp_path: Path
) -> None:
    journal = tmp_path / "a.journal"
    ended = crawl(own.url, *words, journal=journal, **of_farm(farm))  # type: ignore[arg-type]
    assert ended.code == 1
    assert "documents wait in" in ended.stderr
    assert "samehand elastic push" in ended.stderr
    own.start()
    run(tmp_path, "elastic", "push", "--journal", str(journal))
    check_same(undisturbed, own.url)


@pytest.mark.parametrize("crawler_too", [False, True], ids=["server", "server and crawler"])
def test_kill_9_in_mid_crawl(
    crawler_too: bool, farm: Farm, words: list[str], undisturbed: Path, own: Server, tmp_path: Path
) -> None:
    journal = tmp_path / "a.journal"
    options: dict[str, Any] = of_farm(farm) | {"journal": journal, "commit_seconds": 0.05, "concurrency": 2}
    own.start()
    with started(call_of(own.url, *words, **options), stdin=subprocess.DEVNULL) as process:  # type: ignore[arg-type]
        wait_for_documents(own.url)
        if crawler_too:
            process.send_signal(signal.SIGKILL)
        own.kill()
        time.sleep(PAUSE)
        own.start()  # while the crawl goes on, unless it is as quick as that
        process.communicate(timeout=100)
    if crawler_too:
        assert crawl(own.url, *words, **options).code == 0  # type: ignore[arg-type]
    elif process.returncode:
        run(tmp_path, "elastic", "push", "--journal", str(journal))
    check_same(undisturbed, own.url)


def wait_for_documents(url: str) -> None:
    """Until the first documents have reached the server."""
    connection = Connection(url)
    end = time.monotonic() + 180  # beside other work on a small machine both need their time to start
    while time.monotonic() < end:
        answer = connection.ask("POST", path("samehand-sites", "_search"), {"size": 1}, allowed=(404,))
        if answer.get("hits", {}).get("hits"):
            break
        time.sleep(0.02)
    else:
        pytest.fail("Nothing reached the server.")
    connection.close()


def test_a_rejected_document_is_kept_and_told_and_sent_later(location: str, tmp_path: Path) -> None:
    from dataclasses import replace

    from fingerprints.stores import elasticsearch_documents as documents
    from tests.fingerprints.stores.samples import batch_of, seen

    good, bad = documents.of_batch(batch_of(seen("a.example", "UA-1")))[:2]
    strange = replace(bad, source={**bad.source, "samehand.unheard_of": 1})
    journal = tmp_path / "a.journal"
    with JournalFile(journal, location) as file:
        file.append([good, strange])
    done = run(tmp_path, "elastic", "push", "--journal", str(journal), expect=1)
    assert "strict" in done.stderr
    assert "a.example" in done.stderr
    with JournalFile(journal) as file, file.transaction() as connection:
        (rejected,) = file.waiting().rejected
        assert "unheard_of" in rejected.reason
        connection.execute("DELETE FROM outbox_rejected")
        file.append([bad])
    run(tmp_path, "elastic", "push", "--journal", str(journal))
    with open_store(location) as store:
        assert [(row.site, row.value) for row in store.carried()] == [("a.example", "UA-1")]


def test_a_read_only_index_is_waited_for_and_nothing_is_rejected(location: str, tmp_path: Path) -> None:
    from tests.fingerprints.stores.samples import batch_of, seen

    open_store(location).close()
    connection = Connection(location)
    block = path(connection.name("observations"), "_settings")
    connection.ask("PUT", block, {"index.blocks.read_only_allow_delete": True})
    assert "read-only" in run(tmp_path, "elastic", "check", "--store", location, expect=1).stderr
    with JournalFile(tmp_path / "a.journal", location) as file:
        file.write(batch_of(seen("a.example", "UA-1")))
    push = ["elastic", "push", "--journal", str(tmp_path / "a.journal")]
    run(tmp_path, *push, expect=1)
    with JournalFile(tmp_path / "a.journal") as file:
        assert (file.waiting().documents, file.waiting().rejected) == (2, ())
    connection.ask("PUT", block, {"index.blocks.read_only_allow_delete": None})
    connection.close()
    run(tmp_path, *push)
    with open_store(location) as store:
        assert len(list(store.carried())) == 1
