"""Pages that another process reads: the store is the same, and nothing is lost when that process or the crawl is killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import readers
from fingerprints.model import Outcome, Page, Role
from fingerprints.stores.base import Batch, open_store
from fingerprints.stores.compare import differences
from tests.crawler.crawling import command, crawl, of_web, started
from tests.crawler.names import Names
from tests.crawler.web import Web

SITES = 6
PAGES = 12
OTHERS = {"readers": 1, "readers_from": 0}
ALONE = {"readers": 0}


@pytest.fixture
def words(web: Web) -> list[str]:
    """Sites whose pages are worth another process's while."""
    padding = "<p>An article's text that fills the page.</p>" * 300
    for site in range(SITES):
        tag = f"<script>gtag('config', 'G-HARBR{site:05}')</script>"
        links = "".join(f'<a href="/2024/05/an-article-{number}">x</a>' for number in range(PAGES))
        web.page(f"site{site}.com/", f"<html>{tag}{links}{padding}")
        for number in range(PAGES):
            web.page(f"site{site}.com/2024/05/an-article-{number}", f"<html>{tag}<h1>{number}</h1>{padding}")
    return [f"http://site{site}.com/" for site in range(SITES)]


def _check_equal(one: Path, other: Path) -> None:
    with open_store(str(one), create=False) as left, open_store(str(other), create=False) as right:
        assert differences(left, right) == []
        assert len({row.value for row in left.carried(kind="google-analytics-4")}) == SITES


def _others(crawler: int) -> tuple[list[int], list[int]]:
    """The processes that a crawl has started, and those that these have started: the readers."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split()
    parents = dict(zip(map(int, found[::2]), map(int, found[1::2]), strict=True))
    children = [one for one, parent in parents.items() if parent == crawler]
    return children, [one for one, parent in parents.items() if parent in children]


async def _one_that_hangs(page: Page) -> tuple[readers.Readers, int]:
    """Readers that are ready for the page, and the number of their only process, which was stopped."""
    others = readers.Readers(1, lambda error: pytest.fail(str(error)), from_pages=0)
    before = {one.pid for one in multiprocessing.active_children()}
    while not others.takes(page):
        await asyncio.sleep(0.02)
    (reader,) = (one.pid for one in multiprocessing.active_children() if one.pid not in before)
    assert reader is not None
    os.kill(reader, signal.SIGSTOP)
    return others, reader


def _ends(reader: int) -> bool:
    """Whether a process ends within a minute."""
    end = time.monotonic() + 60
    while _alive(reader) and time.monotonic() < end:
        time.sleep(0.02)
    return not _alive(reader)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text("utf-8")


def _once_reading(crawler: int) -> tuple[list[int], list[int]]:
    end = time.monotonic() + 30
    while not (found := _others(crawler))[1] and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_the_store_is_the_same(tmp_path: Path, web: Web, names: Names, words: list[str]) -> None:
    options = of_web(web, names)
    crawl(tmp_path / "alone.db", *words, **options | ALONE)
    ended = crawl(tmp_path / "others.db", *words, **options | OTHERS | {"delay": 0.1})
    assert (ended.code, ended.last["done"], ended.stderr) == (0, SITES, "")
    _check_equal(tmp_path / "alone.db", tmp_path / "others.db")


def test_the_crawl_goes_on_without_a_reader_that_was_killed(tmp_path: Path, web: Web, names: Names, words: list[str]) -> None:
    options = of_web(web, names) | {"delay": 0.3}
    crawl(tmp_path / "alone.db", *words, **of_web(web, names) | ALONE)
    with started(command(tmp_path / "others.db", *words, **options | OTHERS), stdin=subprocess.DEVNULL) as process:
        _, readers = _once_reading(process.pid)
        assert readers
        for reader in readers:
            os.kill(reader, signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in stderr) == (0, False), stderr
    _check_equal(tmp_path / "alone.db", tmp_path / "others.db")


def test_a_killed_crawl_leaves_no_process_and_the_next_one_ends_it(
    tmp_path: Path, web: Web, names: Names, words: list[str]
) -> None:
    options = of_web(web, names)
    crawl(tmp_path / "alone.db", *words, **options | ALONE)
    store = tmp_path / "others.db"
    with started(command(store, *words, **options | OTHERS | {"delay": 0.3}), stdin=subprocess.DEVNULL) as process:
        helpers, readers = _once_reading(process.pid)
        assert readers
        process.kill()
    end = time.monotonic() + 30
    while any(map(_alive, (*helpers, *readers))) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_alive, (*helpers, *readers)))
    assert crawl(store, *words, **options | OTHERS).code == 0
    _check_equal(tmp_path / "alone.db", store)


def _page(url: str) -> Page:
    at = datetime(2024, 5, 1, tzinfo=UTC)
    return Page(url, url, "example.org", Role.FRONT, at, 200, (("Content-Type", "text/html"),), b"<html>" + b"x" * 20_000)


def test_a_reader_that_does_not_answer_keeps_no_crawl_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_LAST_SECONDS", 0.1)
    page = _page("https://example.org/")
    found: list[Batch] = []

    async def ended() -> int:
        others, reader = await _one_that_hangs(page)
        others.read(page, found.append)
        others.finish()
        return reader

    reader = asyncio.run(ended())
    assert _ends(reader)
    assert found == [], "it is asked for again by the next crawl"


def test_a_reader_that_hangs_in_the_middle_is_given_up_and_its_page_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_PATIENCE", 0.1)
    pages = [_page(f"https://example.org/{number}") for number in range(3)]
    found: list[Batch] = []

    async def given_up() -> int:
        others, reader = await _one_that_hangs(pages[0])
        for page in pages:
            others.read(page, found.append)
        while len(found) < len(pages):
            await asyncio.sleep(0.02)
        assert not others.takes(pages[0])
        others.finish()
        return reader

    reader = asyncio.run(given_up())
    assert _ends(reader)
    assert [batch.coverage[0].outcome for batch in found] == [Outcome.FAILED, Outcome.READ, Outcome.READ]
    assert "given up" in found[0].coverage[0].detail


def test_a_crawl_that_ends_while_readers_start_leaves_none(caplog: pytest.LogCaptureFixture) -> None:
    before = set(threading.enumerate())
    children = set(multiprocessing.active_children())

    async def ended() -> None:
        others = readers.Readers(1, lambda error: pytest.fail(str(error)), from_pages=0)
        assert not others.takes(_page("https://example.org/"))
        others.finish()

    asyncio.run(ended())
    end = time.monotonic() + 60
    while (set(threading.enumerate()) - before or set(multiprocessing.active_children()) - children) and time.monotonic() < end:
        time.sleep(0.02)
    assert (set(threading.enumerate()) - before, set(multiprocessing.active_children()) - children) == (set(), set())
    assert caplog.records == []
