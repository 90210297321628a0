"""Reading in pages of bounded size, all of one moment: a point in time is opened when one page is not enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fingerprints.stores.base import StoreError
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import Source
from fingerprints.stores.elasticsearch_schema import flatten

PAGE = 1000
_BUCKETS = 10_000
"""Of one page of an aggregation: each page costs the server about the same. It gives 65,536 at the most (search.max_buckets)."""
_KEEP = "5m"
"""How long a point in time is kept from one page to the next."""
_FILTER = "filter_path=pit_id,hits.hits._source,hits.hits.sort"


class PointInTime:
    """What some indices hold at one moment."""

    def __init__(self, connection: Connection, *indices: str) -> None:
        self._connection = connection
        where = path(connection.name(*indices), "_pit") + f"?keep_alive={_KEEP}&ignore_unavailable=true"
        self.id: str = connection.ask("POST", where)["id"]

    def search(self, body: dict[str, Any], filtered: str = _FILTER) -> Any:
        """One search in it."""
        answer = self._connection.ask("POST", f"/_search?{filtered}", {**body, "pit": {"id": self.id, "keep_alive": _KEEP}})
        self.id = answer.get("pit_id", self.id)
        return answer

    def close(self) -> None:
        """Gives it back; a server that is gone has forgotten it anyway."""
        try:
            self._connection.once("DELETE", "/_pit", {"id": self.id}, allowed=(404,))
        except StoreError:
            return


def sources(
    connection: Connection, indices: Sequence[str], query: dict[str, Any], sort: Sequence[str | dict[str, str]]
) -> Iterator[Source]:
    """The documents that match, in order, as their fields by dotted name. `sort` gives each document a place of its own."""
    body = {"query": query, "sort": list(sort), "size": PAGE, "track_total_hits": False}
    where = path(connection.name(*indices), "_search") + f"?ignore_unavailable=true&{_FILTER}"
    hits = connection.ask("POST", where, body).get("hits", {}).get("hits", [])
    if len(hits) < PAGE:
        return (flatten(hit["_source"]) for hit in hits)
    return _paged(connection, indices, body)


def _paged(connection: Connection, indices: Sequence[str], body: dict[str, Any]) -> Iterator[Source]:
    point = PointInTime(connection, *indices)
    first = point.search(body).get("hits", {}).get("hits", [])
    return _pages(point, body, first)


def _pages(point: PointInTime, body: dict[str, Any], hits: list[Any]) -> Iterator[Source]:
    try:
        while hits:
            yield from (flatten(hit["_source"]) for hit in hits)
            if len(hits) < PAGE:
                return
            hits = point.search({**body, "search_after": hits[-1]["sort"]}).get("hits", {}).get("hits", [])
    finally:
        point.close()


def counts(
    connection: Connection, indices: Sequence[str], fields: Sequence[str], query: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """(value of each field…, number of documents), sorted, by pages of a composite aggregation."""
    composite: dict[str, Any] = {
        "size": _BUCKETS,
        "sources": [{str(n): {"terms": {"field": field}}} for n, field in enumerate(fields)],
    }
    body = {"query": query, "size": 0, "track_total_hits": False, "aggs": {"all": {"composite": composite}}}
    point = PointInTime(connection, *indices)
    try:
        while True:
            found = point.search(body, "filter_path=pit_id,aggregations").get("aggregations", {}).get("all", {})
            for bucket in found.get("buckets", []):
                yield (*(bucket["key"][str(n)] for n in range(len(fields))), bucket["doc_count"])
            if "after_key" not in found:
                return
            composite["after"] = found["after_key"]
    finally:
        point.close()
