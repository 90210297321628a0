"""How long `samehand pivot` and `samehand site` take on a large store: the command with its start-up, and the work inside.

python -m tests.bench.lookups [--sites N] [--store FILE]: for a synthetic store (see synthetic.py; one that was made before is used
when FILE exists) whose networks are found first, printed are milliseconds over sites of networks, strangers, and values. Beside
them stands the yardstick: what an interpreter that does nothing takes on this machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from fingerprints.commands._portrait import portrait
from fingerprints.pivot import pivot
from fingerprints.stores.base import open_store
from tests.bench.synthetic import make, site_name

_COMMAND_MS, _INSIDE_MS = 300, 20


def prepared(store: Path, sites: int) -> list[str]:
    """Makes the store if there is none, clusters it, and names sites to ask for: members of large and small networks, strangers."""
    if not store.exists():
        make(store, sites, whole=True)
    with open_store(str(store)) as opened:
        networks = list(opened.networks())
    if not networks:
        subprocess.run(
            [*_samehand(), "networks", "--store", str(store), "--format", "csv", "-q"], check=True, stdout=subprocess.DEVNULL
        )
        with open_store(str(store)) as opened:
            networks = list(opened.networks())
    chance = np.random.default_rng(1)
    asked = [
        networks[0].sites[0],
        networks[1].sites[0],
        *(networks[int(one)].sites[0] for one in chance.integers(2, len(networks), 8)),
    ]
    return asked + [site_name(int(number)) for number in chance.integers(0, sites, 10)]


def _samehand() -> list[str]:
    return [sys.executable, "-m", "fingerprints"]


def _commands(label: str, calls: Sequence[Sequence[str]]) -> None:
    times = []
    for call in calls:
        begun = time.perf_counter()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        times.append(1000 * (time.perf_counter() - begun))
    _print(label, times, _COMMAND_MS)


def _inside(label: str, work: Callable[[str], object], asked: Sequence[str]) -> None:
    times = []
    for name in asked:
        begun = time.perf_counter()
        work(name)
        times.append(1000 * (time.perf_counter() - begun))
    _print(label, times, _INSIDE_MS)


def _print(label: str, times: Sequence[float], aim: float) -> None:
    print(f"{label:24} median {median(times):6.1f} ms, slowest {max(times):6.1f} ms  (aim {aim} ms)", flush=True)


def main() -> None:
    """Prints one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--store", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = chosen.store or Path(folder) / "web.db"
        asked = prepared(store, chosen.sites)
        where = ["--store", str(store), "--format", "jsonl"]
        _commands("python -c pass", [[sys.executable, "-c", "pass"]] * 5)
        for command in ("pivot", "site"):
            _commands(f"samehand {command}", [[*_samehand(), command, name, *where] for name in asked])
        with open_store(str(store)) as opened:
            pivot(opened, asked[0])
            _inside("pivot inside", lambda name: pivot(opened, name), asked)
            _inside("site inside", lambda name: portrait(opened, name), asked)


if __name__ == "__main__":
    main()
