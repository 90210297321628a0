"""Two sites side by side: what is the same, what is near, whose texts the other carries, and the command that tells it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.comparison import Comparison, Relation, compare
from fingerprints.stores.base import Batch, open_store
from tests.fingerprints.made_stores import coverage, observation
from tests.fingerprints.samehand import run

A, B = "a.com", "b.com"


def _template(site: str, value: str, sample: str) -> object:
    where = f"120 class and id names of its own, among them {sample}"
    return replace(observation(site, "css-simhash", value), where=where)


def _article(site: str, value: str, date: str, kind: str = "text-simhash") -> object:
    return replace(observation(site, kind, value), where=f"article of 400 words, en, {date}", page_url=f"https://{site}/{value}")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "made.db"
    rows = [
        _template(A, "inner-05c6e3fe9bd8a53f", "qv-rail, qv-tile, qv-lamp"),
        _template(A, "front-ffffffffffffffff", "qv-front"),
        _template(B, "inner-05c6e3fe9bd8a53c", "qv-tile, qv-lamp, qv-boat"),
        _article(A, "1111111111111111", "2024-05-02T08:00"),
        _article(B, "1111111111111113", "2024-05-01"),
        _article(A, "2222222222222222", "undated"),
        _article(B, "2222222222222222", "undated", "wire-text"),
        _article(A, "f0f0f0f0f0f0f0f0", "2024-05-02"),
        _article(A, "0f0f0f0f0f0f0f0f", "2024-05-02"),
        observation(A, "google-analytics-4", "G-AAAAAAA111"),
        observation(B, "google-analytics-4", "G-BBBBBBB222"),
        observation(A, "email", "desk@a.com"),
    ]
    with open_store(str(path)) as opened:
        opened.write(Batch(tuple(rows), (coverage(A), coverage(B), coverage("c.com"))))
    return path


def _compared(store: Path, a: str = A, b: str = B) -> Comparison:
    with open_store(str(store), create=False) as opened:
        return compare(opened, a, b)


def test_kinds_stand_side_by_side(store: Path) -> None:
    rows = {row.kind: row for row in _compared(store).rows}
    assert rows["css-simhash"].relation is Relation.NEAR
    assert rows["css-simhash"].apart == 2
    assert rows["css-simhash"].parts == ("qv-tile", "qv-lamp")
    assert rows["css-simhash"].a[0].value == "inner-05c6e3fe9bd8a53f"
    assert rows["google-analytics-4"].relation is Relation.DIFFERENT
    assert rows["email"].relation is Relation.ONLY_A


def test_texts_of_both_with_who_was_first_and_whose_share(store: Path) -> None:
    answer = _compared(store)
    assert [(one.a.value, one.first, one.agency) for one in answer.texts] == [
        ("1111111111111111", B, False),
        ("2222222222222222", "", True),
    ]
    assert (answer.share_a, answer.share_b) == (0.5, 1.0)


def test_the_other_way_round_is_the_same(store: Path) -> None:
    here, there = _compared(store), _compared(store, B, A)
    assert {row.kind: row.apart for row in here.rows} == {row.kind: row.apart for row in there.rows}
    assert (here.share_a, here.share_b) == (there.share_b, there.share_a)


def test_a_site_without_values_carries_nothing(store: Path) -> None:
    answer = _compared(store, A, "c.com")
    assert {row.relation for row in answer.rows} == {Relation.ONLY_A}
    assert answer.texts == ()


def test_the_command(tmp_path: Path, store: Path) -> None:
    told = run(tmp_path, "compare", A, B, "--store", str(store)).stdout
    assert "near, 2 bits apart" in told
    assert "both: qv-tile, qv-lamp" in told
    assert "first on b.com" in told
    (row,) = map(json.loads, run(tmp_path, "compare", A, B, "--store", str(store), "--format", "jsonl").stdout.splitlines())
    assert row["share_of_a"] == 0.5
    assert {one["kind"] for one in row["kinds"]} >= {"css-simhash", "email"}


@pytest.mark.parametrize(("other", "code", "sentence"), [("a.com", 2, "are one site"), ("nowhere.com", 1, "was never looked at")])
def test_bad_input_gets_one_sentence(tmp_path: Path, store: Path, other: str, code: int, sentence: str) -> None:
    done = run(tmp_path, "compare", A, other, "--store", str(store), expect=code)
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
