"""Elasticsearch asked from one site or one value outward: see stores.neighbours.Neighbours.

Each question is one request or a few, by the size of its answer and not of the store; how many sites carry the values of a site
is asked for all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any

from fingerprints.hamming import BITS, parts, within
from fingerprints.model import Network, State
from fingerprints.stores import elasticsearch_networks as networks
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import Source, digits_of, identity, time_of
from fingerprints.stores.elasticsearch_read import counts, sources
from fingerprints.stores.neighbours import Held, Holder
from fingerprints.stores.sqlite_rows import key

_CARRIED = ("observations", "personal")
_SEEN = {"term": {"samehand.rank": State.SEEN.rank}}
_LONGEST_PART = 1000
"""Characters of a part of a value that is looked for."""
_AT_ONCE = 10_000
"""Values whose sites are counted in one request."""


class ElasticsearchNeighbours:
    """Numbers are given as sites and values are met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sites = _Numbers()
        self._values = _Numbers()
        self._counts: dict[int, int] = {}
        """Sites that carry a value in state SEEN, exactly."""

    def sites(self) -> int:
        """See Neighbours, as for the methods that follow."""
        return int(self._connection.ask("GET", path(self._connection.name("sites"), "_count"))["count"])

    def site(self, name: str) -> int | None:
        """Once it is met, it is known."""
        name = key(name)
        if name not in self._sites.of and not self._get("sites", identity(name)):
            return None
        return self._sites.number(name)

    def name(self, site: int) -> str:
        """Without a request."""
        return str(self._sites.names[site])

    def values(self, text: str, kinds: Collection[str]) -> list[tuple[int, str]]:
        """By one request, or none for a value that was met."""
        text = key(text)
        (kind, *others) = kinds or [""]
        if not others and (kind, text) in self._values.of:
            return [(self._values.of[kind, text], kind)]
        found = self._buckets("samehand.kind", len(kinds), {"term": {"samehand.value": text}}, _kinds(kinds))
        return [(self._values.number((kind, text)), kind) for kind in sorted(found)]

    def beginning(self, kind: str, prefix: str, most: int) -> list[str]:
        """The first ones in their order."""
        return sorted(self._buckets("samehand.value", most, _kinds([kind]), {"prefix": {"samehand.value": prefix}}))

    def matching(self, part: str) -> list[tuple[str, str]]:
        """By a look at all values of the index, which the server makes."""
        escaped = "".join("\\" + letter if letter in "*?\\" else letter for letter in part[:_LONGEST_PART].lower())
        return list(self._pairs({"wildcard": {"samehand.value_lower": {"value": f"*{escaped}*"}}}))

    def of_kinds(self, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        """Page by page."""
        return self._pairs(_kinds(kinds))

    def near(self, kind: str, fingerprint: str, most: int) -> list[tuple[int, str]]:
        """Those that have digits enough in common with it are fetched and measured: of the others none is near enough."""
        digits = [{"term": {"samehand.digits": digit}} for digit in digits_of(f"{parts(fingerprint)[1]:016x}")]
        enough = {"bool": {"should": digits, "minimum_should_match": max(0, BITS // 4 - most)}}
        return within(fingerprint, (value for _, value in self._pairs(_kinds([kind]), enough)), most)

    def held(self, site: int) -> list[Held]:
        """And how many sites carry each of it, since that is what is asked next."""
        query = {"bool": {"filter": [{"term": {"url.domain": self.name(site)}}, _SEEN]}}
        found = [self._held(source) for source in sources(self._connection, _CARRIED, query, ["samehand.kind", "samehand.value"])]
        unknown = [one for one in found if one.value not in self._counts]
        for at in range(0, len(unknown), _AT_ONCE):
            self._count_all(unknown[at : at + _AT_ONCE])
        return found

    def count(self, value: int, most: int, *, in_any_state: bool = False) -> int:
        """The server stops at `most`."""
        if not in_any_state and value in self._counts:
            return min(most, self._counts[value])
        query = self._of_value(value, *([] if in_any_state else [_SEEN]))
        where = path(self._connection.name(*_CARRIED), "_search") + "?ignore_unavailable=true&filter_path=hits.total"
        answer = self._connection.ask("POST", where, {"query": query, "size": 0, "track_total_hits": most})
        return min(most, int(answer["hits"]["total"]["value"]))

    def holders(self, value: int, most: int) -> list[Holder]:
        """By their names."""
        found = sources(self._connection, _CARRIED, self._of_value(value, _SEEN), ["url.domain"])
        return [Holder(self._sites.number(source["url.domain"]), *_times(source)) for source in islice(found, most)]

    def network(self, site: str) -> Network | None:
        """By its members."""
        query = {"term": {"url.domain": key(site)}}
        source = next(sources(self._connection, ("networks",), query, ["samehand.network.id"]), None)
        return None if source is None else networks.without_links(self._connection, source)

    def memberships(self) -> dict[str, str]:
        """Without a look at the links."""
        found = sources(self._connection, ("networks",), {"match_all": {}}, ["samehand.network.id"])
        return {site: source["samehand.network.id"] for source in found for site in source["url.domain"]}

    def network_called(self, identity: str) -> Network | None:
        """With its links."""
        return next(networks.read(self._connection, {"term": {"samehand.network.id": identity}}), None)

    def _get(self, index: str, identity: str) -> bool:
        body = {"docs": [{"_index": self._connection.name(index), "_id": identity, "_source": False}]}
        return bool(self._connection.ask("POST", "/_mget?filter_path=docs.found", body)["docs"][0].get("found"))

    def _buckets(self, field: str, size: int, *filters: Mapping[str, Any]) -> list[str]:
        """The first values of a field, in their order."""
        terms = {"field": field, "size": max(1, size), "order": {"_key": "asc"}}
        body = {"query": {"bool": {"filter": filters}}, "size": 0, "track_total_hits": False, "aggs": {"all": {"terms": terms}}}
        where = path(self._connection.name(*_CARRIED), "_search") + "?ignore_unavailable=true&filter_path=aggregations"
        found = self._connection.ask("POST", where, body).get("aggregations", {}).get("all", {}).get("buckets", [])
        return [str(bucket["key"]) for bucket in found]

    def _pairs(self, *filters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        query = {"bool": {"filter": filters}}
        for kind, value, _ in counts(self._connection, _CARRIED, ("samehand.kind", "samehand.value"), query):
            yield str(kind), str(value)

    def _count_all(self, held: list[Held]) -> None:
        """The index keeps kind and value in one field besides, so that one aggregation counts many values."""
        keys = [f"{one.kind} {one.text}" for one in held]
        query = {"bool": {"filter": [{"terms": {"samehand.key": keys}}, _SEEN]}}
        found: dict[str, int] = dict(counts(self._connection, _CARRIED, ("samehand.key",), query))
        self._counts |= {one.value: found.get(name, 0) for one, name in zip(held, keys, strict=True)}

    def _of_value(self, value: int, *more: Mapping[str, Any]) -> dict[str, Any]:
        kind, text = self._values.names[value]
        return {"bool": {"filter": [{"term": {"samehand.kind": kind}}, {"term": {"samehand.value": text}}, *more]}}

    def _held(self, source: Source) -> Held:
        kind, text = source["samehand.kind"], source["samehand.value"]
        return Held(self._values.number((kind, text)), kind, text, *_times(source))


class _Numbers:
    """Names in the order in which they were met."""

    def __init__(self) -> None:
        self.names: list[Any] = []
        self.of: dict[Any, int] = {}

    def number(self, name: Any) -> int:
        if name not in self.of:
            self.of[name] = len(self.names)
            self.names.append(name)
        return self.of[name]


def _kinds(kinds: Collection[str]) -> dict[str, Any]:
    return {"terms": {"samehand.kind": sorted(kinds)}}


def _times(source: Source) -> tuple[int, int]:
    first, last = (int(time_of(source[name]).timestamp()) for name in ("samehand.first_seen", "samehand.last_seen"))
    return first, last
