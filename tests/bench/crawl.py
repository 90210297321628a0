"""The crawler beside a bare Scrapy spider that fetches the same addresses: python tests/bench/crawl.py [--sites 200] [--concurrency 64].

Both crawl the farm without delay and with equal concurrency, one after the other, each in a process of its own. The crawler does all
of its work (robots.txt, plan, WARC, extraction, store); the spider throws its answers away. The goal is 0.7 of its rate.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dns.resolver
from fastwarc.warc import ArchiveIterator, WarcRecordType

GOAL = 0.7
BARE = Path(__file__).with_name("bare_spider.py")


def main() -> int:
    """Prints the rates; 1 when the crawler is slower than the goal."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory() as made, _farm(options.sites, Path(made)) as farm:
        folder = Path(made)
        best: dict[str, tuple[float, float, int]] = {}
        urls = folder / "urls.json"
        for turn in range(options.turns):
            store = folder / f"turn{turn}.db"
            result = _measured(_crawl_command(farm, store, options.concurrency, options.probes))
            fetched = _addresses(store.with_suffix(".captures"))
            _keep_best(best, "samehand", (*result, len(fetched)))
            urls.write_text(json.dumps(_for_bare(fetched, farm)))
            log = folder / "bare.json"
            result = _measured([sys.executable, str(BARE), str(urls), str(options.concurrency), str(log)])
            answers = json.loads(log.read_text())
            _keep_best(best, "bare Scrapy", (*result, answers))
    return _report(best)


def _keep_best(best: dict[str, tuple[float, float, int]], name: str, result: tuple[float, float, int]) -> None:
    if name not in best or result[0] < best[name][0]:
        best[name] = result


def _report(best: dict[str, tuple[float, float, int]]) -> int:
    print(f"{'':14}{'answers':>9}{'seconds':>9}{'a second':>10}{'CPU s':>8}{'CPU ms each':>13}")
    rates = {}
    for name, (seconds, processor, answers) in best.items():
        rates[name] = answers / seconds
        each = 1000 * processor / answers
        print(f"{name:14}{answers:9}{seconds:9.1f}{rates[name]:10.0f}{processor:8.1f}{each:13.2f}")
    ratio = rates["samehand"] / rates["bare Scrapy"]
    print(f"ratio of the rates {ratio:.2f}, goal {GOAL}; {os.cpu_count()} cores, of which the farm takes one")
    return 0 if ratio >= GOAL else 1


@contextmanager
def _farm(sites: int, folder: Path) -> Iterator[dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "crawler.farm",
        "--until-stdin-closes",
        "--prepared",
        "--sites",
        str(sites),
        "--dir",
        str(folder),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _crawl_command(farm: dict[str, Any], store: Path, concurrency: int, probes: str) -> list[str]:
    given = {
        "store": store,
        "allow_private": 1,
        "dns": farm["dns"],
        "map_port": f"80:{farm['http']},443:{farm['https']},43:{farm['whois']}",
        "hosting_data": farm["hosting"],
        "registry_delay": 0,
        "probes": probes,
        "ca_file": farm["ca_file"],
        "delay": 0,
        "concurrency": concurrency,
    }
    arguments = [part for name, value in given.items() for part in ("-a", f"{name}={value}")]
    return [sys.executable, "-m", "crawler", "--json", f"--seeds={farm['seeds']}", *arguments]


def _measured(command: Sequence[str]) -> tuple[float, float]:
    """(seconds from the first request on, CPU seconds of the process and of those that it starts).

    Both processes say when they begin to fetch; what comes before (imports, opening the store) is no part of a rate.
    """
    spent: dict[int, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        began = time.monotonic()
        watch = threading.Thread(target=_watch, args=(process, spent))
        watch.start()
        for _ in process.stdout:
            pass
        ended = time.monotonic()
    watch.join()
    if process.returncode:
        raise SystemExit(f"{command[1:3]} ended with {process.returncode}")
    return ended - began, sum(spent.values())


def _watch(process: subprocess.Popen[str], spent: dict[int, float]) -> None:
    """Notes, until the process ends, what each process of its session has spent: some are nobody's children when they end."""
    tick = os.sysconf("SC_CLK_TCK")
    while process.returncode is None:
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text("utf-8").rpartition(")")[2].split()
                if int(fields[3]) == process.pid:
                    spent[int(path.parent.name)] = (int(fields[11]) + int(fields[12])) / tick
        time.sleep(0.1)


def _addresses(captures: Path) -> list[str]:
    found = []
    for path in sorted(captures.iterdir()):
        with path.open("rb") as file:
            records = ArchiveIterator(file, parse_http=False, record_types=WarcRecordType.response)
            found.extend(record.headers["WARC-Target-URI"] for record in records)
    return found


def _for_bare(urls: Sequence[str], farm: dict[str, Any]) -> dict[str, Any]:
    """Addresses with the farm's ports in them, and the hosts' addresses: a bare spider maps no ports and asks no name server."""
    resolver = dns.resolver.Resolver(configure=False)
    host, _, port = farm["dns"].rpartition(":")
    resolver.nameservers, resolver.port = [host], int(port)
    ports = {"http": farm["http"], "https": farm["https"]}
    hosts = {}
    changed = []
    for url in urls:
        parts = urlsplit(url)
        if parts.hostname not in hosts:
            hosts[parts.hostname] = resolver.resolve(parts.hostname, "A")[0].to_text()
        changed.append(parts._replace(netloc=f"{parts.hostname}:{ports[parts.scheme]}").geturl())
    return {"urls": changed, "hosts": hosts}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--probes", default="none", help="which probes the crawler runs beside; the spider has none")
    parser.add_argument("--turns", type=int, default=2, help="each of both is run so often, and the faster run counts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
