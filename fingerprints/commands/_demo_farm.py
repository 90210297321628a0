"""The farm's process: a small web on loopback that stands while it is crawled. Nothing of the package crawler is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fingerprints.commands._errors import FailedError, WrongCallError

_STOP_SECONDS = 10
_WRONG_CALL = 2


@dataclass(frozen=True, slots=True)
class Farm:
    """A farm that serves."""

    crawl_options: tuple[str, ...]
    """What `samehand crawl` has to be told."""
    sites: int
    truth: dict[str, Any]


@contextmanager
def farm(arguments: Sequence[str]) -> Iterator[Farm]:
    """Serves until the block is left. The farm ends by itself when this process is gone.

    Args:
        arguments: of python -m crawler.farm.

    Raises:
        WrongCallError: the world cannot be built.
        FailedError: the farm cannot serve.
    """
    command = [sys.executable, "-m", "crawler.farm", "--until-stdin-closes", *arguments]
    # Of its own session, so that Ctrl-C stops the crawl and not the web under it.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:  # noqa: S603
        try:
            yield _farm(process)
        finally:
            _stop(process)


def _farm(process: subprocess.Popen[str]) -> Farm:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        if process.wait() == _WRONG_CALL:
            raise WrongCallError("The demo needs a world that can be built: see the sentence above and docs/worlds.md.")
        raise FailedError("The demo's small web did not start; what it said stands above.")
    told = json.loads(line)
    ports = f"80:{told['http']},443:{told['https']},43:{told['whois']}"
    options = (
        "--seeds",
        told["seeds"],
        "--dns",
        told["dns"],
        "--map-port",
        ports,
        "--ca-file",
        told["ca_file"],
        "--allow-private",
        "--hosting-data",
        told["hosting"],
        "--registry-delay",
        "0",
    )
    return Farm(options, told["sites"], json.loads(Path(told["truth"]).read_text("utf-8")))


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
