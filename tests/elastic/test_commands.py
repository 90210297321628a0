"""Commands say the same of a store in Elasticsearch as of the same store in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fingerprints.stores.base import Batch, open_store
from fingerprints.verdicts import load
from tests.fingerprints.samehand import run
from tests.fingerprints.stores.samples import RUN, batch_of, failed, looked, seen

Ask = Callable[..., None]


def filled() -> Batch:
    """Two sites of one hand, and a stranger."""
    shared = [("UA-4417920", "google-analytics"), ("pub-4417920063318552", "adsense"), ("desk@a-news.example", "email")]
    ours = [seen(site, value, kind=kind) for site in ("a-news.com", "b-news.com") for value, kind in shared]
    looks = [looked(site) for site in ("a-news.com", "b-news.com", "stranger.org")]
    return batch_of(*ours, seen("stranger.org", "UA-7000001"), *looks, failed("stranger.org"))


@pytest.fixture
def both(location: str, tmp_path: Path) -> Ask:
    """Asks both stores and compares the answers."""
    for place in (str(tmp_path / "a.db"), location):
        with open_store(place) as store:
            store.begin(RUN)
            store.write(filled())

    def ask(*words: str, expect: int = 0) -> None:
        answers = [run(tmp_path, *words, "--store", place, expect=expect) for place in ("a.db", location)]
        told = [(one.stdout, one.stderr.replace("a.db", "STORE").replace(location, "STORE")) for one in answers]
        assert told[0] == told[1]
        assert told[0][0] or told[0][1] or expect

    return ask


def test_they_answer_the_same(both: Ask) -> None:
    both("networks", "--format", "jsonl")
    both("networks")
    both("site", "a-news.com", "--format", "jsonl")
    both("site", "nobody.com", expect=1)
    both("find", "UA-4417920")
    both("find", "ua-44179", "--format", "jsonl")
    both("explain", "a-news.com", "b-news.com", "--format", "jsonl")
    both("explain", "a-news.com", "stranger.org")
    both("observations", "--format", "csv")


def test_verdicts_hold_in_the_next_run(both: Ask, location: str, tmp_path: Path) -> None:
    for value in ("google-analytics UA-4417920", "adsense pub-4417920063318552"):
        both("verdict", "value", *value.split(), "shared", "--by", "ann", "--note", "a vendor's", expect=0)
    both("verdict", "link", "b-news.com", "a-news.com", "no", "--by", "bob")
    both("verdict")
    both("networks", "--format", "jsonl", expect=0)
    refused = run(tmp_path, "explain", "a-news.com", "b-news.com", "--store", location).stdout
    assert "bob" in refused
    both("verdict", "link", "a-news.com", "b-news.com", "undone", "--by", "bob")
    both("explain", "a-news.com", "b-news.com", "--format", "jsonl")
    both("verdict", "link", "a-news.com", "b-news.com", "undone", "--by", "bob", expect=1)


def test_a_verdict_survives_crawls_and_clusterings(both: Ask, location: str, tmp_path: Path) -> None:
    run(tmp_path, "verdict", "site", "a-news.com", "yes", "--by", "ann", "--store", location)
    run(tmp_path, "networks", "--store", location)
    with open_store(location) as store:
        store.write(filled())
    assert [one.about for one in load(location).all()] == [("a-news.com",)]


def test_history_of_an_elasticsearch_without_a_journal_is_a_wrong_call(location: str, tmp_path: Path) -> None:
    assert "journal" in run(tmp_path, "changes", "--store", location, expect=2).stderr
