"""A large store is read by two processes that see one moment, and by one where two cannot be had."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fingerprints.model import State
from fingerprints.stores import sqlite_aside
from fingerprints.stores.base import Batch, Matrix
from fingerprints.stores.sqlite import SqliteStore
from tests.fingerprints.made_stores import observation


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    opened = SqliteStore(tmp_path / "a.db")
    states = (State.SEEN, State.COPIED)
    made = (
        observation(f"{site}.com", "email", f"{site % 7}@{value}.com", states[site % 2], day=site)
        for site in range(50)
        for value in range(9)
    )
    opened.write(Batch(observations=tuple(made)))
    return opened


def _equal(one: Matrix, other: Matrix) -> bool:
    arrays = ("site", "value", "state", "first", "last")
    same = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    return same and (one.sites, one.values) == (other.sites, other.values)


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_aside, "_WORTH_VALUES", 1)
    monkeypatch.setattr(sqlite_aside.os, "cpu_count", lambda: 2)


def test_two_processes_read_what_one_does(store: SqliteStore, two_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    both = store.matrix()
    assert len(both.site) == 450
    assert not store.connection.in_transaction
    monkeypatch.setattr(sqlite_aside, "_WORTH_VALUES", 10**9)
    assert _equal(both, store.matrix())
    monkeypatch.setattr(sqlite_aside, "_IDS", 2)
    assert _equal(both, store.matrix())


def test_what_is_written_while_it_is_read_is_seen_by_neither(store: SqliteStore, two_processes: None) -> None:
    with sqlite_aside.begun(store.path, store.connection) as aside:
        assert aside is not None
        with SqliteStore(store.path) as other:
            other.write(Batch(observations=(observation("new.com", "email", "new@new.com"),)))
        found = aside.entries()
        assert found is not None
        assert 0 < len(found) < 450
        assert len(found) + len(sqlite_aside.entries(store.connection, 0, aside.begin)) == 450
        assert store.connection.execute("SELECT count(*) FROM carried").fetchone() == (450,)
    assert len(store.matrix().site) == 451


def test_a_store_that_is_being_written_is_read_by_one(
    store: SqliteStore, two_processes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_aside, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with sqlite_aside.begun(store.path, store.connection) as aside:
            assert aside is None
        assert len(store.matrix().site) == 450


def test_another_process_that_ends_is_no_fault(store: SqliteStore, two_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert len(store.matrix().site) == 450
