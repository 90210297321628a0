"""A crawl into Elasticsearch whose server, and then crawler as well, is killed on the way: is all there, and nothing double?

python tests/bench/elastic_kill.py [--sites 60] [--pause 30]

The server gets kill -9 in mid-crawl and is started again after the pause. Prints for each way how many documents each index holds
beside an undisturbed crawl into a file, and in what the stores differ.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from crawler.farm import serve
from fingerprints.networks import find_networks
from fingerprints.stores.base import Store, open_store
from fingerprints.stores.compare import differences
from fingerprints.stores.journal import JournalFile, send
from tests.crawler.crawling import ROOT, command, of_farm
from tests.elastic.server import Server
from tests.elastic.test_crawl import documents_in, wait_for_documents

INDICES = ("observations", "personal", "coverage", "failures", "sites")


def main() -> int:
    """0 when nothing is lost and nothing double."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--pause", type=float, default=30.0, help="seconds for which the server is gone")
    parser.add_argument(
        "--delay", type=float, default=1.0, help="seconds between two requests to one site: it makes the crawl last"
    )
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, serve(sites=call.sites, prepared=True) as farm:
        folder = Path(made)
        options = of_farm(farm) | {"delay": call.delay, "jitter": 0, "commit_seconds": 0.5}
        seeds = f"--seeds={farm.seeds_file}"
        began = time.monotonic()
        subprocess.run(command(folder / "whole.db", seeds, **options), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"undisturbed, into a file: {time.monotonic() - began:.0f} s")
        return max(_disturbed(folder, seeds, options, call.pause, crawler_too=too) for too in (False, True))


def _disturbed(folder: Path, seeds: str, options: dict[str, Any], pause: float, *, crawler_too: bool) -> int:
    name = "server and crawler killed" if crawler_too else "server killed"
    server = Server(folder / name.replace(" ", "-"), lasting=True)
    journal = folder / f"{name.replace(' ', '-')}.journal"
    server.start()
    try:
        began = time.monotonic()
        crawl = command(server.url, seeds, **options, journal=journal)  # type: ignore[arg-type]
        process = subprocess.Popen(crawl, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for_documents(server.url)
        if crawler_too:
            process.send_signal(signal.SIGKILL)
        server.kill()
        time.sleep(pause)
        server.start()
        went_on = process.poll() is None
        if crawler_too:
            process.wait()
            process = subprocess.Popen(crawl, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        code = process.wait()
        if code:
            with JournalFile(journal) as file:
                send(file)
        seconds = time.monotonic() - began
        print(f"{name}, gone for {pause:.0f} s: {seconds:.0f} s, exit code {code}, the crawl went on over it: {went_on}")
        return _compared(folder / "whole.db", server.url)
    finally:
        server.kill()


def _compared(whole: Path, location: str) -> int:
    with open_store(str(whole)) as left, open_store(location, create=False) as right:
        found = differences(left, right)
        same = find_networks(left) == find_networks(right)
        counts = {index: documents_in(location, index) for index in INDICES}
        wanted = _wanted(left)
    print(f"  documents: {counts}; undisturbed: {wanted}")
    print(f"  differences: {found or 'none'}; networks the same: {same}")
    return 0 if not found and same and sum(counts.values()) == sum(wanted.values()) else 1


def _wanted(store: Store) -> dict[str, int]:
    values = sum(1 for _ in store.carried())
    others = {"coverage": store.coverage(), "failures": store.failures(), "sites": store.sites()}
    return {"observations and personal": values} | {name: sum(1 for _ in rows) for name, rows in others.items()}


if __name__ == "__main__":
    sys.exit(main())
