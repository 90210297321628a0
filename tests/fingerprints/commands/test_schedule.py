"""What a round of the scheduler does when the server of its store is down."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fingerprints.commands import recrawl, schedule
from fingerprints.stores.elasticsearch import ElasticsearchStore
from fingerprints.stores.elasticsearch_connection import journal_of
from fingerprints.stores.journal import JournalFile

NOW = "2024-06-01T12:00:00+00:00"


@pytest.fixture
def location(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A server that is not there, and the journal of the crawls into it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ElasticsearchStore.__init__, "__kwdefaults__", {"create": True, "patience": 0.0})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = f"http://127.0.0.1:{taken.getsockname()[1]}"
    JournalFile(journal_of(found), found).close()
    return found


@pytest.mark.parametrize("code", [0, 1])
def test_alerts_that_need_the_journal_alone_go_out_while_the_server_is_down(
    location: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recrawl, "run", lambda *_, **__: code)
    ended, problem = schedule._round(location, {}, ["networks", "alerts"], NOW, quiet=False)
    assert ended == code
    assert problem.startswith("Networks are as they were: ")
    assert location.removeprefix("http://") in problem
    told = capsys.readouterr().err
    assert "There are no rules" in told
    assert "Networks are as they were" in " ".join(told.split())


def test_a_crawl_that_was_stopped_is_followed_by_nothing(
    location: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recrawl, "run", lambda *_, **__: 130)
    assert schedule._round(location, {}, ["networks", "alerts"], NOW, quiet=False) == (130, "")
    assert capsys.readouterr().err == ""
