"""docs/hosting.md names every probe and every kind that probes and headers give."""

from __future__ import annotations

from pathlib import Path

from crawler.probes.base import GIVES_AWAY
from fingerprints.indicators import catalogue

GUIDE = (Path(__file__).parents[3] / "docs" / "hosting.md").read_text("utf-8")


def test_every_probe_and_kind_is_named() -> None:
    modules = [name for name in catalogue.module_names() if name.startswith("hosting_")]
    assert len(modules) == 7
    kinds = {kind.name for rule in catalogue.rules() for kind in getattr(rule, "kinds", ()) if _of_hosting(rule)}
    assert len(kinds) >= 35
    assert {name for name in {*kinds, *GIVES_AWAY} if f"`{name}`" not in GUIDE} == set()


def _of_hosting(rule: object) -> bool:
    read = getattr(rule, "read", None)
    return read is not None and ".hosting_" in read.__module__
