"""Re-crawls: only what is due, only what changed, never twice at once, whatever is killed."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from crawler.frontier_sqlite import SqliteFrontier
from fingerprints.archive import read_warc
from fingerprints.model import Page
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_due import DueTable
from tests.crawler.crawling import Ended, command, crawl, looks, of_web, started
from tests.crawler.names import Names
from tests.crawler.web import Web

START = datetime(2024, 6, 1, 12, tzinfo=UTC)
KILLS = 20
GA = "<html><script>ga('create', 'UA-{}-1', 'auto');</script>"


def at(day: float) -> str:
    return (START + timedelta(days=day)).isoformat()


def again(store: Path, day: float, web: Web, names: Names, **options: object) -> Ended:
    return crawl(store, "--due", "--now", at(day), **{**of_web(web, names), **options})


def test_only_what_is_due_is_asked(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", GA.format(3141592))
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    crawl(store, "http://b.com/", "--now", at(0.5), **of_web(web, names))
    web.asked.clear()
    ended = again(store, 1.1, web, names)
    assert ended.notes == ["1 site is due."]
    assert {where.split("/")[0] for where in web.asked} == {"a.com"}
    web.asked.clear()
    assert again(store, 1.1, web, names).notes == ["No site is due."]
    assert web.asked == []


def test_a_document_that_did_not_change_is_seen_without_being_sent(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("a.com/", GA.format(3141592), ETag='"v1"')
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    first = looks(store)["front http://a.com/"]
    web.page("a.com/", "", status="304 Not Modified", ETag='"v1"')
    web.heads.clear()
    ended = again(store, 2, web, names)
    assert ended.code == 0
    assert any(b'If-None-Match: "v1"' in head for head in web.heads if head.startswith(b"GET / "))
    second = looks(store)["front http://a.com/"]
    assert (second.outcome, second.status, second.capture) == (first.outcome, 200, first.capture)
    assert second.at - first.at > timedelta(days=1.9)
    with SqliteStore(store) as opened:
        (value,) = opened.carried(kind="google-analytics")
        assert value.last_seen - value.first_seen > timedelta(days=1.9)
        assert [one.gone for one in opened.presences("a.com")] == [None] * len(list(opened.presences("a.com")))
    pages = [page for path in (tmp_path / "a.captures").iterdir() for page in read_warc(path) if isinstance(page, Page)]
    assert [page.status for page in pages if page.url == "http://a.com/"] == [200], "a revisit is no page"


def test_a_page_whose_record_is_gone_is_asked_for_as_it_is(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("a.com/", GA.format(3141592), Last_Modified="Sat, 01 Jun 2024 10:00:00 GMT")
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    for path in (tmp_path / "a.captures").iterdir():
        path.unlink()
    heads: list[bytes] = []

    def answer(connection: object) -> None:
        heads.append(web.heads[-1])
        told = b"If-Modified-Since" in web.heads[-1]
        body = GA.format(2718281).encode()
        head = b"304 Not Modified" if told else b"200 OK\r\nContent-Type: text/html"
        connection.sendall(b"HTTP/1.1 " + head + b"\r\nConnection: close\r\n\r\n" + (b"" if told else body))  # type: ignore[attr-defined]

    web.answers["a.com/"] = answer
    again(store, 2, web, names)
    assert [b"If-Modified-Since" in head for head in heads] == [True, False]
    with SqliteStore(store) as opened:
        assert {one.value for one in opened.carried(kind="google-analytics")} == {"UA-3141592", "UA-2718281"}


def test_a_swapped_id_is_in_the_history(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    kept = "<script>fbq('init', '1394990003897405')</script>"  # a page that lost all at once would be doubted for a week
    web.page("a.com/", GA.format(3141592) + kept)
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    web.page("a.com/", GA.format(2718281) + kept)
    again(store, 2, web, names)
    with SqliteStore(store) as opened:
        found = {
            (one.value, one.missing_at is not None, one.gone is not None)
            for one in opened.presences("a.com")
            if one.kind == "google-analytics"
        }
    assert found == {("UA-3141592", False, True), ("UA-2718281", True, False)}


def test_a_second_re_crawl_of_a_store_is_told_to_wait(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", "<html>")
    crawl(store, *(f"http://s{number}.com/" for number in range(5)), "--now", at(0), **of_web(web, names))
    call = command(store, "--due", "--now", at(2), **{**of_web(web, names), "delay": 0.2})
    with started(call, stdin=subprocess.DEVNULL) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = again(store, 2, web, names)
        assert second.code == 1
        assert "Another re-crawl of this store is under way" in second.stderr
        first.communicate(timeout=60)
    assert first.returncode == 0


class Busy:
    """Answers slowly, and counts how many requests each site has to bear at once."""

    def __init__(self, web: Web, sites: list[str]) -> None:
        self._lock = threading.Lock()
        self._now = dict.fromkeys(sites, 0)
        self.most = dict.fromkeys(sites, 0)
        links = "".join(f'<a href="/2024/05/a-b-c-{number}">x</a>' for number in range(4))
        for site in sites:
            for path in ("/", *(f"/2024/05/a-b-c-{number}" for number in range(4))):
                web.answers[site + path] = partial(self._answer, site, f"<html>{links}".encode())

    def _answer(self, site: str, body: bytes, connection: socket.socket) -> None:
        with self._lock:
            self._now[site] += 1
            self.most[site] = max(self.most[site], self._now[site])
        time.sleep(0.04)
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + body)
        with self._lock:
            self._now[site] -= 1


def test_kill_9_at_twenty_random_moments_loses_no_due_site_and_asks_none_twice_at_once(
    tmp_path: Path, web: Web, names: Names
) -> None:
    store = tmp_path / "a.db"
    sites = [f"s{number}.com" for number in range(40)]
    busy = Busy(web, sites)
    options = {**of_web(web, names), "commit_seconds": 0.02, "concurrency": 4}
    crawl(store, *(f"http://{site}/" for site in sites), "--now", at(0), **options)
    moments = random.Random()
    killed = 0
    for number in range(KILLS):
        # Every other time the scheduler is killed, so that its crawler is an orphan when the next one begins.
        killed += _killed(_scheduler(store, options) if number % 2 else _crawler(store, options), moments.uniform(0, 0.3))
    while (ended := again(store, 2, web, names, **options)).code:
        assert "Another re-crawl" in ended.stderr, "the last orphan ends by itself"
    assert killed >= KILLS // 2
    assert max(busy.most.values()) == 1, "no site was crawled twice at once"
    with SqliteStore(store) as opened:
        table = DueTable(opened)
        assert table.due(START + timedelta(days=2)) == [], "no due site was lost"
        assert [due.site for due in table.all() if due.begun] == []
        visits = [visit for visit in opened.visits() if visit.started > START + timedelta(days=1)]
        assert sorted(visit.site for visit in visits) == sorted(sites), "each was visited once"


def _crawler(store: Path, options: dict[str, object]) -> list[str]:
    return command(store, "--due", "--now", at(2), **options)


def _scheduler(store: Path, options: dict[str, object]) -> list[str]:
    given = ["--dns", str(options["dns"]), "--map-port", str(options["map_port"]), "--allow-private", "--delay", "0"]
    return [
        sys.executable,
        "-m",
        "fingerprints",
        "schedule",
        "--once",
        "--now",
        at(2),
        "--store",
        str(store),
        "--probes",
        "none",
        *given,
    ]


def _killed(call: list[str], wait: float) -> bool:
    with started(call, stdin=subprocess.DEVNULL) as process:
        if "crawler" in call:
            assert process.stdout is not None
            process.stdout.readline()  # it has begun to fetch, or there is nothing left
        else:
            time.sleep(1 + wait)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        return process.returncode == -signal.SIGKILL


def test_a_round_of_the_scheduler_crawls_clusters_and_tells(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", GA.format(3141592))
    crawl(store, "http://a.com/", "http://b.com/", "--now", at(0), **of_web(web, names))
    ended = subprocess.run(_scheduler(store, of_web(web, names)), capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "There are no rules" in ended.stderr
    with SqliteStore(store) as opened:
        assert len([visit for visit in opened.visits() if visit.started > START + timedelta(days=1)]) == 2
        assert [network.sites for network in opened.networks()] == [("a.com", "b.com")]


def test_sites_of_an_older_frontier_are_due(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", "<html>")
    crawl(store, "http://a.com/", **of_web(web, names))
    with SqliteStore(store) as opened:
        opened.connection.executescript("DELETE FROM due")
        frontier = SqliteFrontier(opened)
        assert frontier.add_due() == 1
        frontier.close()
