"""Three crawls with a file each share their sites through a real Redis and write into one Elasticsearch; one is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.farm import Farm, serve
from fingerprints.sites import site_or_none
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from tests.crawler import redis_server
from tests.crawler.crawling import command, crawl, of_farm, started
from tests.crawler.farm.client import SMALL
from tests.fingerprints.samehand import run

DELAY = 0.1
KILLED_AFTER = 40
"""Requests of all workers together, when the first of them is killed."""


@dataclass
class Requests:
    """What the farm was asked."""

    at: dict[str, list[float]]
    """Site → times of the requests to it."""
    of: Counter[str]
    """Address → how often it was asked for."""


def asked(log: Path) -> Requests:
    """Reads the farm's log."""
    times: dict[str, list[float]] = {}
    counts: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        at, url, _ = line.split("\t")
        times.setdefault(site_or_none(url) or url, []).append(float(at))
        counts[url] += 1
    return Requests(times, counts)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "asked.log"
    path.touch()
    return path


@pytest.fixture
def farm(log: Path) -> Iterator[Farm]:
    with serve(SMALL, seed=1, log=log) as served:
        yield served


def test_three_workers_one_killed(farm: Farm, log: Path, tmp_path: Path, location: str) -> None:
    slow = {site["domain"] for site in farm.truth["sites"] if site["fault"] == "slow"}
    words = [seed for seed in farm.sites if site_or_none(seed if "://" in seed else f"http://{seed}") not in slow]
    whole = tmp_path / "whole.db"
    assert crawl(whole, *words, **of_farm(farm)).code == 0
    alone = asked(log)
    log.write_text("")
    with redis_server.serving() as redis, ExitStack() as stack:
        options = of_farm(farm) | {"frontier": redis, "delay": DELAY, "jitter": 0, "open_sites": 8, "commit_seconds": 0.1}
        calls = [command(location, *words, **worker(tmp_path, number), **options) for number in range(3)]  # type: ignore[arg-type]
        workers = [stack.enter_context(started(call, stdin=subprocess.DEVNULL)) for call in calls]
        kill_after(workers[0], log)
        ended = [process.communicate(timeout=100) for process in workers]
    assert [process.returncode for process in workers] == [-signal.SIGKILL, 0, 0], [stderr for _, stderr in ended]
    run(tmp_path, "elastic", "push", "--journal", str(worker(tmp_path, 0)["journal"]))

    with open_store(str(whole)) as left, open_store(location, create=False) as right:
        assert differences(left, right) == [], "what three workers stored, with one killed, is what one stores"
    requests = asked(log)
    assert {url for url in requests.of if "robots.txt" not in url} == {url for url in alone.of if "robots.txt" not in url}
    check_repeats(requests, alone)
    gaps = [later - earlier for times in requests.at.values() for earlier, later in pairwise(times)]
    assert len(gaps) > KILLED_AFTER
    assert min(gaps) >= DELAY * 0.9, "clocks of the log and of the delay are two"
    shares = [json.loads(line) for stdout, _ in ended for line in stdout.splitlines()[-1:]]
    assert all(share["done"] == share["sites"] for share in shares[1:])


def worker(folder: Path, number: int) -> dict[str, Any]:
    """The files of one worker."""
    return {"journal": folder / f"{number}.journal", "captures": folder / f"{number}.captures"}


def kill_after(process: subprocess.Popen[str], log: Path) -> None:
    """Waits until the crawl is well under way, reading what the process says so that it does not stall."""
    assert process.stdout is not None
    threading.Thread(target=process.stdout.readline, daemon=True).start()
    end = time.monotonic() + 60
    while log.read_text().count("\n") < KILLED_AFTER:
        assert time.monotonic() < end, "the workers ask nothing"
        time.sleep(0.01)
    process.kill()


def check_repeats(requests: Requests, alone: Requests) -> None:
    """Nothing was asked for more often than by one worker, but for what the killed one had not written down yet."""
    more = {url: count - alone.of[url] for url, count in requests.of.items() if count > alone.of[url]}
    again = {url for url in more if "robots.txt" not in url}
    assert sum(more[url] for url in again) <= 2 * 8, "one open site has one document under way, and one not yet written"
