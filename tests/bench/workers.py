"""Three crawls that share a farm's sites through a real Redis, one of them killed on the way, beside one crawl alone.

python tests/bench/workers.py [--sites 300] [--delay 0.5] [--open-sites 20]

Prints seconds, requests a second, what was asked for or stored twice, and the shortest pause between two requests to one site.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from crawler.farm import serve
from fingerprints.stores.base import open_store
from tests.crawler import redis_server
from tests.crawler.crawling import ROOT, command, of_farm
from tests.elastic.test_workers import Requests, asked

WORKERS = 3
ROBOTS = "/robots.txt"


@dataclass
class Done:
    """What one crawl came to."""

    seconds: float
    requests: Requests
    stored: Counter[tuple[str, str, str]]
    """Documents by (site, role, address), and in how many files."""
    share: list[int]
    """Sites of each worker's file."""


def main() -> int:
    """0 when nothing was lost, stored twice or asked too fast."""
    call = _parser().parse_args()
    with tempfile.TemporaryDirectory() as made, redis_server.serving() as redis:
        folder, log = Path(made), Path(made) / "asked.log"
        with serve(sites=call.sites, prepared=True, log=log) as farm:
            options = of_farm(farm) | {"delay": call.delay, "jitter": 0, "open_sites": call.open_sites}
            seeds = f"--seeds={farm.seeds_file}"
            alone = _crawl([command(folder / "alone.db", seeds, **options)], log)
            shared = options | {"frontier": redis}
            calls = [command(folder / f"worker{number}.db", seeds, **shared) for number in range(WORKERS)]
            together = _crawl(calls, log, kill_after=sum(alone.requests.of.values()) // 3)
    return _report(alone, together, call.delay)


def _crawl(calls: list[list[str]], log: Path, kill_after: int = 0) -> Done:
    log.write_text("")
    began = time.monotonic()
    processes = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True, cwd=ROOT) for call in calls]
    threads = [threading.Thread(target=process.communicate) for process in processes]
    for thread in threads:
        thread.start()
    while kill_after and log.read_bytes().count(b"\n") < kill_after and processes[0].poll() is None:
        time.sleep(0.05)
    if kill_after:
        processes[0].kill()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    codes = [process.returncode for process in processes]
    if codes != [-signal.SIGKILL if kill_after and not number else 0 for number in range(len(calls))]:
        raise SystemExit(f"The crawls ended with {codes}.")
    stores = [_looks(Path(_option(call, "store"))) for call in calls]
    return Done(seconds, asked(log), sum(stores, Counter()), [len({site for site, _, _ in one}) for one in stores])


def _option(call: list[str], name: str) -> str:
    return next(part.partition("=")[2] for part in call if part.startswith(f"{name}="))


def _looks(path: Path) -> Counter[tuple[str, str, str]]:
    with open_store(str(path), create=False) as store:
        return Counter({(look.site, look.role.value, look.url): 1 for look in store.coverage() if look.status})


def _report(alone: Done, together: Done, delay: float) -> int:
    print(f"{'':14}{'seconds':>9}{'requests':>10}{'a second':>10}{'documents':>11}{'shortest pause':>16}")
    for name, done in (("one worker", alone), (f"{WORKERS}, one killed", together)):
        number = sum(done.requests.of.values())
        print(f"{name:14}{done.seconds:9.1f}{number:10}{number / done.seconds:10.1f}{len(done.stored):11}{_pause(done):16.3f}")
    more = {url: count - alone.requests.of[url] for url, count in together.requests.of.items()}
    again = sum(count for url, count in more.items() if count > 0 and not url.endswith(ROBOTS))
    rules = sum(count for url, count in more.items() if count > 0 and url.endswith(ROBOTS))
    # What a redirect of another site leads to is fetched for both, by one worker as well.
    twice = sum(1 for (_, _, url), count in together.stored.items() if count > 1 and alone.requests.of[url] < 2)
    lost = set(alone.stored) - set(together.stored)
    print(
        f"asked for once more than by one worker: {again} documents and {rules} robots.txt; in two files: {twice}; lost: {len(lost)}"
    )
    print(f"sites in the workers' files: {together.share}, the first one's was killed; delay {delay:g} s")
    return 0 if not lost and _pause(together) >= 0.9 * delay else 1


def _pause(done: Done) -> float:
    return min(later - earlier for times in done.requests.at.values() for earlier, later in pairwise(times))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--delay", type=float, default=0.5, help="seconds between two requests to one site")
    parser.add_argument("--open-sites", type=int, default=20, help="sites that one worker crawls at once")
    return parser


if __name__ == "__main__":
    sys.exit(main())
