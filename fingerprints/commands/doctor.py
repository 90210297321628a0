"""samehand doctor: what is installed and configured, whether the store can be used, and how to mend what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import DEFAULT_STORE, StoreOption

_LEAST_FREE = 1 << 30
_OLDEST_PYTHON = (3, 11)
_PLACEHOLDER = "samehand.example"
"""What the shipped user agent names: .example belongs to nobody (RFC 2606)."""
_EXTRAS = {
    "alerts": "apprise",
    "browse": "datasette",
    "elastic-dev": "jpype",
    "frames": "pandas",
    "parquet": "pyarrow",
    "redis": "redis",
    "timestamp": "rfc3161_client",
    "render": "playwright",
}
"""Extra of pyproject.toml → a module that it brings."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    told: str
    """What was found; when it is not good, also what to do."""
    todo: bool = False
    """Whether something is left to do, though nothing is wrong."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor", epilog=examples("doctor --store case.db"), rich_help_panel=SETUP)(doctor)


def doctor(store: StoreOption = DEFAULT_STORE) -> None:
    """Look at the installation, the settings and the store, and say how to mend what is wrong. Exits with 1 if something is."""
    from fingerprints import terminal
    from fingerprints.commands._layout import grid, text

    found = [check(store) for check in _CHECKS]
    rows = [
        (text(word, terminal.GOOD if word == "good" else terminal.WARN), text(one.what), text(one.told))
        for one in found
        for word in ("WRONG" if not one.good else "to do" if one.todo else "good",)
    ]
    terminal.show(grid(rows, indent=0, widths=(5, 10)))
    if not all(one.good for one in found):
        raise typer.Exit(1)


def _python(_: str) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= _OLDEST_PYTHON
    return Finding("Python", good, version if good else f"{version}; install 3.11 or newer")


def _settings(_: str) -> Finding:
    from fingerprints import config, evidence_settings

    folder = os.environ.get("SAMEHAND_CONFIG")
    where = f"the shipped ones, with {folder} over them" if folder else "the shipped ones"
    try:
        evidence_settings.load()
    except config.ConfigError as error:
        return Finding("settings", False, str(error))
    return Finding("settings", True, where)


def _who_asks(_: str) -> Finding:
    from fingerprints import config

    who = str(config.toml("crawl.toml")["politeness"]["user_agent"])
    if _PLACEHOLDER not in who:
        return Finding("who asks", True, who)
    told = f"{who}: nobody answers there; put an address of yours into user_agent of crawl.toml, in the folder of SAMEHAND_CONFIG"
    return Finding("who asks", True, told, todo=True)


def _catalogue(_: str) -> Finding:
    from fingerprints.indicators import catalogue

    return Finding("catalogue", True, f"{len(catalogue.kinds())} kinds; samehand indicators lists them")


def _extras(_: str) -> Finding:
    from importlib.util import find_spec

    missing = [extra for extra, module in _EXTRAS.items() if find_spec(module) is None]
    if not missing:
        return Finding("extras", True, f"all are installed: {', '.join(_EXTRAS)}")
    return Finding(
        "extras", True, f'not installed: {", ".join(missing)}; where one is wanted: pip install "samehand[{missing[0]}]"'
    )


def _store(location: str) -> Finding:
    from fingerprints.stores.base import StoreError, open_store

    if "://" not in location and not Path(location).exists():
        return Finding("store", True, f"there is none at {location} yet; samehand crawl or samehand read makes it")
    try:
        with open_store(location, create=False) as opened:
            sites = sum(1 for _ in opened.sites())
            networks = sum(1 for _ in opened.networks())
    except StoreError as error:
        mend = "Start it, or name another with --store." if "://" in location else "Name another with --store."
        return Finding("store", False, f"{error} {mend}")
    return Finding("store", True, f"{location}: {sites:,} sites, {networks:,} networks of the last clustering")


def _captures(location: str) -> Finding:
    from fingerprints.captures import folder_of

    if "://" in location:
        return Finding("captures", True, "beside the journal of each crawl")
    folder = folder_of(location)
    files = list(folder.glob("*.warc.gz")) if folder.is_dir() else []
    if not files:
        return Finding("captures", True, f"none in {folder}: a crawl puts them there; samehand read leaves files where they are")
    size = sum(file.stat().st_size for file in files)
    told = f"{len(files):,} WARC files, {size / (1 << 20):,.1f} MiB in {folder}; samehand evidence --sample 50 checks them"
    return Finding("captures", True, told)


def _verdicts(location: str) -> Finding:
    from fingerprints.verdicts import VerdictError, load

    try:
        said = load(location)
    except VerdictError as error:
        return Finding("verdicts", False, str(error))
    return Finding("verdicts", True, f"{len(list(said.all())):,} that hold")


def _disk(location: str) -> Finding:
    if "://" in location:
        return Finding("disk", True, "the store is on a server")
    folder = Path(location).absolute().parent
    if not folder.is_dir():
        return Finding("disk", False, f"{folder} is no folder; make it, or name another path with --store")
    free = shutil.disk_usage(folder).free
    told = f"{free / (1 << 30):.1f} GiB free in {folder}"
    return Finding("disk", free >= _LEAST_FREE, told if free >= _LEAST_FREE else f"{told}; a crawl needs more, so free some")


_CHECKS: tuple[Callable[[str], Finding], ...] = (
    _python,
    _settings,
    _who_asks,
    _catalogue,
    _extras,
    _store,
    _captures,
    _verdicts,
    _disk,
)
