"""When a site is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.config import ConfigError
from fingerprints.due import Due, Policy, after, policy
from fingerprints.model import Outcome
from fingerprints.retention import planned
from fingerprints.stores.history import Visit
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_due import DueTable

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
PLAN = Policy(first_days=1, fewest_days=0.5, most_days=4, changed=0.5, unchanged=2, failed_days=0.5, lost_after=5, lost_days=14)


def visited(before: Due, outcome: Outcome = Outcome.READ, changes: int = 0) -> Due:
    return after(before, Visit(before.site, NOW, NOW, outcome, "1", changes, 0), PLAN)


def days(due: Due) -> float:
    return (due.at - NOW) / timedelta(days=1)


def test_a_site_that_does_not_change_is_looked_at_less_and_less_often_up_to_the_limit() -> None:
    due = Due("a.com", NOW, 0)
    waits = []
    for _ in range(5):
        due = visited(due)
        waits.append(days(due))
    assert waits == [1, 2, 4, 4, 4]


def test_a_change_brings_it_back_sooner() -> None:
    assert days(visited(Due("a.com", NOW, 4), changes=1)) == 2
    assert days(visited(Due("a.com", NOW, 0.5), changes=1)) == 0.5


def test_priority_halves_and_doubles() -> None:
    assert [days(visited(Due("a.com", NOW, 2, priority=step))) for step in (-1, 0, 1, 3)] == [8, 4, 2, 0.5]


def test_failures_back_off_and_a_lost_site_is_asked_seldom() -> None:
    due, waits = Due("a.com", NOW, 2), []
    for _ in range(7):
        due = visited(due, Outcome.FAILED)
        waits.append(days(due))
    assert waits == [0.5, 1, 2, 4, 4, 14, 14]
    assert due.every == 2, "how often it changes is not forgotten"
    again = visited(due)
    assert (again.failures, days(again)) == (0, 0.5)


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED, Outcome.ABSENT, Outcome.REFUSED])
def test_what_gave_no_page_is_a_failure(outcome: Outcome) -> None:
    assert visited(Due("a.com", NOW, 1), outcome).failures == 1


def test_the_shipped_plan_finds_what_changes_within_three_days() -> None:
    assert policy().most_days < 3


def test_a_wrong_plan_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schedule.toml").write_text("[recrawl]\nfirst_days = -1\n")
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    with pytest.raises(ConfigError, match=r"schedule.toml, \[recrawl\] first_days: "):
        policy()
    (tmp_path / "schedule.toml").write_text("[captures]\nkeep_days = -1\n")
    with pytest.raises(ConfigError, match=r"schedule.toml, \[captures\] keep_days: "):
        planned()


def test_without_a_plan_no_capture_is_ever_deleted() -> None:
    assert planned().keeps_all


def test_the_list_in_a_store(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as store:
        table = DueTable(store)
        table.plan(["a.com", "b.com"], NOW, "new")
        table.plan(["a.com"], NOW + timedelta(days=1), "again")
        assert table.due(NOW - timedelta(seconds=1)) == []
        assert table.due(NOW) == ["a.com", "b.com"]
        table.edit("b.com", priority=9)
        assert table.due(NOW) == ["b.com", "a.com"]
        table.edit("a.com", dropped=True)
        assert table.due(NOW) == ["b.com"]
        assert table.edit("c.com", priority=1) is None
        table.begin(["b.com"], NOW)
        table.begin(["b.com"], NOW + timedelta(hours=1))
        begun = table.of("b.com")
        assert begun is not None
        assert begun.begun == NOW, "a visit that was broken off began when it began"
