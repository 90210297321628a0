"""A crawl of attackers, with what it took."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crawler.crawling import ROOT, command
from tests.crawler.names import naming

_LONGEST = 300
LIMITS = {"timeout": 4, "connect_timeout": 4, "site_seconds": 200, "delay": 0, "retry_wait": 0, "probes": "none"}
"""A user's limits but for shorter times, so that a suite of minutes takes seconds."""


@dataclass(frozen=True, slots=True)
class Took:
    """A crawl that is over."""

    code: int
    stderr: str
    events: list[dict[str, Any]]
    seconds: float
    busy: float
    """Seconds of processor time of the crawler's process."""
    megabytes: float
    """The largest resident memory of the crawler's process."""


def crawled(store: Path, sites: Iterable[str], port: int, **options: Any) -> Took:
    """Crawls sites that all lie at one port of 127.0.0.1, and measures."""
    with naming() as names, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        given = LIMITS | {"allow_private": 1, "dns": names.option, "map_port": f"80:{port},443:1"} | options
        env = {key: value for key, value in os.environ.items() if not key.startswith("SAMEHAND_")} | {"PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        call = command(store, *(f"http://{site}/" for site in sites), **given)
        process = subprocess.Popen(call, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env)
        try:
            code, used, peak = _wait(process.pid, began + _LONGEST)
        finally:
            process.returncode = 0
        out.seek(0)
        err.seek(0)
        events = [json.loads(line) for line in out if line.startswith("{")]
        seconds = time.monotonic() - began
        return Took(code, err.read(), events, seconds, used.ru_utime + used.ru_stime, peak)


def _wait(pid: int, end: float) -> tuple[int, resource.struct_rusage, float]:
    peak = 0.0
    while time.monotonic() < end:
        found, status, used = os.wait4(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used, peak
        peak = max(peak, _megabytes(pid))
        time.sleep(0.02)
    os.kill(pid, 9)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used, peak


def _megabytes(pid: int) -> float:
    """The peak of a process so far. Its ru_maxrss will not do: it begins with the memory of the process that started it."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0  # it has ended and nobody waited for it yet
