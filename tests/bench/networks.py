"""How long `samehand networks` takes on a large store, what it needs, and whether hubs lead it astray.

python -m tests.bench.networks [--sites N ...]: for each size a synthetic store (see synthetic.py) is made and the command is run as
a process of its own; printed are seconds (by the clock and of the processor, which other work on the machine disturbs less), peak
memory, and the result against the truth. `largest growth` is the worst ratio of a network found to the true one of which it holds
two sites or more; `strangers` is the share of sites in networks that are in none.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.synthetic import World, make

_MB = 1024
_COMMAND = """
import resource, sys
from fingerprints.cli import main
try:
    main(sys.argv[1:])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""


def measure(folder: Path, sites: int, seed: int) -> dict[str, float]:
    """Makes a store, clusters it, and compares."""
    store = folder / f"{sites}.db"
    begun = time.monotonic()
    world = make(store, sites, seed)
    made = time.monotonic()
    found = folder / "networks.jsonl"
    with found.open("w") as out:
        run = subprocess.run(
            [sys.executable, "-c", _COMMAND, "networks", "--store", str(store), "--format", "jsonl", "--quiet"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    ended = time.monotonic()
    if run.returncode:
        raise SystemExit(run.stderr)
    processor, peak = run.stderr.split()[-2:]
    return {
        "sites": sites,
        "observations": world.rows,
        "making s": round(made - begun, 1),
        "networks s": round(ended - made, 1),
        "processor s": round(float(processor), 1),
        "peak MB": int(peak) // _MB,
        **compare(world, found),
    }


def compare(world: World, found: Path) -> dict[str, float]:
    """B-cubed precision, recall and F1 over the sites that are in a network, and the worst overgrowth of one."""
    group = np.arange(world.sites) + world.sites
    size = np.bincount(world.network[world.network >= 0])
    worst, count, strangers, members = 0.0, 0, 0, 0
    for line in found.open():
        numbers = [int(site[1:9]) for site in json.loads(line)["sites"]]
        group[numbers] = count
        count += 1
        true = Counter(int(one) for one in world.network[numbers] if one >= 0)
        members += len(numbers)
        strangers += len(numbers) - true.total()
        ((name, held),) = true.most_common(1) or [(-1, 0)]
        if held >= 2:
            worst = max(worst, len(numbers) / int(size[name]))
    precision, recall = _b_cubed(world.network, group)
    return {
        "found": count,
        "B3 precision": round(precision, 4),
        "B3 recall": round(recall, 4),
        "B3 F1": round(2 * precision * recall / (precision + recall), 4),
        "largest growth": round(worst, 2),
        "strangers": round(strangers / max(members, 1), 4),
    }


def _b_cubed(network: NDArray[np.int64], group: NDArray[np.int64]) -> tuple[float, float]:
    members = np.flatnonzero(network >= 0)
    pairs, index, both = np.unique(np.stack([network[members], group[members]]), axis=1, return_inverse=True, return_counts=True)
    of_group = np.bincount(group)[pairs[1]]
    of_network = np.bincount(network[members])[pairs[0]]
    return float((both / of_group)[index].mean()), float((both / of_network)[index].mean())


def main() -> None:
    """Prints one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for sites in chosen.sites:
            results.append(measure(Path(folder), sites, chosen.seed))
            print(json.dumps(results[-1]), flush=True)
    for one, other in pairwise(results):
        more, longer = other["observations"] / one["observations"], other["processor s"] / one["processor s"]
        print(f"{more:.1f} times the observations take {longer:.1f} times the processor's time: power {log(longer, more):.2f}")
    print(f"this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MB} MB")


if __name__ == "__main__":
    main()
