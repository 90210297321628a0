"""Re-crawls: only what is due, only what changed, never twice at once, whatever is killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.farm import serve
from crawler.farm.world import Strangers, World
from crawler.frontier_sqlite import SqliteFrontier
from fingerprints.archive import read_warc
from fingerprints.model import Page
from fingerprints.stores.sqlite import SqliteStore
from tests.bench.schedule_kill import disturbed
from tests.crawler.crawling import Ended, command, crawl, looks, of_web, started
from tests.crawler.names import Names
from tests.crawler.web import Web

START = datetime(2024, 6, 1, 12, tzinfo=UTC)
KILLS = 3
"""tests/bench/schedule_kill.py does it twenty times and on the whole farm."""
WORLD = World(name="again", articles=(5, 5), strangers=(Strangers(name="all", sites=12, own={"google-analytics": 1.0}),))
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
    asked, told = threading.Event(), threading.Event()

    def held(connection: socket.socket) -> None:
        asked.set()
        told.wait(60)
        connection.close()

    web.answers["s0.com/"] = held
    with started(command(store, "--due", "--now", at(2), **of_web(web, names)), stdin=subprocess.DEVNULL) as first:
        assert asked.wait(60)
        second = again(store, 2, web, names)
        told.set()
        assert second.code == 1
        assert "Another re-crawl of this store is under way" in second.stderr
        first.communicate(timeout=60)
    assert first.returncode == 0


def test_kill_9_of_scheduler_and_crawl_loses_no_due_site_and_asks_none_by_two_at_once(tmp_path: Path) -> None:
    log = tmp_path / "asked.log"
    log.touch()
    with serve(WORLD, seed=1, log=log) as farm:
        outcome = disturbed(farm, log, tmp_path, KILLS, random.Random())
    assert outcome.due == 12
    assert (outcome.lost, outcome.twice, outcome.overlaps, outcome.differences) == ([], [], [], [])


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


def _catches(process: int, number: int) -> bool:
    caught = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_scheduler_that_is_stopped_while_its_crawl_starts_begins_no_other_round(
    tmp_path: Path, web: Web, names: Names, number: signal.Signals
) -> None:
    store = tmp_path / "a.db"
    web.page("/", "<html>")
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    web.asked.clear()
    call = [word for word in _scheduler(store, of_web(web, names)) if word not in ("--once", "--now", at(2))]
    with started([*call, "--every", "60"], stdin=subprocess.DEVNULL) as scheduler:
        while not _catches(scheduler.pid, signal.SIGTERM):
            time.sleep(0.001)
        scheduler.send_signal(number)  # the crawl loads its modules and does not listen yet
        _, stderr = scheduler.communicate(timeout=60)
    assert (scheduler.returncode, "Traceback" in stderr) == (130, False), stderr
    assert web.asked == []


def test_a_scheduler_that_is_stopped_while_its_crawl_fails_begins_no_other_round(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", "<html>")
    crawl(store, "http://a.com/", "--now", at(0), **of_web(web, names))
    (tmp_path / "crawl.toml").write_text("[files]\ncaptures_quota = 1\n")  # the first answer finds no room
    asked, told = threading.Event(), threading.Event()

    def held(connection: socket.socket) -> None:
        asked.set()
        told.wait(60)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    web.answers["a.com/robots.txt"] = web.answers["a.com/"] = held
    call = [word for word in _scheduler(store, of_web(web, names)) if word not in ("--once", "--now", at(2))]
    with started([*call, "--every", "60"], env={"SAMEHAND_CONFIG": str(tmp_path)}, stdin=subprocess.DEVNULL) as scheduler:
        assert asked.wait(60)
        scheduler.terminate()
        told.set()
        _, stderr = scheduler.communicate(timeout=60)
    assert "which is their quota" in stderr
    assert scheduler.returncode == 130


def test_a_round_of_the_scheduler_makes_room_crawls_clusters_and_tells(tmp_path: Path, web: Web, names: Names) -> None:
    store = tmp_path / "a.db"
    web.page("/", GA.format(3141592))
    crawl(store, "http://a.com/", "http://b.com/", "--now", at(0), **of_web(web, names))
    (old,) = (tmp_path / "a.captures").iterdir()
    os.utime(old, (1, 1))
    (tmp_path / "schedule.toml").write_text("[captures]\nkeep_days = 400\n")
    env = {**os.environ, "SAMEHAND_CONFIG": str(tmp_path)}
    call = _scheduler(store, of_web(web, names))
    ended = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False, env=env)
    assert ended.returncode == 0, ended.stderr
    assert "1 file of" in ended.stderr
    assert [path.name for path in (tmp_path / "a.captures").iterdir()] != [old.name], (
        "the second crawl's is there, the first's not"
    )
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
