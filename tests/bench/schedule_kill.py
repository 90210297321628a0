"""A scheduler and its crawls, killed at random moments: python -m tests.bench.schedule_kill [--kills 20] [--seed N] [--world FILE].

The farm is crawled once, as of two days ago, so that every site is due. One copy of the store is given to `samehand schedule` in
peace. On another copy the daemon runs, and with kill -9 at random moments it loses its crawl, or the daemon itself ends while its
crawl is under way, or both end at once; a daemon that ended is started again. Then one round runs to its end. No due site may be
lost or visited twice, none crawled by two processes at once, and the two stores must be equal but for times and run ids.

Each daemon asks under a User-Agent of its own, so that the farm's log shows whose request each is: once a later daemon's crawl
asks anything, no earlier one's may ask.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.farm import Farm, serve
from fingerprints.stores.compare import differences
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_due import DueTable
from tests.crawler.crawling import ROOT, crawl, of_farm

_SHOWN = 20
_PATIENCE = 180
"""Seconds until an orphan must have ended and the last round can run."""
WHOM = ("scheduler", "crawl", "both")


@dataclass
class Outcome:
    """What came of a store whose scheduler was killed."""

    kills: Counter[str]
    """Who was killed how often; "idle" counts the moments at which no crawl was under way."""
    daemons: int
    due: int
    """Sites that were due."""
    lost: list[str] = field(default_factory=list)
    """Due sites that were not visited, or whose visit has no end."""
    twice: list[str] = field(default_factory=list)
    """Sites that were visited more than once."""
    overlaps: list[str] = field(default_factory=list)
    """Requests of a daemon after a later one's first."""
    differences: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.twice or self.overlaps or self.differences)


class Scheduler:
    """`samehand schedule` on one store, started as often as it was killed."""

    def __init__(self, store: Path, farm: Farm) -> None:
        self.store = store
        self.starts = 0
        self._farm = farm
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Starts the daemon, unless it is at work."""
        if self._process is None:
            self.starts += 1
            self._process = self._start("--every", "0.02")

    def kill(self, whom: str) -> str:
        """Kills the daemon, its crawl, or both; who that was in truth: between two crawls there is only the daemon."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        if whom != "crawl" or not children:
            self._process.kill()
            self._process.wait()
            self._process = None
        if whom != "scheduler":
            for child in children:
                with suppress(ProcessLookupError):  # it has just ended
                    os.kill(int(child), signal.SIGKILL)
        return whom if children else "idle"

    def stop(self) -> None:
        """Ends the daemon as systemd does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_PATIENCE)
            self._process = None

    def finish(self) -> None:
        """One round to its end, as soon as no orphan is left."""
        until = time.monotonic() + _PATIENCE
        self.starts += 1
        while self._start("--once").wait(_PATIENCE):
            if time.monotonic() > until:
                raise RuntimeError("The last round cannot run to its end.")
            time.sleep(0.5)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        settings = self.store.with_name(f"{self.store.stem}.settings{self.starts}")
        settings.mkdir(exist_ok=True)
        (settings / "crawl.toml").write_text(f'[politeness]\nuser_agent = "{self.starts}"\n', "utf-8")
        farm = self._farm
        ports = f"80:{farm.http},443:{farm.https}"
        given = ["--dns", farm.dns, "--map-port", ports, "--ca-file", str(farm.ca_file), "--allow-private", "--delay", "0.02"]
        call = [sys.executable, "-m", "fingerprints", "schedule", "--store", str(self.store), "--probes", "none", "--quiet"]
        outer = {key: value for key, value in os.environ.items() if not key.startswith("SAMEHAND_")}
        env = {**outer, "PYTHONPATH": str(ROOT), "SAMEHAND_CONFIG": str(settings)}
        return subprocess.Popen([*call, *words, *given], env=env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def disturbed(farm: Farm, log: Path, folder: Path, kills: int, moments: random.Random) -> Outcome:
    """Crawls all, then again what is due, in peace and with kills.

    Args:
        farm: is crawled.
        log: of its requests.
        folder: for the stores.
        kills: how many.
        moments: says when, and who is killed.
    """
    began = datetime.now(UTC) - timedelta(days=2)
    first = folder / "first.db"
    assert crawl(first, *farm.sites, "--now", began.isoformat(), **of_farm(farm)).code == 0
    peace, killed = (Scheduler(_copy(first, folder / f"{name}.db"), farm) for name in ("peace", "killed"))
    log.write_text("")
    clock = time.monotonic()
    peace.finish()
    seconds = time.monotonic() - clock
    before = _start_seconds(log, seconds)
    log.write_text("")
    span = 2 * (before + (seconds - before) / kills)
    counts = Counter(_one_kill(killed, moments, span) for _ in range(kills))
    killed.stop()
    killed.finish()
    return _outcome(peace.store, killed, counts, began + timedelta(days=1), log)


def _copy(store: Path, to: Path) -> Path:
    shutil.copy(store, to)
    shutil.copytree(store.with_suffix(".captures"), to.with_suffix(".captures"))
    return to


def _start_seconds(log: Path, seconds: float) -> float:
    """How much of a round goes by before its first request."""
    times = [float(line.split("\t")[0]) for line in log.read_text().splitlines()]
    return max(0.0, seconds - (times[-1] - times[0]))


def _one_kill(scheduler: Scheduler, moments: random.Random, span: float) -> str:
    scheduler.run()
    time.sleep(moments.uniform(0, span))
    return scheduler.kill(moments.choice(WHOM))


def _outcome(peace: Path, killed: Scheduler, counts: Counter[str], since: datetime, log: Path) -> Outcome:
    with SqliteStore(peace, create=False) as left, SqliteStore(killed.store, create=False) as right:
        wanted = Counter(visit.site for visit in left.visits(since=since))
        made = Counter(visit.site for visit in right.visits(since=since))
        table = DueTable(right)
        open_visits = [due.site for due in table.all() if due.begun]
        lost = sorted({*(wanted - made), *open_visits, *table.due(since + timedelta(days=1))})
        twice = sorted(made - wanted)
        return Outcome(counts, killed.starts, len(wanted), lost, twice, _overlaps(log), differences(left, right, limit=1000))


def _overlaps(log: Path) -> list[str]:
    """Requests that came after one of a later daemon."""
    found, last = [], 0
    for line in log.read_text().splitlines():
        _, url, who = line.split("\t")
        last = max(last, int(who))
        if int(who) < last:
            found.append(f"{url} by daemon {who} after daemon {last} had begun")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was killed and what came of it; 1 when something is wrong."""
    options = _parser().parse_args(arguments)
    seed = options.seed or random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as made:
        log = Path(made) / "asked.log"
        with serve(options.world, seed=options.farm_seed, log=log) as farm:
            outcome = disturbed(farm, log, Path(made), options.kills, random.Random(seed))
    told = ", ".join(f"{name} {number}" for name, number in sorted(outcome.kills.items()))
    print(f"seed {seed}: {outcome.due} sites due; killed: {told}; the daemon was started {outcome.daemons} times")
    print(f"lost {len(outcome.lost)}, visited twice {len(outcome.twice)}, by two at once {len(outcome.overlaps)}, ", end="")
    print(f"differences {len(outcome.differences)}")
    for sentence in (*outcome.lost, *outcome.twice, *outcome.overlaps, *outcome.differences)[:_SHOWN]:
        print(sentence)
    return 0 if outcome.good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.bench.schedule_kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the moments; a new one each time without it")
    parser.add_argument("--farm-seed", type=int, default=1)
    parser.add_argument("--world", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
