"""The store of a command that needs history, and its list of what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._options import open_to_read

if TYPE_CHECKING:
    from fingerprints.stores.sqlite import SqliteStore


def opened(location: str) -> SqliteStore:
    """The store at this place.

    Raises:
        WrongCallError: there is none, or one that keeps no history.
    """
    from fingerprints.stores.sqlite import SqliteStore

    store = open_to_read(location)
    if not isinstance(store, SqliteStore):
        store.close()
        raise WrongCallError(f"{location} keeps no history: re-crawls, changes and alerts need a store in an SQLite file.")
    return store
