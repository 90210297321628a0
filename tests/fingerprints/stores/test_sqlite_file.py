"""The file of a SQLite store: what is recognised, what is refused and with which sentence, and that nothing stored is lost."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from fingerprints.model import Role, State
from fingerprints.stores.base import Batch, StoreError, open_store
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_schema import ROLES, STATES
from tests.fingerprints.stores.samples import RUN, batch_of, looked, network, seen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a store with something in it, closed."""
    path = tmp_path / "samehand.db"
    with SqliteStore(path) as store:
        fill(store)
    return path


def fill(store: SqliteStore) -> None:
    """A little of everything."""
    store.begin(RUN)
    store.write(batch_of(seen("a.example", "UA-1"), seen("b.example", "UA-1"), looked("a.example")))
    store.save_networks([network("N1", "a.example", "b.example")])


def large(number: int) -> Batch:
    """About a megabyte, different for each number."""
    return batch_of(*(seen(f"site-{number}.example", f"UA-{number}-{value}", excerpt="x" * 900) for value in range(1000)))


def interrupted(store: SqliteStore, site: str) -> None:
    """Writes, and is interrupted before the transaction's end."""
    with store.transaction():
        store.write(batch_of(seen(site, "UA-3")))
        raise KeyboardInterrupt


def undone(store: SqliteStore) -> None:
    """Writes, and then the transaction is rolled back, as SQLite does by itself on some errors."""
    store.write(large(2))
    store.connection.execute("ROLLBACK")


