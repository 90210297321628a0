"""A small web on loopback addresses with known truth: the ground of the demo, the tests and the benchmarks.

with serve(seed=3) as farm:
    ...  # crawl farm.sites with farm.dns, farm.http, farm.https and farm.ca_file, and compare with farm.truth
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.farm.world import World

__all__ = ["Farm", "serve"]

_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Farm:
    """A farm that is being served by a process of its own."""

    dns: str
    """HOST:PORT of its name server (UDP and TCP)."""
    http: int
    """The port in the place of 80, on all its addresses."""
    https: int
    """The port in the place of 443."""
    whois: int
    """The port in the place of 43."""
    hosting: Path
    """The folder with its lists of registries and AS numbers."""
    ca_file: Path
    truth: dict[str, Any]
    """What is true of it; crawler/farm/truth.py makes it."""
    sites: tuple[str, ...]
    """The list of seeds: domains, addresses, internationalised names."""
    seeds_file: Path
    """The same list as a file."""

    @property
    def options(self) -> list[str]:
        """What `samehand crawl` has to be told to crawl the farm."""
        ports = f"80:{self.http},443:{self.https},43:{self.whois}"
        lists = ["--hosting-data", str(self.hosting), "--registry-delay", "0"]
        return ["--dns", self.dns, "--map-port", ports, "--ca-file", str(self.ca_file), "--allow-private", *lists]


@contextmanager
def serve(
    world: World | Path | None = None, seed: int = 1, sites: int | None = None, *, prepared: bool = False, log: Path | None = None
) -> Iterator[Farm]:
    """Serves a world in a child process until the block is left, whatever ends it.

    Args:
        world: a world or a world file; the shipped one without it.
        seed: fixes names, ids and texts.
        sites: about how many sites to scale the world to.
        prepared: whether all pages are made before the first is served, for measurements.
        log: a file that takes a line for each request, between tabs: seconds since 1970, the address, the User-Agent.

    Raises:
        RuntimeError: the farm did not start; the message is the farm's own.
    """
    with tempfile.TemporaryDirectory(prefix="samehand-farm-") as made:
        folder = Path(made)
        command = [sys.executable, "-m", "crawler.farm", "--seed", str(seed), "--dir", made, "--until-stdin-closes"]
        if isinstance(world, World):
            path = folder / "world.json"
            path.write_text(world.model_dump_json(exclude_none=True), "utf-8")
            command += ["--world", str(path)]
        elif world is not None:
            command += ["--world", str(world)]
        if log is not None:
            command += ["--log", str(log)]
        if prepared:
            command.append("--prepared")
        if sites is not None:
            command += ["--sites", str(sites)]
        errors = folder / "errors.txt"
        with errors.open("wb") as file:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file)  # noqa: S603
        try:
            yield _farm(process, errors)
        finally:
            _stop(process)


def _farm(process: subprocess.Popen[bytes], errors: Path) -> Farm:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"The farm did not start: {errors.read_text('utf-8', 'replace').strip()}")
    told = json.loads(line)
    seeds = Path(told["seeds"])
    return Farm(
        dns=told["dns"],
        http=told["http"],
        https=told["https"],
        whois=told["whois"],
        hosting=Path(told["hosting"]),
        ca_file=Path(told["ca_file"]),
        truth=json.loads(Path(told["truth"]).read_text("utf-8")),
        sites=tuple(seeds.read_text("utf-8").split()),
        seeds_file=seeds,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
