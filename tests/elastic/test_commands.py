"""Commands say the same of a store in Elasticsearch as of the same store in a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.cli import main
from fingerprints.stores.base import Batch, open_store
from fingerprints.stores.journal import JournalFile
from fingerprints.verdicts import load
from tests.fingerprints.samehand import run
from tests.fingerprints.stores.samples import NOON, RUN, batch_of, failed, looked, network, seen

Ask = Callable[..., None]


def filled() -> Batch:
    """Two sites of one hand, and a stranger."""
    shared = [("UA-4417920", "google-analytics"), ("pub-4417920063318552", "adsense"), ("desk@a-news.example", "email")]
    ours = [seen(site, value, kind=kind) for site in ("a-news.com", "b-news.com") for value, kind in shared]
    looks = [looked(site) for site in ("a-news.com", "b-news.com", "stranger.org")]
    apart = [
        seen("a-news.com", "inner-05c6e3fe9bd8a53f", kind="dom-simhash"),
        seen("b-news.com", "inner-05c6e3fe9bd8a53c", kind="dom-simhash"),
        seen("stranger.org", "outer-05c6e3fe9bd8a53c", kind="dom-simhash"),
        seen("stranger.org", "203.0.113.77", kind="dns-a"),
        seen("b-news.com", "Straße*?", kind="site-name"),
    ]
    return batch_of(*ours, *apart, seen("stranger.org", "UA-7000001"), *looks, failed("stranger.org"))


def called(*words: str) -> tuple[int, str, str]:
    """The command in this process, which spares eighty starts: (exit code, stdout, stderr)."""
    out, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(error), pytest.raises(SystemExit) as left:
        main(words)
    told = []
    for stream in (out, error):
        stream.seek(0)
        told.append(stream.read())
    return int(left.value.code or 0), *told


@pytest.fixture
def both(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks both stores and compares the answers."""
    for place in (str(tmp_path / "a.db"), location):
        with open_store(place) as store:
            store.begin(RUN)
            store.write(filled())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def ask(*words: str, expect: int = 0) -> None:
        answers = [called(*words, "--store", place) for place in ("a.db", location)]
        told = [(code, out, error.replace("a.db", "STORE").replace(location, "STORE")) for code, out, error in answers]
        assert told[0] == told[1]
        assert told[0][0] == expect, told[0]
        assert told[0][1] or told[0][2] or words[0] in ("verdict", "export")

    return ask


def test_they_answer_the_same(both: Ask) -> None:
    both("networks", "--format", "jsonl")
    both("networks")
    both("site", "a-news.com", "--format", "jsonl")
    both("site", "nobody.com", expect=1)
    both("find", "UA-4417920")
    both("find", "ua-44179", "--format", "jsonl")
    both("find", "STRASSE", expect=1)
    both("find", "straße*?")
    both("find", "google-analytics:ua-4417920")
    both("find", "203.0.113.64/26")
    both("find", "dom-simhash inner-05c6e3fe9bd8a53e~1", "--format", "jsonl")
    both("find", "inner-05c6e3fe9bd8a53e~0", expect=1)
    both("pivot", "a-news.com")
    both("pivot", "UA-4417920", "--format", "jsonl")
    both("pivot", "desk@a-news.example")
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


def test_reports_and_exports_are_the_same(both: Ask, location: str, tmp_path: Path) -> None:
    both("networks", "--format", "jsonl")
    both("network", "a-news.com")
    both("compare", "a-news.com", "b-news.com")
    for form in ("csv", "gexf", "jsonl"):
        both("export", "--format", form)
    for place, folder in (("a.db", "file"), (location, "server")):
        run(tmp_path, "report", "--out", folder, "--store", place, "--quiet")
    pages = [
        {path.relative_to(tmp_path / folder) for path in (tmp_path / folder).rglob("*.html")} for folder in ("file", "server")
    ]
    assert pages[0] == pages[1]
    assert len(pages[0]) > 3


def test_what_changed_is_told_by_both(location: str, tmp_path: Path) -> None:
    journal = tmp_path / "a.journal"
    looks = [("UA-1", "UA-2", "x@a.org"), ("UA-2", "UA-3", "y@a.org"), ("UA-2", "y@a.org"), ("UA-1", "UA-2", "UA-9", "y@a.org")]
    with JournalFile(journal, location) as file:
        for day, values in enumerate(looks):
            for site in ("a.org", "b.org"):
                visit(file, site, day, values)
        for sites in (("a.org", "b.org"), ("a.org", "b.org", "c.org")):
            file.save_networks([network("n1", *sites)])
    run(tmp_path, "elastic", "push", "--journal", str(journal))
    with open_store(location) as store:
        for sites in (("a.org", "b.org"), ("a.org", "b.org", "c.org")):
            store.save_networks([network("n1", *sites)])
    told = [
        run(tmp_path, "changes", "--since", "2024-05-01", "--store", place, "--format", "jsonl").stdout
        for place in (str(journal), location)
    ]
    assert told[0] == told[1]
    assert all(f'"what": "{what}"' in told[0] for what in ("added", "dropped", "swapped", "back", "joined")), told[0]


def visit(file: JournalFile, site: str, day: int, values: tuple[str, ...]) -> None:
    """A look at a site's front page."""
    at = NOON + timedelta(days=day)
    kinds = ["email" if "@" in value else "google-analytics" for value in values]
    found = [seen(site, value, kind=kind, at=at) for value, kind in zip(values, kinds, strict=True)]
    file.write(batch_of(*found, looked(site, at=at)))
    file.end_visit(site, at, at + timedelta(minutes=1))
