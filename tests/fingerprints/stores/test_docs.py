"""docs/store.md is true: its example runs, and its tables are those of the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fingerprints.stores.sqlite import SqliteStore
from tests.fingerprints.stores.samples import batch_of, seen

TEXT = (Path(__file__).parents[3] / "docs" / "store.md").read_text("utf-8")


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("monday.db", "UA-1"), ("tuesday.db", "UA-2")):
        with SqliteStore(name) as store:
            store.write(batch_of(seen("a.example", value)))
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "docs/store.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "carried a.example google-analytics UA-1: only in the first store",
        "carried a.example google-analytics UA-2: only in the second store",
    ]


def test_every_table_is_described(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as store:
        tables = {name for (name,) in store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    described = {
        name for line in TEXT.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert described == tables
