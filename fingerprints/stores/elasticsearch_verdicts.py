"""What investigators decided, in an index of Elasticsearch that only grows and that no crawl and no clustering writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fingerprints.stores.base import StoreError
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import identity, text_of
from fingerprints.stores.elasticsearch_read import sources
from fingerprints.stores.elasticsearch_schema import nest

_INDEX = "verdicts"


def read(location: str) -> list[dict[str, Any]]:
    """The rows of all verdicts, oldest first, as append() takes them.

    Raises:
        StoreError: the server cannot be asked.
    """
    connection = Connection(location)
    try:
        return rows(connection)
    finally:
        connection.close()


def rows(connection: Connection) -> list[dict[str, Any]]:
    """As read(), over a connection that is open."""
    connection.ask("POST", path(connection.name(_INDEX), "_refresh"), allowed=(403, 404))
    found = sources(connection, (_INDEX,), {"match_all": {}}, ["@timestamp", "samehand.on", "samehand.verdict", "user.name"])
    return [
        {
            "on": source["samehand.on"],
            "about": source["samehand.about"],
            "answer": source["samehand.verdict"],
            "by": source["user.name"],
            "at": source["@timestamp"],
            "note": source["samehand.note"],
        }
        for source in found
    ]


def reviewed(connection: Connection) -> set[str]:
    """Sites on which a verdict holds."""
    latest = {row["about"][0]: row["answer"] for row in rows(connection) if row["on"] == "site"}
    return {site for site, answer in latest.items() if answer != "undone"}


def append(location: str, row: Mapping[str, Any], at: datetime) -> None:
    """Keeps one verdict; the same one again changes nothing.

    Args:
        location: see elasticsearch_connection.address.
        row: on, about, answer, by and note as fingerprints.verdicts.as_row makes them.
        at: when it was given.

    Raises:
        StoreError: it could not be kept.
    """
    on, about, when = str(row["on"]), list(row["about"]), text_of(at)
    source: dict[str, Any] = {
        "@timestamp": when,
        "user.name": row["by"],
        "samehand.on": on,
        "samehand.about": about,
        "samehand.verdict": str(row["answer"]),
        "samehand.note": row["note"],
    }
    if on in ("site", "link"):
        source["url.domain"] = about
    elif on == "network":
        source["samehand.network.id"] = about[0]
    else:
        source["samehand.key"] = " ".join(about)
    name = identity(on, *about, str(row["answer"]), str(row["by"]), when)
    connection = Connection(location)
    try:
        where = path(connection.name(_INDEX), "_create", name) + "?require_alias=true"
        answer = connection.ask("PUT", where, nest(source), allowed=(400, 404, 409))
    finally:
        connection.close()
    error = answer.get("error", {})
    if error and answer.get("status") != 409:
        raise StoreError(f"Elasticsearch has no place for verdicts ({error.get('type')}). samehand elastic init makes it.")
