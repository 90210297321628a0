"""Reads the golden cases of the indicators: tests/fixtures/indicators/<kind>/cases.toml, described in test_indicators.py."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fingerprints.model import Page, Redirect, Role
from fingerprints.sites import site_or_none

FIXTURES = Path(__file__).parent.parent / "fixtures" / "indicators"
URL = "https://site.example/"
WHEN = datetime(2024, 5, 1, tzinfo=UTC)
_KEYS = frozenset({"url", "final_url", "role", "file", "body", "headers", "status", "redirects", "values"})


@dataclass(frozen=True)
class Case:
    """One page and the values of one kind that it holds."""

    kind: str
    name: str
    page: Page
    expected: dict[str, dict[str, str]]
    """For each value: its state and, where the case says so, by what it was found."""


def cases_of(kind: str) -> list[Case]:
    """The cases of a kind, none when it has no folder.

    Raises:
        ValueError: a case has a key or a form that is not known.
    """
    path = FIXTURES / kind / "cases.toml"
    if not path.is_file():
        return []
    tables = tomllib.loads(path.read_text("utf-8"))
    return [_case(kind, name, table, path) for name, table in tables.items()]


def _case(kind: str, name: str, table: dict[str, Any], path: Path) -> Case:
    if unknown := set(table) - _KEYS:
        raise ValueError(
            f"{path}, [{name}]: {', '.join(sorted(unknown))} is no key of a case; there are {', '.join(sorted(_KEYS))}."
        )
    if "values" not in table:
        raise ValueError(f"{path}, [{name}]: say which values are found there; values = [] for none.")
    return Case(
        kind, name, page_of(table, path.parent / table.get("file", f"{name}.html")), dict(map(_expected, table["values"]))
    )


def page_of(table: dict[str, Any], file: Path) -> Page:
    """The page that a case describes."""
    url = table.get("url", URL)
    final = table.get("final_url", url)
    return Page(
        url=url,
        final_url=final,
        # .example is under no public suffix; as the name of a site in a case it is welcome all the same
        site=site_or_none(final) or urlsplit(final).hostname or "",
        role=Role(table.get("role", "other")),
        fetched_at=WHEN,
        status=table.get("status", 200),
        headers=tuple((key, value) for key, value in table.get("headers", ())),
        body=table["body"].encode() if "body" in table else file.read_bytes(),
        redirects=tuple(Redirect(*hop) for hop in table.get("redirects", ())),
    )


def _expected(entry: str | dict[str, str]) -> tuple[str, dict[str, str]]:
    if isinstance(entry, str):
        return entry, {"state": "seen"}
    return entry["value"], {"state": "seen"} | {key: entry[key] for key in ("state", "where") if key in entry}
