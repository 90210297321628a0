"""What people see of changes and of the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.due import Due
from fingerprints.model import Coverage, Outcome, Role
from fingerprints.stores.base import Batch
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_due import DueTable
from tests.fingerprints.samehand import rows, run
from tests.fingerprints.stores.samples import network, seen

THEN = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with SqliteStore(tmp_path / "samehand.db") as store:
        for site in ("a.com", "b.com"):
            for number, value in enumerate(("UA-1", "UA-2\x1b[2J")):
                at = THEN + timedelta(days=number)
                look = Coverage(site, Role.FRONT, f"https://{site}/", Outcome.READ, at, "1", "", 200)
                store.write(Batch((replace(seen(site, value, at=at), role=Role.FRONT),), (look,)))
                store.end_visit(site, at, at)
        store.save_networks([network("N1", "a.com", "c.com")])
        store.save_networks([network("N1", "a.com", "b.com", "c.com")])
        table = DueTable(store)
        table.put(Due("a.com", THEN, 1.0, why="nothing changed at the last look"))
        table.put(Due("b.com", THEN + timedelta(days=40_000), 1.0, failures=3, why="no page 3 times in a row (failed)"))
    return tmp_path


def test_changes_tell_sites_networks_and_what_happened_at_once(folder: Path) -> None:
    found = rows(folder, "changes", "--since", "2024-06-01")
    assert sorted((row["type"], row["what"], row["site"], *row["sites"]) for row in found) == [
        ("network", "joined", "", "b.com"),
        ("site", "swapped", "a.com"),
        ("site", "swapped", "b.com"),
        ("together", "swapped", "", "a.com", "b.com"),
    ]
    table = run(folder, "changes", "--since", "2024-06-01", "--site", "a.com", COLUMNS="200").stdout
    assert "UA-1 → UA-2" in table
    assert "\x1b" not in table


def test_nothing_new_is_said(folder: Path) -> None:
    assert run(folder, "changes", "--since", "1d").stdout.startswith("Nothing changed.")


def test_a_wrong_time_is_one_sentence(folder: Path) -> None:
    stderr = run(folder, "changes", "--since", "yesterday", expect=2).stderr
    assert stderr.strip() == "samehand: --since 'yesterday' is no time. Give one such as 2024-05-01, 2024-05-01T12:00 or 3d."


def test_the_queue_is_shown_and_edited(folder: Path) -> None:
    assert [(row["site"], row["state"], row["failures"]) for row in rows(folder, "queue")] == [
        ("a.com", "due", 0),
        ("b.com", "waiting", 3),
    ]
    (row,) = rows(folder, "queue", "b.com", "--now", "--priority", "2")
    assert (row["state"], row["priority"], row["why"]) == ("due", 2, "a person asked for it now")
    (row,) = rows(folder, "queue", "a.com", "--drop")
    assert row["state"] == "dropped"
    (row,) = rows(folder, "queue", "a.com", "--back")
    assert row["state"] == "due"
    assert "c.com is not on the list" in run(folder, "queue", "c.com", "--drop", expect=1).stderr
