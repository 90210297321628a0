"""What people decide is kept apart from what was seen, holds in the next run, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from fingerprints.explain import explain
from fingerprints.networks import find_networks
from fingerprints.stores.base import Store
from fingerprints.verdicts import Answer, Subject, VerdictError, Verdicts, add, file_of, load, verdict
from tests.fingerprints.made_stores import store_of

ID = ("google-analytics", "UA-4242421")
SITES = {"one.com": [ID], "two.com": [ID], "three.com": [ID, ("email", "a@three.com")]}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_of(tmp_path, SITES, strangers=5)


def holding(*made: tuple[Subject, tuple[str, ...], Answer]) -> Verdicts:
    return Verdicts(verdict(on, about, answer, "ann", "seen on a vendor's page") for on, about, answer in made)


def members(store: Store, verdicts: Verdicts | None = None) -> list[tuple[str, ...]]:
    return [network.sites for network in find_networks(store, verdicts)]


def test_a_value_that_is_said_to_be_shared_links_nobody(store: Store) -> None:
    assert members(store) == [("one.com", "three.com", "two.com")]
    assert members(store, holding((Subject.VALUE, ID, Answer.SHARED))) == []


def test_the_evidence_names_who_decided(store: Store) -> None:
    answer = explain(store, "one.com", "two.com", holding((Subject.VALUE, ID, Answer.SHARED)))
    assert not answer.linked
    assert "ann" in answer.left_out[0].why
    assert "vendor's page" in answer.left_out[0].why


def test_a_site_that_is_rejected_stands_alone(store: Store) -> None:
    assert members(store, holding((Subject.SITE, ("three.com",), Answer.NO))) == [("one.com", "two.com")]


def test_a_link_that_is_rejected_is_none(store: Store) -> None:
    pairs = [("one.com", "two.com"), ("three.com", "two.com")]
    verdicts = holding(*((Subject.LINK, pair, Answer.NO) for pair in pairs))
    assert members(store, verdicts) == [("one.com", "three.com")]
    assert "Not linked by verdict" in explain(store, "two.com", "one.com", verdicts).verdict


def test_a_value_that_is_vouched_for_counts_again(tmp_path: Path) -> None:
    listed = ("adsense", "pub-1556223355139109")
    store = store_of(tmp_path, {"one.com": [listed], "two.com": [listed]})
    assert members(store) == []
    assert members(store, holding((Subject.VALUE, listed, Answer.YES))) == [("one.com", "two.com")]


def test_the_latest_verdict_holds_and_an_undone_one_does_not(tmp_path: Path) -> None:
    path = str(tmp_path / "case.db")
    assert not load(path)
    for answer in (Answer.NO, Answer.YES):
        add(path, verdict(Subject.SITE, ["one.com"], answer, "ann"))
    held = load(path).get(Subject.SITE, "one.com")
    assert held is not None
    assert held.answer is Answer.YES
    add(path, verdict(Subject.SITE, ["one.com"], Answer.UNDONE, "bob"))
    assert load(path).get(Subject.SITE, "one.com") is None
    assert len(load(path).log) == 3


def test_a_link_is_the_same_in_either_order() -> None:
    verdicts = holding((Subject.LINK, ("two.com", "one.com"), Answer.NO))
    assert verdicts.get(Subject.LINK, "one.com", "two.com") == verdicts.get(Subject.LINK, "two.com", "one.com") is not None


@pytest.mark.parametrize(
    ("on", "about", "answer", "by"),
    [
        (Subject.LINK, ["one.com"], Answer.NO, "ann"),
        (Subject.LINK, ["one.com", "one.com"], Answer.NO, "ann"),
        (Subject.SITE, ["one.com"], Answer.SHARED, "ann"),
        (Subject.SITE, ["one.com"], Answer.NO, " "),
    ],
)
def test_what_makes_no_sense_is_refused(on: Subject, about: list[str], answer: Answer, by: str) -> None:
    with pytest.raises(VerdictError):
        verdict(on, about, answer, by)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "case.db")
    add(path, verdict(Subject.SITE, ["one.com"], Answer.NO, "ann"))
    file_of(path).write_text(file_of(path).read_text() + "{}\n")
    with pytest.raises(VerdictError, match="line 2"):
        load(path)
