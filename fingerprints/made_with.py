"""By what a number was computed, so that it can be found again: versions of program, indicators, settings, tables, verdicts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version

from fingerprints import background, config, evidence_settings
from fingerprints.indicators import catalogue
from fingerprints.verdicts import Verdicts

_TABLES = ("shared_values.tsv", "sites.tsv", "hosting/providers.tsv", "hosting/ranges.tsv", "common_features.tsv")
"""Of config/: what says which values link nobody, and what a site is."""
_DIGITS = 12


def made_with(verdicts: Verdicts | None = None) -> dict[str, str]:
    """Name → version: the program's own, the day of the background table, and twelve hex digits of a digest of each content.

    Two results with equal ones were computed alike, of the same observations if the store is the same.
    """
    table = background.load()
    # Of a verdict only what changes a result: not when, by whom and why it was given.
    said = sorted(json.dumps([one.on, *one.about, one.answer]) for one in (verdicts or Verdicts()).all())
    return {
        "samehand": version("samehand"),
        "indicators": catalogue.version(),
        "evidence": _digest([evidence_settings.load().model_dump_json()]),
        "background": f"{table.made} {_digest(_file(background.FILE))}".strip(),
        "tables": _digest(line for name in _TABLES for line in _file(name)),
        "verdicts": _digest(said) if said else "none",
    }


def sentence(versions: dict[str, str]) -> str:
    """The versions on one line, for the log."""
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _file(name: str) -> Iterable[str]:
    """The lines of the shipped file and of the user's own."""
    for path in config.paths(name):
        yield from path.read_text("utf-8").splitlines()


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:_DIGITS]
