"""Crawls of the whole farm, killed at random moments: python -m tests.bench.kill [--rounds 1] [--kills 10] [--seed N] [--world FILE].

Each round crawls the farm once without disturbance and once with kill -9 (every third time Ctrl-C) at random moments, then runs
the same command to its end. The two stores must be equal but for times, run ids and the places of records.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.farm import Farm, serve
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from tests.crawler.crawling import command, crawl, of_farm, started

_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line a round; 1 when a killed crawl's store differs."""
    options = _parser().parse_args(arguments)
    failed = 0
    with serve(options.world, seed=options.farm_seed) as farm:
        given = of_farm(farm) | {"probes": options.probes}
        for number in range(options.rounds):
            seed = options.seed + number if options.seed else random.SystemRandom().randrange(10**6)
            failed += _round(farm, given, options.kills, seed)
    return 1 if failed else 0


def _round(farm: Farm, given: dict[str, Any], kills: int, seed: int) -> bool:
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        whole, killed = Path(made) / "whole.db", Path(made) / "killed.db"
        begun = time.monotonic()
        assert crawl(whole, *farm.sites, **given).code == 0
        seconds = time.monotonic() - begun
        codes = [
            _stopped(command(killed, *farm.sites, **given), _signal(turn), moments.uniform(0, 1.2 * seconds / kills))
            for turn in range(kills)
        ]
        ended = crawl(killed, *farm.sites, **given)
        with open_store(str(whole), create=False) as left, open_store(str(killed), create=False) as right:
            found = differences(left, right, limit=1000)
    kept = sum(1 for code in codes if code != 0)
    print(
        f"seed {seed}: {len(farm.sites)} seeds, undisturbed in {seconds:.1f} s; stopped {kept} of {kills} times; {len(found)} differences"
    )
    print("\n".join(found[:_SHOWN]) if found else "", end="\n" if found else "")
    return bool(found) or ended.code != 0


def _signal(turn: int) -> signal.Signals:
    return signal.SIGINT if turn % 3 == 2 else signal.SIGKILL


def _stopped(call: list[str], how: signal.Signals, wait: float) -> int:
    """Sends the signal so long after the crawl began to fetch; its exit code."""
    with started(call, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(how)
        _, stderr = process.communicate(timeout=120)
        assert "Traceback" not in stderr, stderr
        return process.returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.bench.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the moments; a new one each time without it")
    parser.add_argument("--farm-seed", type=int, default=1)
    parser.add_argument("--world", type=Path)
    parser.add_argument("--probes", default="none")
    return parser


if __name__ == "__main__":
    sys.exit(main())
