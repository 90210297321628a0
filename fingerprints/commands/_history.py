"""The store of a command that needs history, and its list of what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._options import open_to_read

if TYPE_CHECKING:
    from fingerprints.stores.base import Store
    from fingerprints.stores.elasticsearch import ElasticsearchStore
    from fingerprints.stores.sqlite import SqliteStore


def opened(location: str) -> SqliteStore:
    """The store at this place.

    Raises:
        WrongCallError: there is none, or one that keeps no history.
    """
    from fingerprints.stores.base import is_address
    from fingerprints.stores.sqlite import SqliteStore

    store = _journal(location) if is_address(location) else open_to_read(location)
    if not isinstance(store, SqliteStore):
        store.close()
        raise WrongCallError(f"{location} keeps no history: re-crawls, changes and alerts need a store in an SQLite file.")
    return store


def past(location: str) -> SqliteStore | ElasticsearchStore:
    """The store at this place, to be asked what changed: Elasticsearch has what all crawls noticed.

    Raises:
        WrongCallError: there is none.
    """
    from fingerprints.stores.base import is_address
    from fingerprints.stores.elasticsearch import ElasticsearchStore

    if not is_address(location):
        return opened(location)
    store = open_to_read(location)
    assert isinstance(store, ElasticsearchStore)
    return store


def _journal(location: str) -> Store:
    """The journal of an Elasticsearch: history is kept where the crawls run."""
    from fingerprints.stores.base import StoreError
    from fingerprints.stores.elasticsearch_connection import journal_of
    from fingerprints.stores.journal import JournalFile

    try:
        return JournalFile(journal_of(location), location, create=False)
    except StoreError as error:
        raise WrongCallError(
            f"{error} The history of an Elasticsearch is in the journal of the machine that crawls into it."
        ) from error
