"""The process that asks a web archive: started, listened to, stopped with us. Nothing of the package crawler is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.terminal import FAINT, WARN, notes, safe


def arguments(since: str, until: str, cdx: str, captures: int | None, pages: int | None, delay: float | None) -> list[str]:
    """What was given, as arguments of python -m crawler.archives."""
    given = {"--from": since, "--to": until, "--cdx": cdx, "--captures": captures, "--pages": pages, "--delay": delay}
    return [part for name, value in given.items() if value not in ("", None) for part in (name, str(value))]


def options(store: str, captures: str | None, allow_private: bool, proxy: str | None) -> list[str]:
    """The options that a crawl has as well."""
    if not store:
        raise WrongCallError("--store names nothing. Give a path.")
    given = {"store": store, "captures": captures, "allow_private": True if allow_private else None, "proxy": proxy}
    return [part for name, value in given.items() if value is not None for part in ("-a", f"{name}={value}")]


def run(archive: str, domains: Sequence[str], more: Sequence[str], given: Sequence[str], *, quiet: bool) -> None:
    """Asks the archive, and tells what came of each site.

    Raises:
        typer.Exit: something could not be had.
    """
    call = [sys.executable, "-m", "crawler.archives", archive, *given, *more, "--", *domains]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603
        assert process.stdout is not None
        for line in process.stdout:
            if not quiet:
                _show(json.loads(line))
        code = process.wait()
    store = next(part.partition("=")[2] for part in given if part.startswith("store="))
    if not quiet and code == 0:
        notes().print(f"Next: samehand site {safe(domains[0])} --store {safe(store)}", style=FAINT)
    if code:
        raise typer.Exit(code if code > 0 else 1)


def _show(event: Mapping[str, Any]) -> None:
    good = event["outcome"] == "read" and not event["failed"]
    notes().print(f"{safe(event['site'])}: {safe(event['text'])}", style=None if good else WARN, soft_wrap=True)
