"""What the extractors find on real pages is what stands there, by an audit that was made without them (see README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.compare import KINDS, Comparison, Key, audit, compare, pages, rejected

LEAST_RECALL = 0.98


@pytest.fixture(scope="module")
def comparison(real_pages: Path) -> Comparison:
    """One reading of all pages for the tests of this file."""
    return compare(real_pages)


def test_the_audit_is_of_the_ten_kinds_and_knows_each_state() -> None:
    values = audit()
    assert {key.kind for key in values} == set(KINDS)
    assert {value.state for value in values.values()} == {"seen", "commented", "copied"}


def test_no_value_is_both_taken_and_turned_down() -> None:
    assert not audit().keys() & rejected().keys()


def test_each_audited_value_stands_at_its_offset(real_pages: Path) -> None:
    bodies = {page.url: page.body for page in pages(real_pages)}
    for key, value in audit().items():
        if key.kind != "email":
            there = bodies[key.url][value.offset : value.offset + len(key.value)]
            assert there.lower() == key.value.lower().encode(), key


def test_the_extractors_find_nothing_that_is_not_there(comparison: Comparison) -> None:
    assert comparison.precision == 1.0, _list(comparison.wrong)


def test_the_extractors_find_nearly_all_that_is_there(comparison: Comparison) -> None:
    assert comparison.recall >= LEAST_RECALL, _list(comparison.missed)


def test_no_rule_of_an_audited_kind_fails_on_a_real_page(comparison: Comparison) -> None:
    assert comparison.failures == []


def _list(keys: list[Key]) -> str:
    return f"{len(keys)} values:\n" + "\n".join("  ".join(key) for key in keys[:40])
