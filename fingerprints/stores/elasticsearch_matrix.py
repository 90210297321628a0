"""All sites and values as arrays, read in slices of one point in time: what is held at once is a page and the arrays."""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.base import Matrix
from fingerprints.stores.elasticsearch_connection import Connection
from fingerprints.stores.elasticsearch_read import PointInTime, counts

_SLICES = 2
_PAGE = 10_000
"""The most that Elasticsearch gives at once (index.max_result_window)."""
_FIELDS = ("url.domain", "samehand.kind", "samehand.value", "samehand.rank", "samehand.first_seen", "samehand.last_seen")
_MILLISECONDS = "epoch_millis"


class _Numbers:
    """Numbers for texts, in the order in which they come."""

    def __init__(self) -> None:
        self.of: dict[Any, int] = {}

    def __call__(self, name: Any) -> int:
        return self.of.setdefault(name, len(self.of))

    def sorted(self) -> tuple[tuple[Any, ...], NDArray[np.int32]]:
        """The names in order, and for each number its place among them."""
        names = sorted(self.of)
        ranks = np.empty(len(names), np.int32)
        ranks[[self.of[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        return tuple(names), ranks


def read(connection: Connection) -> Matrix:
    """The matrix."""
    sites, values = _Numbers(), _Numbers()
    columns = tuple(array("q") for _ in range(5))
    point = PointInTime(connection, "observations", "personal")
    try:
        with ThreadPoolExecutor(_SLICES) as pool:
            waiting = [pool.submit(_page, point, number, None) for number in range(_SLICES)]
            following: list[Any] = [True] * _SLICES
            while any(following):
                for number in range(_SLICES):
                    if not following[number]:
                        continue
                    hits = waiting[number].result()
                    following[number] = len(hits) == _PAGE
                    if following[number]:  # the next page is asked for while this one is read
                        waiting[number] = pool.submit(_page, point, number, hits[-1]["sort"])
                    _take(hits, sites, values, columns)
    finally:
        point.close()
    for name, _ in counts(connection, ("sites",), ("url.domain",), {"match_all": {}}):
        sites(name)
    return _matrix(sites, values, columns)


def _page(point: PointInTime, number: int, after: Any) -> list[Any]:
    body: dict[str, Any] = {
        "slice": {"id": number, "max": _SLICES},
        "sort": ["_shard_doc"],
        "size": _PAGE,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": [{"field": f, **({"format": _MILLISECONDS} if f.endswith("seen") else {})} for f in _FIELDS],
    }
    if after:
        body["search_after"] = after
    found = point.search(body, "filter_path=pit_id,hits.hits.fields,hits.hits.sort")
    hits: list[Any] = found.get("hits", {}).get("hits", [])
    return hits


def _take(hits: list[Any], sites: _Numbers, values: _Numbers, columns: tuple[array[int], ...]) -> None:
    for hit in hits:
        (site,), (kind,), (value,), (rank,), (first,), (last,) = (hit["fields"][name] for name in _FIELDS)
        row = (values((kind, value)), sites(site), rank, _seconds(first), _seconds(last))
        for column, number in zip(columns, row, strict=True):
            column.append(number)


def _seconds(millis: Any) -> int:
    return int(millis) // 1000


def _matrix(sites: _Numbers, values: _Numbers, columns: tuple[array[int], ...]) -> Matrix:
    names, site_ranks = sites.sorted()
    pairs, value_ranks = values.sorted()
    numbers = [np.frombuffer(column, np.int64) if len(column) else np.empty(0, np.int64) for column in columns]
    value, site = value_ranks[numbers[0]], site_ranks[numbers[1]]
    order = np.argsort(value.astype(np.int64) << 32 | site)
    state = numbers[2].astype(np.int8)
    return Matrix(
        names, pairs, site=site[order], value=value[order], state=state[order], first=numbers[3][order], last=numbers[4][order]
    )
