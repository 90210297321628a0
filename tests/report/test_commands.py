"""The desk's commands as a user calls them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store_of(tmp_path, {site: [("adsense", "pub-4827150936620417")] for site in ("a-post.com", "b-post.net")}).close()
    return tmp_path


def test_a_report_is_written_and_says_where_it_is(folder: Path) -> None:
    done = run(folder, "report", "a-post.com", "--store", "made.db", "--out", "desk", "--case", "Relay")
    assert "1 network and 2 sites: open desk/index.html" in done.stderr
    assert "Relay" in (folder / "desk/index.html").read_text("utf-8")


def test_a_network_that_is_not_there_is_said_to_be_none(folder: Path) -> None:
    done = run(folder, "report", "nobody.com", "--store", "made.db", "--out", "desk", expect=1)
    assert "nobody.com is no network's id" in done.stderr


def test_an_unknown_format_names_those_that_there_are(folder: Path) -> None:
    assert "adblock, blocklist, csv" in run(folder, "export", "--format", "word", "--store", "made.db", expect=2).stderr


def test_an_export_comes_back_as_seeds(folder: Path) -> None:
    run(folder, "export", "--format", "misp", "--store", "made.db", "--out", "event.json")
    assert run(folder, "import", "event.json").stdout.split() == ["a-post.com", "b-post.net"]


def test_the_doctor_knows_every_extra(folder: Path) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    told = run(folder, "doctor", "--store", "made.db").stdout
    assert [extra for extra in project["optional-dependencies"] if extra not in ("build", "dev") and extra not in told] == []


def test_the_doctor_says_what_is_wrong(folder: Path) -> None:
    told = run(folder, "doctor", "--store", "made.db").stdout
    assert "2 sites" in told
    assert "to do  who asks" in told
    (folder / "mine").mkdir()
    (folder / "mine/crawl.toml").write_text('[politeness]\nuser_agent = "Desk (+https://desk.org)"\n')
    assert "good   who asks    Desk (+https://desk.org)" in run(folder, "doctor", SAMEHAND_CONFIG="mine").stdout
    (folder / "broken.db").write_text("no store, though there is something in it")
    assert "WRONG" in run(folder, "doctor", "--store", "broken.db", expect=1).stdout
