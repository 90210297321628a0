"""Probing the farm's hosts, each on an address of its own: python tests/bench/probes.py [--hosts 1000] [--jarm 50].

Prints hosts a second (DNS, RDAP or WHOIS, and a TLS handshake of each), the most sockets that were open at once, and the least time
between two questions to one server beside the pause that was asked for. Sockets and times are taken from the operating system and
from Python's audit events, not from the prober's own books. The goal is 100 hosts a second, and no pause cut short.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from crawler.farm import Farm, serve
from crawler.farm.limits import raise_open_files
from crawler.farm.world import World
from crawler.options import load
from crawler.probes import files
from crawler.probes.prober import Prober

GOAL = 100.0
_REGISTRY_DELAY = 0.005
"""Seconds between two questions to one pretended registry: a thousand hosts lie under a dozen of them, and real ones ask for 1."""
connected: dict[tuple[str, int], list[float]] = defaultdict(list)
asked: dict[str, list[float]] = defaultdict(list)


def main() -> int:
    """Prints the figures; 1 if the goal was missed or a server was asked too soon."""
    options = _parser().parse_args()
    raise_open_files()
    sys.addaudithook(_note_connection)
    table = {"name": "bench", "articles": (1, 1), "strangers": ({"name": "strangers", "sites": options.hosts},)}
    with serve(World.model_validate(table), seed=1, prepared=True) as farm:
        sites = [site["domain"] for site in farm.truth["sites"]]
        kept = _measured(farm, sites, "dns,registration,tls", delay=1.0)
        soon = _measured(farm, sites[: options.jarm], "tls,jarm", delay=0.1) if options.jarm else True
    return 0 if kept and soon else 1


def _measured(farm: Farm, sites: list[str], probes: str, delay: float) -> bool:
    connected.clear()
    asked.clear()
    seconds, most, records, processor = asyncio.run(_probe(farm, sites, probes, delay))
    rate = len(sites) / seconds
    print(f"{probes}: {len(sites)} hosts in {seconds:.1f} s, {rate:.0f} hosts/s, {1000 * processor / len(sites):.1f} ms CPU each")
    print(
        f"  {records} records, at most {most} sockets open at once; goal {GOAL:.0f} hosts/s; {os.cpu_count()} cores, the farm takes one"
    )
    gaps = {
        "host": (min(_gaps(connected, farm.https), default=None), delay),
        "registry": (min(_gaps(asked), default=None), _REGISTRY_DELAY),
    }
    for name, (gap, pause) in gaps.items():
        told = "none was asked twice" if gap is None else f"{gap:.3f} s between two questions at the least"
        print(f"  each {name}: {told}, pause {pause:g} s")
    kept = all(gap is None or gap >= pause for gap, pause in gaps.values())
    return kept and ("jarm" in probes or rate >= GOAL)


async def _probe(farm: Farm, sites: list[str], probes: str, delay: float) -> tuple[float, int, int, float]:
    given = {
        "store": "none",
        "allow_private": 1,
        "dns": farm.dns,
        "map_port": f"80:{farm.http},443:{farm.https},43:{farm.whois}",
        "hosting_data": farm.hosting,
        "registry_delay": _REGISTRY_DELAY,
        "delay": delay,
        "probes": probes,
        "probe_sites": 400,
    }
    chosen = load(given)
    records: list[Any] = []
    prober = Prober(chosen, files.load(chosen), lambda _site, seen: records.append(seen))
    _log_questions(prober)
    left, done = dict.fromkeys(sites, 2), asyncio.Event()

    def ended(site: str) -> None:
        left[site] -= 1
        if not any(left.values()):
            done.set()

    watch = asyncio.get_running_loop().create_task(_most_sockets())
    began, before = time.monotonic(), time.process_time()
    for site in sites:
        prober.passive(site, [f"www.{site}"], ended)
        prober.active(site, site, ended)
    await done.wait()
    seconds, processor = time.monotonic() - began, time.process_time() - before
    watch.cancel()
    prober.close()
    return seconds, _sockets_seen[0], len(records), processor


_sockets_seen = [0]


async def _most_sockets() -> None:
    _sockets_seen[0] = 0
    while True:
        _sockets_seen[0] = max(_sockets_seen[0], sum(1 for _ in _sockets()))
        await asyncio.sleep(0.05)


def _sockets() -> Iterator[str]:
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if str(entry.readlink()).startswith("socket:"):
                yield entry.name


def _note_connection(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and len(arguments[1]) >= 2:
        connected[arguments[1][:2]].append(time.monotonic())


def _log_questions(prober: Prober) -> None:
    """Notes when each HTTP question to a registry leaves: kept connections make no new ones."""
    get = prober._client.get

    async def noted(url: str) -> Any:
        asked[url.split("/")[2]].append(time.monotonic())
        return await get(url)

    prober._client.get = noted  # type: ignore[method-assign]


def _gaps(times: dict[Any, list[float]], port: int = 0) -> Iterator[float]:
    for place, found in times.items():
        if not port or (place[1] == port and place[0] != "127.0.0.1"):
            yield from (later - earlier for earlier, later in pairwise(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--jarm", type=int, default=50, help="hosts of which JARM is taken as well, eleven connections each")
    return parser


if __name__ == "__main__":
    assert Path("/proc/self/fd").is_dir(), "sockets are counted in /proc, which this system has not"
    sys.exit(main())
