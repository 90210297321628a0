"""Address → autonomous system, from a table on disk. `samehand hosting refresh` fetches one; without it, AS numbers are unknown.

Two forms of text are read: start, end, AS number, country, name with tabs between (https://iptoasn.com/, public domain), and
start, end, AS number, name with commas (the CSV files of ip-location-db); either may be gzipped. refresh() keeps arrays.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np

from fingerprints.config import ConfigError

MOST_BYTES = 400_000_000
"""Unpacked bytes of a table; today's have about 40 million."""
_V6 = 1 << 32


class TableError(ConfigError):
    """A table that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who announces an address."""

    number: int
    name: str
    country: str
    """Two letters, or empty where the table has none."""


class AsTable:
    """Ranges of addresses, sorted. IPv6 ranges are kept by their first 64 bits: nobody announces longer prefixes."""

    def __init__(self, arrays: dict[str, Any] | None = None, made: str = "") -> None:
        self.made = made
        """The day of the table (ISO 8601); empty without one."""
        self._arrays = arrays

    @property
    def ranges(self) -> int:
        """How many ranges it has."""
        return len(self._arrays["start"]) if self._arrays else 0

    def of(self, address: str) -> Place | None:
        """The place of an address; None when the table has none for it."""
        if self._arrays is None:
            return None
        value = np.uint64(_key(address))
        index = int(np.searchsorted(self._arrays["start"], value, side="right")) - 1
        if index < 0 or self._arrays["end"][index] < value or not self._arrays["number"][index]:
            return None
        name = str(self._arrays["names"][self._arrays["name"][index]])
        return Place(int(self._arrays["number"][index]), name, str(self._arrays["country"][index]))

    def save(self, path: Path) -> None:
        """Writes the arrays; replaced in one step, so that a crawl that reads sees the old or the new one.

        Raises:
            OSError: it cannot be written.
        """
        assert self._arrays is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_name(path.name + ".new")
        with waiting.open("wb") as file:
            np.savez_compressed(file, made=np.array(self.made), **self._arrays)
        waiting.replace(path)


def load(path: Path) -> AsTable:
    """A table from a file.

    Raises:
        TableError: it cannot be read.
    """
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in ("start", "end", "number", "name", "country", "names")}
                return AsTable(arrays, str(stored["made"]))
        return parse(path.read_bytes(), "")
    except TableError:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise TableError(f"The AS table {path} cannot be read: {error}. Fetch it anew: samehand hosting refresh.") from None


def parse(data: bytes, made: str) -> AsTable:
    """A table from text.

    Raises:
        TableError: it holds no ranges, or is too large.
    """
    names: dict[str, int] = {}
    rows: list[tuple[int, int, int, int, str]] = []
    for start, end, number, country, name in _rows(_text(data)):
        try:
            rows.append((_key(start), _key(end), int(number), names.setdefault(name[:80], len(names)), country[:2]))
        except ValueError:
            continue
    if not rows:
        raise TableError("The AS table has no line of the form: start, end, AS number, country, name.")
    rows.sort()
    arrays = {
        "start": np.array([row[0] for row in rows], dtype=np.uint64),
        "end": np.array([row[1] for row in rows], dtype=np.uint64),
        "number": np.array([row[2] for row in rows], dtype=np.uint32),
        "name": np.array([row[3] for row in rows], dtype=np.uint32),
        "country": np.array([row[4] for row in rows], dtype="U2"),
        "names": np.array(list(names)),
    }
    return AsTable(arrays, made)


def _text(data: bytes) -> str:
    if data.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(data)) as packed:
            try:
                data = packed.read(MOST_BYTES + 1)
            except (OSError, EOFError) as error:
                raise TableError(f"The AS table is a broken gzip file: {error}.") from None
    if len(data) > MOST_BYTES:
        raise TableError(f"The AS table is larger than {MOST_BYTES} bytes.")
    return data.decode("utf-8", "replace")


def _rows(text: str) -> Iterator[tuple[str, str, str, str, str]]:
    tabs = "\t" in text[:1000]
    for row in csv.reader(
        io.StringIO(text), delimiter="\t" if tabs else ",", quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL
    ):
        if len(row) >= 5:
            yield row[0], row[1], row[2], row[3] if row[3] != "None" else "", row[4]
        elif len(row) == 4:
            yield row[0], row[1], row[2], "", row[3]


def _key(text: str) -> int:
    """IPv4 addresses below 2^32, IPv6 ones by their first 64 bits above them (those in use begin at 2000::)."""
    address = ip_address(text.strip())
    return int(address) if address.version == 4 else max(_V6, int(address) >> 64)
