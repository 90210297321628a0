"""Takes a site, or a value that is about a person, out of a store's file: from every table, and from the texts of all others.

What was deleted is overwritten, in the write-ahead log too (https://www.sqlite.org/pragma.html#pragma_secure_delete).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_rows import key

FORGOTTEN = "[forgotten]"
_SHORTEST = 4
"""Characters of the shortest text that is also taken out of running texts: shorter ones are parts of words."""
_OF_SITE = ("carried", "example", "coverage", "failure", "visit", "presence", "look")
_OF_VALUE = ("carried", "example", "presence")
_AT = r"(?:@|%40|&#64;|&#x40;|\[at\]|\(at\))"


class _TrialError(Exception):
    """Undoes a trial."""


@dataclass(slots=True)
class Forgotten:
    """What was, or would be, taken out."""

    rows: int = 0
    texts: int = 0
    """Rows of others in whose texts it stood."""
    captures: set[str] = field(default_factory=set)
    """Files of captures that hold it still: they are not the store's."""


def pattern(text: str) -> re.Pattern[str]:
    """Finds a name or a value as a whole, in any case; an e-mail address also as it is written in links and against robots."""
    escaped = re.escape(text).replace("@", _AT)
    return re.compile(rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9]|\.[A-Za-z0-9])", re.I)


def site(store: SqliteStore, name: str, *, trial: bool) -> Forgotten:
    """Forgets a site: all that is known of it, and its name wherever others mention it.

    Args:
        store: open for writing.
        name: the site.
        trial: count only.
    """
    return _forget(store, name, trial=trial, whole_site=True)


def value(store: SqliteStore, text: str, *, trial: bool) -> Forgotten:
    """Forgets a value: on all sites, under every kind, inside other values and in every excerpt."""
    return _forget(store, text, trial=trial, whole_site=False)


def _forget(store: SqliteStore, text: str, *, trial: bool, whole_site: bool) -> Forgotten:
    done = Forgotten()
    with store.errors():
        store.connection.execute("PRAGMA secure_delete = ON")
    with suppress(_TrialError), store.transaction() as connection:
        _carry_out(connection, text, done, whole_site=whole_site)
        if trial:
            raise _TrialError
    if not trial:
        with store.errors():
            store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store.connection.execute("VACUUM")
            store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def _carry_out(connection: sqlite3.Connection, text: str, done: Forgotten, *, whole_site: bool) -> None:
    connection.execute("PRAGMA defer_foreign_keys = ON")
    finder = pattern(text)
    connection.create_function("found", 1, lambda cell: isinstance(cell, str) and finder.search(cell) is not None)
    connection.create_function("scrubbed", 1, lambda cell: finder.sub(FORGOTTEN, cell))
    if whole_site:
        _delete_site(connection, key(text), done)
    _delete_values(connection, key(text), done)
    _unlink(connection, text, done)
    if len(text) >= _SHORTEST:
        for table, columns in _texts(connection):
            _scrub(connection, table, columns, done)


def _delete_site(connection: sqlite3.Connection, name: str, done: Forgotten) -> None:
    row = connection.execute("SELECT id FROM site WHERE name = ?", (name,)).fetchone()
    number = row[0] if row else -1
    for table in ("example", "coverage"):
        files = connection.execute(f"SELECT DISTINCT capture_file FROM {table} WHERE site = ?", (number,))  # noqa: S608
        done.captures |= {file for (file,) in files if file}
    for table in _OF_SITE:
        done.rows += connection.execute(f"DELETE FROM {table} WHERE site = ?", (number,)).rowcount  # noqa: S608
    done.rows += connection.execute("DELETE FROM site WHERE id = ?", (number,)).rowcount
    for table, columns in _texts(connection):
        if "site" in columns:  # the crawler's queue, what is due
            done.rows += connection.execute(f'DELETE FROM "{table}" WHERE site = ?', (name,)).rowcount  # noqa: S608
    connection.execute("DELETE FROM value WHERE id NOT IN (SELECT value FROM carried)")


def _delete_values(connection: sqlite3.Connection, text: str, done: Forgotten) -> None:
    """Values that are it or have it in them: scrubbed ones would be equal, and tie strangers."""
    query = "SELECT id FROM value WHERE value = ? COLLATE NOCASE OR found(value)"
    for (number,) in connection.execute(query, (text,)).fetchall():
        files = connection.execute("SELECT DISTINCT capture_file FROM example WHERE value = ?", (number,))
        done.captures |= {file for (file,) in files if file}
        for table in _OF_VALUE:
            done.rows += connection.execute(f"DELETE FROM {table} WHERE value = ?", (number,)).rowcount  # noqa: S608
        connection.execute("DELETE FROM value WHERE id = ?", (number,))


def _unlink(connection: sqlite3.Connection, text: str, done: Forgotten) -> None:
    """Links that name it: the next clustering makes anew those that hold without it. A network's lists are mended."""
    done.rows += connection.execute("DELETE FROM link WHERE found(a) OR found(b) OR found(shared)").rowcount
    quoted = f'"{text}"'
    for table, columns in (("network", ("core", "associated", "candidates")), ("network_event", ("sites",))):
        for column in columns:
            for cut in (f"{quoted},", f",{quoted}", quoted):
                connection.execute(f"UPDATE {table} SET {column} = replace({column}, ?, '')", (cut,))  # noqa: S608
    left = "SELECT json_group_array(json(value)) FROM json_each(pointers) WHERE NOT found(value)"
    connection.execute(f"UPDATE network SET pointers = ({left}) WHERE found(pointers)")  # noqa: S608
    connection.execute("UPDATE network_event SET cause = '' WHERE found(cause)")
    connection.execute("UPDATE network SET size = json_array_length(core) + json_array_length(associated)")


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """All tables of the file with their columns of text."""
    ours = "name NOT LIKE 'sqlite_%' AND name NOT IN ('kind', 'part')"
    tables = connection.execute(f"SELECT name FROM sqlite_schema WHERE type = 'table' AND {ours}").fetchall()  # noqa: S608
    for (table,) in tables:
        columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", (table,)).fetchall()
        yield table, [name for (name,) in columns]


def _scrub(connection: sqlite3.Connection, table: str, columns: list[str], done: Forgotten) -> None:
    for column in columns:
        where = f'WHERE found("{column}")'
        sql = f'UPDATE OR IGNORE "{table}" SET "{column}" = scrubbed("{column}") {where}'  # noqa: S608  (names from the schema)
        done.texts += connection.execute(sql).rowcount
        connection.execute(f'DELETE FROM "{table}" {where}')  # noqa: S608  (those that would be equal to another row)
