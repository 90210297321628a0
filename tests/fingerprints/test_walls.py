"""Walls are known by what they send, and no page of a site is taken for one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from fingerprints.archive import read_warc
from fingerprints.model import Outcome, Page
from fingerprints.reading import outcome_of
from fingerprints.walls import wall_of
from tests.fingerprints.indicator_cases import page_of

FILE = Path(__file__).parent.parent / "fixtures" / "walls" / "cases.toml"
CASES: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_a_wall_is_known_and_counts_as_not_seen(name: str) -> None:
    case = dict(CASES[name])
    wall = case.pop("wall")
    page = page_of(case, FILE)
    assert wall_of(page) == wall
    outcome, detail = outcome_of(page)
    assert (outcome is Outcome.BLOCKED) == bool(wall)
    assert not wall or wall in detail


def test_no_real_page_is_taken_for_a_wall(real_pages: Path) -> None:
    pages = [page for page in read_warc(real_pages / "news.warc.gz") if isinstance(page, Page)]
    assert len(pages) > 500
    assert [(page.final_url, wall_of(page)) for page in pages if wall_of(page)] == []
