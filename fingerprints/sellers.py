"""The local copy of sellers.json files: whom an advertising exchange pays for an account that an ads.txt names.

IAB Tech Lab, sellers.json 1.0: https://iabtechlab.com/sellers-json/. `samehand sellers refresh` fetches them; the largest have
more than a million rows, so that they are kept as a table in one SQLite file. Without that file nothing is known of any seller.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fingerprints.sites import NotASiteError, site_of_host

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (exchange TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, sellers INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS seller (
    exchange TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, domain TEXT NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (exchange, id)
) WITHOUT ROWID;
"""
_LIST = re.compile(r'"sellers"\s{0,99}:\s{0,99}\[')
_BETWEEN = re.compile(r"[\s,]{0,1000}")
_MOST_ROWS = 5_000_000
_LONGEST = 300


class SellerType(StrEnum):
    """Who gets the money: seller_type of the specification."""

    PUBLISHER = "PUBLISHER"
    """The account's owner owns the site."""
    INTERMEDIARY = "INTERMEDIARY"
    """It sells for others."""
    BOTH = "BOTH"


_TYPES = frozenset(one.value for one in SellerType)


class Seller(NamedTuple):
    """One account of an exchange."""

    name: str
    """Legal name; empty where the exchange keeps it confidential."""
    domain: str
    """Registrable domain of the business; empty where it is not told."""
    type: SellerType
    fetched: str
    """Day on which the exchange's file was fetched (ISO 8601)."""


class SellersError(ValueError):
    """A file that is no sellers.json; the message says why."""


def place() -> Path:
    """Where the copy lies: what SAMEHAND_SELLERS names, else in the user's folder of data."""
    named = os.environ.get("SAMEHAND_SELLERS")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(named) if named else Path(base) / "samehand" / "sellers.sqlite"


def keep(path: Path, exchange: str, data: bytes, at: datetime) -> int:
    """Puts an exchange's file in the place of the one that was kept of it.

    Args:
        path: of the copy; made where it is not there.
        exchange: its domain, as ads.txt names it.
        data: the file.
        at: when it was fetched.

    Returns:
        How many sellers it names.

    Raises:
        SellersError: it is no sellers.json; the old one stays.
        OSError, sqlite3.Error: the copy cannot be written.
    """
    rows = {row[0]: row for row in _rows(data)}
    if not rows:
        raise SellersError("it names no seller.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(_SCHEMA)
        base.execute("DELETE FROM seller WHERE exchange = ?", (exchange,))
        base.executemany("INSERT INTO seller VALUES (?, ?, ?, ?, ?)", ((exchange, *row) for row in rows.values()))
        base.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (exchange, at.date().isoformat(), len(rows)))
    return len(rows)


def exchanges(path: Path) -> dict[str, tuple[str, int]]:
    """Each exchange of the copy with the day on which its file was fetched and how many sellers it names."""
    base = _open(path)
    if base is None:
        return {}
    found = base.execute("SELECT exchange, fetched_at, sellers FROM file ORDER BY exchange")
    return {exchange: (day, count) for exchange, day, count in found}


def known_exchange(exchange: str) -> bool:
    """Whether the copy has this exchange's file, so that it follows from a missing account that there is none."""
    return exchange in _known(place())


def look_up(exchange: str, account: str) -> Seller | None:
    """The owner of an account, or None where the copy does not know it."""
    path = place()
    day = _known(path).get(exchange)
    base = _open(path)
    if day is None or base is None:
        return None
    row = base.execute("SELECT name, domain, type FROM seller WHERE exchange = ? AND id = ?", (exchange, account)).fetchone()
    return Seller(row[0], row[1], SellerType(row[2]), day[0]) if row else None


@cache
def _open(path: Path) -> sqlite3.Connection | None:
    """A connection that only reads, one a process; a copy that is renewed meanwhile is read as it then is."""
    if not path.is_file():
        return None
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)


@cache
def _known(path: Path) -> dict[str, tuple[str, int]]:
    return exchanges(path)


def _rows(data: bytes) -> Iterator[tuple[str, str, str, str]]:
    """(id, name, domain, type) of each seller. The list is read row by row: as a whole it would take ten times its size."""
    text = data.decode("utf-8-sig", "replace")
    start = _LIST.search(text)
    if start is None:
        raise SellersError('it has no list "sellers".')
    decoder = json.JSONDecoder()
    at = start.end()
    for _ in range(_MOST_ROWS):
        space = _BETWEEN.match(text, at)
        at = space.end() if space else at
        if text[at : at + 1] in ("]", ""):
            return
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise SellersError(f"it is no JSON at character {at}: {error}.") from None
        row = _row(entry)
        if row:
            yield row


def _row(entry: Any) -> tuple[str, str, str, str] | None:
    if not isinstance(entry, dict):
        return None
    account, kind = str(entry.get("seller_id", "")).strip(), str(entry.get("seller_type", "")).strip().upper()
    if not account or len(account) > _LONGEST or kind not in _TYPES:
        return None
    hidden = str(entry.get("is_confidential", 0)) not in ("0", "False", "false")
    name = "" if hidden else " ".join(str(entry.get("name") or "").split())[:_LONGEST]
    return account, name, "" if hidden else _site(str(entry.get("domain") or "")), kind


def _site(domain: str) -> str:
    host = domain.strip().lower().removeprefix("https://").removeprefix("http://").split("/", 1)[0]
    try:
        return site_of_host(host)
    except NotASiteError:
        return ""
