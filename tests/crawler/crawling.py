"""Crawls as a user's: a process of its own, with a store in a folder of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.farm import Farm
from fingerprints.model import Coverage
from fingerprints.stores.base import open_store
from tests.crawler.names import Names
from tests.crawler.web import Web

ROOT = Path(__file__).parents[2]
EMPTY: Mapping[str, str] = {}
_NOBODY = 1
"""A port at which nobody listens."""


@dataclass
class Ended:
    """A crawl that is over."""

    code: int
    stderr: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """Sentences about sites and about the crawl."""
        return [event["text"] for event in self.events if event["event"] == "note"]

    @property
    def last(self) -> dict[str, Any]:
        """The numbers at the end."""
        return next(event for event in reversed(self.events) if event["event"] == "end")


def of_web(web: Web, names: Names, https: int = _NOBODY) -> dict[str, Any]:
    """The options for a crawl of a web of a test."""
    ports = f"80:{web.port},443:{https}"
    return {"allow_private": 1, "dns": names.option, "map_port": ports, "delay": 0, "retry_wait": 0, "probes": "none"}


def of_farm(farm: Farm) -> dict[str, Any]:
    """The options for a crawl of a farm."""
    ports = f"80:{farm.http},443:{farm.https}"
    given = {"allow_private": 1, "dns": farm.dns, "map_port": ports, "ca_file": farm.ca_file}
    return {**given, "delay": 0, "retry_wait": 0, "probes": "none"}


def command(store: Path, *words: str, **options: Any) -> list[str]:
    """The call."""
    given = [part for name, value in {"store": store, **options}.items() for part in ("-a", f"{name}={value}")]
    return [sys.executable, "-m", "crawler", "--json", *given, *words]


@contextmanager
def started(call: list[str], env: Mapping[str, str] = EMPTY, **popen: Any) -> Iterator[subprocess.Popen[str]]:
    """The crawl's process; killed if it still runs when the block is left."""
    outer = {key: value for key, value in os.environ.items() if not key.startswith("SAMEHAND_")}
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**outer, "PYTHONPATH": str(ROOT), **env}, **popen
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def crawl(
    store: Path,
    *words: str,
    given: str | None = None,
    before: Callable[[], None] | None = None,
    env: Mapping[str, str] = EMPTY,
    within: float = 600,
    **options: Any,
) -> Ended:
    """Crawls to the end.

    Args:
        store: its path.
        words: seeds and arguments.
        given: what stands on stdin.
        before: is called in the process before it starts.
        env: variables of its environment besides ours.
        within: seconds after which it is given up.
        options: of crawler.options.
    """
    pipe = subprocess.PIPE if given is not None else subprocess.DEVNULL
    with started(command(store, *words, **options), env, stdin=pipe, preexec_fn=before) as process:
        stdout, stderr = process.communicate(given, timeout=within)
    assert "Traceback" not in stderr, stderr
    events = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
    return Ended(process.returncode, stderr, events)


def looks(store: Path, site: str | None = None) -> dict[str, Coverage]:
    """What was looked at, by role and address."""
    with open_store(str(store), create=False) as opened:
        return {f"{look.role.value} {look.url}": look for look in opened.coverage(site)}


def values(store: Path, kind: str) -> set[tuple[str, str]]:
    """(site, value) of one kind."""
    with open_store(str(store), create=False) as opened:
        return {(one.site, one.value) for one in opened.carried(kind=kind)}