def values(store: SqliteStore) -> list[tuple[str, str]]:
    """What the store holds, in short."""
    return [(one.site, one.value) for one in store.carried()]


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder that everybody may read and, inside the block, a user for whom permissions count: root may do anything."""
    folder = Path(tempfile.mkdtemp(prefix="samehand-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        for entry in (folder, *folder.iterdir()):
            entry.chmod(0o755)
        shutil.rmtree(folder)


def give_up_root() -> None:
    """From here on permissions count."""
    if os.geteuid() == 0:
        os.seteuid(65534)  # nobody, by custom


def test_closing_leaves_one_file_and_opening_finds_all_of_it(path: Path) -> None:
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    with open_store(str(path), create=False) as store:
        assert [one.site for one in store.carried()] == ["a.example", "b.example"]
        assert list(store.runs()) == [RUN]
        assert [one.id for one in store.networks()] == ["N1"]


def test_closing_twice_is_no_error(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    store.close()


def test_numbers_of_roles_and_states_are_part_of_the_format() -> None:
    """Add to the end, or write a migration: files that exist hold these numbers, and Observation.strength compares them."""
    names = ["front", "article", "about", "robots", "ads-txt", "feed", "sitemap", "favicon", "container", "other"]
    assert [role.value for role in ROLES][: len(names)] == names
    assert [seen("a.example", "x", role=role).strength[1] for role in Role] == list(range(len(ROLES)))
    assert [state.value for state in STATES] == ["seen", "commented", "copied"]
    assert [state.rank for state in STATES] == list(range(len(State)))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.db", None, "There is no store at {path}. Make one with samehand read or samehand crawl."),
        ("empty.db", b"", "{path} is empty. Make a store with samehand read or samehand crawl."),
        (
            "text.db",
            b"a text that is long enough to have the length of a header " * 20,
            "{path} is no store: it is not an SQLite",
        ),
        ("header.db", b"SQLite format 3\0" + b"x" * 2000, "{path} is no store: it is not an SQLite database. Name another path."),
    ],
)
def test_a_reader_is_told_what_is_not_a_store(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="^" + re.escape(sentence.format(path=path))):
        SqliteStore(path, create=False)
    assert (path.read_bytes() if path.exists() else None) == content


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with SqliteStore(path) as store:
        fill(store)
        assert len(values(store)) == 2


@pytest.mark.parametrize("number", [0, 252006674], ids=["without an id", "with an id of its own"])
def test_another_applications_database_is_left_alone(tmp_path: Path, number: int) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(f"PRAGMA application_id = {number}")
        theirs.execute("CREATE TABLE site (name TEXT)")
        theirs.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"theirs.db is no store: it is another application's database. Name another path.$"):
        SqliteStore(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_what_is_not_a_database_is_left_alone_however_short(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "seeds.txt"
    path.write_text("a.example\n")
    with pytest.raises(StoreError, match="is no store: it is not an SQLite database"):
        SqliteStore(path, create=create)
    assert path.read_text() == "a.example\n"


def test_a_folder_and_a_device_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "pipe"):
        with pytest.raises(StoreError, match=r"is a folder or a device, and a store is one file. Name a file.$"):
            SqliteStore(tmp_path / name)
    with pytest.raises(StoreError, match=r"There is no folder .*nowhere for the store. Make it, or name another path.$"):
        SqliteStore(tmp_path / "nowhere" / "a.db")


def test_a_newer_store_is_refused_and_left_as_it_is(path: Path) -> None:
    with SqliteStore(path) as store:
        store.connection.execute("UPDATE part SET version = 99 WHERE name = 'store'")
    before = path.read_bytes()
    sentence = r"was written by a newer version of Samehand \(store 99, this one knows \d+\). Install the newer version, or name"
    with pytest.raises(StoreError, match=sentence):
        SqliteStore(path)
    assert path.read_bytes() == before


QUEUE = (
    "CREATE TABLE queue (url TEXT);\nINSERT INTO queue VALUES ('https://a.example/;'); INSERT INTO queue VALUES ('b');",
    "ALTER TABLE queue ADD COLUMN due INTEGER NOT NULL DEFAULT 7;",
)


def test_an_older_part_is_migrated_with_nothing_lost(path: Path) -> None:
    with SqliteStore(path) as store:
        store.ensure_schema("queue", 1, QUEUE[:1])
        before = values(store)
    with SqliteStore(path) as store:
        store.ensure_schema("queue", 2, QUEUE)
        store.ensure_schema("queue", 2, QUEUE)
        assert store.connection.execute("SELECT * FROM queue").fetchall() == [("https://a.example/;", 7), ("b", 7)]
        assert values(store) == before


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    broken = (QUEUE[0], "DELETE FROM queue;\nCREATE TABLE done (url TEXT);\nINSERT INTO missing VALUES (1);")
    with SqliteStore(path) as store:
        store.ensure_schema("queue", 1, QUEUE[:1])
        with pytest.raises(StoreError, match="no such table: missing"):
            store.ensure_schema("queue", 2, broken)
    with SqliteStore(path) as store:
        store.ensure_schema("queue", 2, QUEUE)
        assert store.connection.execute("SELECT count(*) FROM queue").fetchone() == (2,)


def test_a_script_that_ends_in_the_middle_is_a_mistake_of_ours(path: Path) -> None:
    with SqliteStore(path) as store:
        with pytest.raises(ValueError, match="ends inside a statement: CREATE TABLE"):
            store.ensure_schema("queue", 1, ("CREATE TABLE queue (url TEXT)",))
        with pytest.raises(ValueError, match="version 2 needs as many scripts, and there are 1"):
            store.ensure_schema("queue", 2, QUEUE[:1])


def test_a_transaction_holds_all_or_nothing(path: Path) -> None:
    with SqliteStore(path) as store:
        before = values(store)
        with pytest.raises(KeyboardInterrupt):
            interrupted(store, "c.example")
        assert values(store) == before
        with store.transaction() as connection:
            store.write(batch_of(seen("c.example", "UA-3")))
            connection.execute("DELETE FROM run")
        assert (len(values(store)), list(store.runs())) == (len(before) + 1, [])


def test_an_inner_transaction_that_fails_takes_nothing_with_it(path: Path) -> None:
    with SqliteStore(path) as store:
        with store.transaction():
            store.write(batch_of(seen("c.example", "UA-3")))
            with pytest.raises(KeyboardInterrupt):
                interrupted(store, "d.example")
            store.write(batch_of(seen("e.example", "UA-5")))
        assert [site for site, _ in values(store)] == ["a.example", "b.example", "c.example", "e.example"]


@pytest.mark.parametrize("nested", [False, True])
def test_a_full_disk_stores_the_batch_not_at_all(path: Path, nested: bool) -> None:
    with SqliteStore(path) as store:
        store.write(large(1))
        before = values(store)
        (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
        store.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        outer = store.transaction() if nested else nullcontext()
        with pytest.raises(StoreError, match=r"^The disk is full: .*samehand.db cannot grow. Free some space and run"), outer:
            store.write(large(2))
        assert values(store) == before
        store.connection.execute("PRAGMA max_page_count = 1000000")
        store.write(large(2))
        assert len(values(store)) == len(before) + 1000
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_that_undid_everything_is_not_passed_over(path: Path) -> None:
    with SqliteStore(path) as store:
        before = values(store)
        with pytest.raises(StoreError, match="an error undid the transaction before its end"), store.transaction():
            undone(store)
        assert values(store) == before


def test_another_writer_is_waited_for_and_then_named(path: Path) -> None:
    with SqliteStore(path) as one, SqliteStore(path, timeout=0.05) as other:
        with one.transaction():
            one.write(batch_of(seen("c.example", "UA-3")))
            with pytest.raises(StoreError, match=r"^Another process is writing to .*samehand.db and holds it. Wait until it has"):
                other.write(batch_of(seen("d.example", "UA-4")))
            assert len(values(other)) == 2, "a reader sees what was stored before"
        other.write(batch_of(seen("d.example", "UA-4")))
        assert len(values(one)) == 4


def test_a_read_only_file_can_be_read_and_not_written() -> None:
    with as_nobody() as folder:
        path = folder / "samehand.db"
        with SqliteStore(path) as store:
            fill(store)
        path.chmod(0o444)
        folder.chmod(0o777)
        give_up_root()
        with SqliteStore(path, create=False) as store:
            assert len(values(store)) == 2
            with pytest.raises(StoreError, match=r"samehand.db is read-only. Get permission to write the file and its folder"):
                store.write(batch_of(seen("c.example", "UA-3")))
            assert len(values(store)) == 2


def test_a_read_only_folder_is_named() -> None:
    with as_nobody() as folder:
        with SqliteStore(folder / "samehand.db") as store:
            fill(store)
        (folder / "secret.db").touch(mode=0)
        (folder / "locked").mkdir(mode=0)
        folder.chmod(0o555)
        give_up_root()
        for name in ("samehand.db", "new.db", "secret.db", "locked/a.db"):
            with pytest.raises(StoreError, match=rf"{name} (cannot be opened|is read-only).* permission"):
                SqliteStore(folder / name)


def test_a_damaged_store_says_so(path: Path) -> None:
    with SqliteStore(path) as store:
        store.write(large(1))
    content = bytearray(path.read_bytes())
    for start in range(4096 * 40, len(content) - 4096, 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    with SqliteStore(path) as store, pytest.raises(StoreError, match=r"samehand.db is damaged \(.*\). Put a copy of it back, or"):
        list(store.carried())


def test_a_store_that_was_cut_short_says_so(path: Path) -> None:
    with SqliteStore(path) as store:
        store.write(large(1))
    os.truncate(path, path.stat().st_size // 3)
    with pytest.raises(StoreError, match="is damaged"), SqliteStore(path) as store:
        list(store.carried())
