"""A store that several processes have open: readers while one writes, a writer that is killed, two writers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fingerprints.stores.sqlite import SqliteStore
from tests.fingerprints.stores.writer import VALUES

ROOT = Path(__file__).parents[3]


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Starts a process that writes."""
    command = [sys.executable, "-m", "tests.fingerprints.stores.writer", str(path), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def whole_batches(store: SqliteStore) -> int:
    """How many batches the store holds, all of them whole."""
    matrix = store.matrix()
    assert np.bincount(matrix.site, minlength=len(matrix.sites)).tolist() == [VALUES] * len(matrix.sites)
    for summary in store.sites():
        assert (summary.values, summary.documents) == (VALUES, {"read": 1})
    return len(matrix.sites)


def test_a_reader_sees_whole_batches_while_another_process_writes(tmp_path: Path) -> None:
    path, count, seen = tmp_path / "a.db", 150, []
    with writer(path, "site", count) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        with SqliteStore(path, create=False) as store:
            while process.poll() is None:
                seen.append(whole_batches(store))
            seen.append(whole_batches(store))
        assert process.stdout.read().split()[-1:] == [str(count - 1)]
    assert seen == sorted(seen)
    assert seen[0] >= 1
    assert seen[-1] == count


def test_a_writer_that_is_killed_leaves_a_whole_store(tmp_path: Path) -> None:
    path, stored = tmp_path / "a.db", 0
    for number, acknowledged in enumerate((1, 7, 40)):
        with writer(path, f"run-{number}", 100_000) as process:
            assert process.stdout is not None
            for _ in range(acknowledged):
                assert process.stdout.readline()
            process.kill()
        with SqliteStore(path) as store:
            assert whole_batches(store) >= stored + acknowledged
            assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            stored = whole_batches(store)


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path, count = tmp_path / "a.db", 60
    both = [writer(path, name, count) for name in ("one", "two")]
    for process in both:
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
    with SqliteStore(path) as store:
        assert whole_batches(store) == 2 * count


@pytest.mark.parametrize("attempt", range(2))
def test_several_processes_may_make_one_store_at_once(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "new.db"
    everybody = [writer(path, f"process-{number}", 1) for number in range(4)]
    for process in everybody:
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
    with SqliteStore(path) as store:
        assert whole_batches(store) == len(everybody)
