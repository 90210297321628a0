"""The store for teams: Elasticsearch, which several crawlers write and Kibana reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import numpy as np

from fingerprints.model import Coverage, Evidence, Failure, Network, Outcome, Role, Run
from fingerprints.stores import (
    elasticsearch_candidates,
    elasticsearch_facts,
    elasticsearch_history,
    elasticsearch_matrix,
    elasticsearch_networks,
    elasticsearch_verdicts,
)
from fingerprints.stores import elasticsearch_documents as documents
from fingerprints.stores import elasticsearch_manage as manage
from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.base import Batch, Carried, Matrix, SiteSummary, StoreError
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import Document, Source, identity, text_of, time_of
from fingerprints.stores.elasticsearch_neighbours import ElasticsearchNeighbours
from fingerprints.stores.elasticsearch_read import counts, sources
from fingerprints.stores.elasticsearch_schema import flatten
from fingerprints.stores.elasticsearch_write import Rejected, RejectedError, write
from fingerprints.stores.history import NetworkEvent, Presence, Visit
from fingerprints.stores.sqlite_rows import key

_CARRIED = ("observations", "personal")
_ALL: dict[str, Any] = {"match_all": {}}
_BY_SITE = ("url.domain", "samehand.kind", "samehand.value")
_STREAMED = 5000
_ASKED_FOR = tuple(role.value for role in Role if role not in (Role.OTHER, Role.CONTAINER))
"""Sorts of documents that every site could be asked for."""
_NETWORK = "samehand.network."


class ElasticsearchStore:
    """Does what stores.base.Store says, with one difference: Elasticsearch has no transactions, so that a batch that a kill or an
    error breaks off may be there in part until it is written again. A batch that cannot be made into documents leaves nothing.
    """

    def __init__(self, location: str, *, create: bool = True, patience: float = 30.0) -> None:
        """
        Args:
            location: see elasticsearch_connection.address.
            create: whether a store that does not exist is made.
            patience: seconds to wait for a server that is not available.

        Raises:
            StoreError: it cannot be used.
        """
        self.connection = Connection(location, patience=patience)
        self._written: set[str] = set()
        """Indices that were written since the last refresh."""
        self._matrix: Matrix | None = None
        try:
            manage.ensure(self.connection, create=create)
        except BaseException:
            self.connection.close()
            raise

    def begin(self, run: Run) -> None:
        """Notes that a run has begun."""
        self._stored(self.put([documents.of_run(run)]))

    def write(self, batch: Batch) -> None:
        """Stores a batch.

        Raises:
            RejectedError: single documents were rejected; the others are stored.
        """
        self._stored(self.put(documents.of_batch(batch)))

    def put(self, made: Iterable[Document], *, known: bool = False) -> list[Rejected]:
        """Stores documents, merged with what is there; those that are rejected are returned. See write() for `known`."""
        given = list(made)
        self._written |= {document.index for document in given}
        self._matrix = None
        return write(self.connection, given, self._since, known=known)

    def runs(self) -> Iterator[Run]:
        """All runs, oldest first."""
        self._refresh()
        found = map(documents.to_run, sources(self.connection, ("runs",), _ALL, ["@timestamp", "samehand.run.id"]))
        return iter(sorted(found, key=lambda run: (run.started_at, run.id)))

    def sites(self) -> Iterator[SiteSummary]:
        """All sites that were looked at, sorted by name."""
        return self._summaries(_ALL)

    def site(self, site: str) -> SiteSummary | None:
        """One site, or None if it was never looked at."""
        return next(self._summaries({"term": {"url.domain": key(site)}}), None)

    def carried(self, *, site: str | None = None, kind: str | None = None, value: str | None = None) -> Iterator[Carried]:
        """What sites carry, sorted by (site, kind, value); each argument narrows."""
        self._refresh()
        wanted = zip(_BY_SITE, (site, kind, value), strict=True)
        filters = [{"term": {field: key(text)}} for field, text in wanted if text is not None]
        query = {"bool": {"filter": filters}} if filters else _ALL
        return map(documents.to_carried, sources(self.connection, _CARRIED, query, list(_BY_SITE)))

    def coverage(self, site: str | None = None) -> Iterator[Coverage]:
        """The latest look at each document, sorted by (site, role, url)."""
        return self._of_site("coverage", site, ["url.domain", "samehand.role", "url.full"], documents.to_coverage)

    def failures(self, site: str | None = None) -> Iterator[Failure]:
        """What could not be read, sorted by (site, kind, page_url, error)."""
        return self._of_site("failures", site, ["url.domain", "samehand.kind", "url.full", "error.message"], documents.to_failure)

    def matrix(self) -> Matrix:
        """All sites and values as arrays, of one moment."""
        self._refresh()
        self._matrix = elasticsearch_matrix.read(self.connection)
        return self._matrix

    def save_networks(self, networks: Iterable[Network]) -> None:
        """Replaces the networks by a newer result at one moment, and sums up for Kibana what they rest on."""
        found, now = list(networks), text_of(datetime.now(UTC))
        former = list(sources(self.connection, ("networks",), _ALL, ["samehand.network.id"]))
        before = {source["samehand.network.id"]: source["samehand.network.first_seen"] for source in former}
        was = {source["samehand.network.id"]: frozenset(source["url.domain"]) for source in former}
        happened = list(elasticsearch_history.events(self.connection, was, found, self._latest()))
        matrix = self._matrix or self.matrix()
        reviewed = elasticsearch_verdicts.reviewed(self.connection)
        self._exchange(
            lambda: (
                *elasticsearch_networks.documents(found, before, now),
                *elasticsearch_candidates.candidates(found, matrix, reviewed, now),
                *elasticsearch_networks.summaries(found, matrix, _background(found), now),
            )
        )
        members, facts = elasticsearch_networks.of_sites(found), elasticsearch_facts.of_sites(matrix)
        known = {site: facts.get(site, {}) | members.get(site, {}) for site in facts.keys() | members.keys()}
        self._stored(self.put(happened))
        self._sum_up(known, matrix, now)

    def networks(self) -> Iterator[Network]:
        """The networks of the last clustering: largest first, then by id."""
        return elasticsearch_networks.read(self.connection)

    def links(self, site: str) -> Iterator[Evidence]:
        """The links of the last clustering that one site has, strongest first."""
        return elasticsearch_networks.links_of(self.connection, key(site))

    def visits(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Visit]:
        """See stores.history.Past, as for the methods that follow."""
        self._refresh()
        return elasticsearch_history.visits(self.connection, site, since)

    def presences(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Presence]:
        """Intervals whose beginning or end was noticed."""
        self._refresh()
        return elasticsearch_history.presences(self.connection, site, since)

    def network_events(self, *, since: datetime | None = None) -> Iterator[NetworkEvent]:
        """What became of networks, oldest first."""
        self._refresh()
        return elasticsearch_history.network_events(self.connection, since)

    def neighbours(self) -> ElasticsearchNeighbours:
        """The store, asked from one site or one value outward."""
        self._refresh()
        return ElasticsearchNeighbours(self.connection)

    def close(self) -> None:
        """Gives back the connections; what was written can be searched from now on."""
        try:
            if self._written:
                self._refresh()
        except StoreError:
            self._written.clear()  # it is stored; Elasticsearch shows it within a second by itself
        finally:
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _stored(self, rejected: list[Rejected]) -> None:
        if rejected:
            raise RejectedError(rejected)

    def _refresh(self) -> None:
        """Makes what we wrote visible to searches."""
        if self._written:
            names, self._written = sorted(self._written), set()
            self.connection.ask("POST", path(self.connection.name(*names), "_refresh"), allowed=(403,))

    def _latest(self) -> datetime:
        """The time of the newest thing that is stored."""
        body = {"size": 1, "_source": ["samehand.last_seen"], "sort": [{"samehand.last_seen": "desc"}]}
        hits = self.connection.ask("POST", path(self.connection.name("sites"), "_search"), body)["hits"]["hits"]
        return time_of(flatten(hits[0]["_source"])["samehand.last_seen"]) if hits else datetime.now(UTC)

    def _since(self, version: str) -> str:
        """Start of the latest run with this catalogue, or an empty text."""
        body = {"query": {"term": {"samehand.run.catalogue": version}}, "size": 10, "sort": [{"@timestamp": "desc"}]}
        if "runs" in self._written:  # only these: what is being written right now has to be refreshed after it
            self._written.discard("runs")
            self.connection.ask("POST", path(self.connection.name("runs"), "_refresh"), allowed=(403,))
        hits = self.connection.ask("POST", path(self.connection.name("runs"), "_search"), body)["hits"]["hits"]
        return max((str(hit["_source"]["@timestamp"]) for hit in hits), default="")

    def _of_site(
        self, index: str, site: str | None, sort: list[str | dict[str, str]], to: Callable[[Source], Any]
    ) -> Iterator[Any]:
        self._refresh()
        query = _ALL if site is None else {"term": {"url.domain": key(site)}}
        return map(to, sources(self.connection, (index,), query, sort))

    def _summaries(
        self, query: dict[str, Any], values: Mapping[str, int] | None = None, asked: set[str] | None = None
    ) -> Iterator[SiteSummary]:
        """Summaries; `values` by site need not be counted where they are known. `asked` gets the roles of each site's looks."""
        roles = ("samehand.role",) if asked is not None else ()
        self._refresh()
        by_site = partial(counts, self.connection, query=query)
        tallies = (
            _Tally(by_site(("coverage",), ("url.domain", "samehand.outcome", *roles))),
            _Tally(by_site(("failures",), ("url.domain",))),
            _Tally(by_site(_CARRIED, ("url.domain",)) if values is None else iter(())),
        )
        for source in sources(self.connection, ("sites",), query, ["url.domain"]):
            name = source["url.domain"]
            looks, failures, carried = (tally.of(name) for tally in tallies)
            held = sum(n for (n,) in carried) if values is None else values.get(name, 0)
            documents_: Counter[str] = Counter()
            for outcome, *_, number in looks:
                documents_[outcome] += number
            if asked is not None:
                asked.clear()
                asked.update(role for _, role, _ in looks)
            times = time_of(source["samehand.first_seen"]), time_of(source["samehand.last_seen"])
            yield SiteSummary(name, *times, dict(documents_), held, sum(n for (n,) in failures))

    def _exchange(self, make: Callable[[], Iterable[Document]]) -> None:
        """Writes new indices and lets the aliases name them; on an error the former ones stay."""
        clustered = [index for index in schemas.load().indices.values() if index.clustered]
        made: dict[str, str] = {}
        try:
            for index in clustered:
                made[index.name] = manage.make(self.connection, index)
            manage.fill_begins(self.connection, made.values())
            helper = {name: new.removeprefix(self.connection.address.prefix + "-") for name, new in made.items()}
            renamed = (Document(helper[one.index], one.id, one.source) for one in make())
            self._stored(write(self.connection, renamed, str, aliases=False))
            manage.fill_ends(self.connection, made.values())
            manage.exchange(self.connection, made)
        except BaseException:
            manage.drop(
                self.connection, [new for index, new in made.items() if new not in manage.concrete(self.connection, index)]
            )
            raise

    def _sum_up(self, known: dict[str, Source], matrix: Matrix, now: str) -> None:
        """Writes each site's counts, and what is known of it, into its own document."""
        part: list[Document] = []
        asked: set[str] = set()
        values = dict(zip(matrix.sites, np.bincount(matrix.site, minlength=len(matrix.sites)).tolist(), strict=True))
        for summary in self._summaries(_ALL, values, asked):
            documents_ = {outcome.value.replace(" ", "_"): summary.documents.get(outcome.value, 0) for outcome in Outcome}
            source: Source = {f"samehand.documents.{name}": count for name, count in documents_.items()}
            source |= {"samehand.values": summary.values, "samehand.failures": summary.failures, "samehand.clustered_at": now}
            source["samehand.never_asked"] = [role for role in _ASKED_FOR if role not in asked]
            times: Source = documents.site(summary.site, summary.first_seen).source | {
                "@timestamp": text_of(summary.last_seen),
                "samehand.last_seen": text_of(summary.last_seen),
            }
            part.append(Document("sites", identity(summary.site), {**times, **source, **known.get(summary.site, {})}))
            if len(part) == _STREAMED:
                self._stored(self.put(part, known=True))
                part = []
        self._stored(self.put(part, known=True))
        self._refresh()


class _Tally:
    """Reads sorted (site, …, number) beside the sites."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, site: str) -> list[tuple[Any, ...]]:
        """The rows of one site; sites are asked for in order."""
        found = []
        while self._next is not None and self._next[0] <= site:
            if self._next[0] == site:
                found.append(self._next[1:])
            self._next = next(self._rows, None)
        return found


def open_at(location: str, *, create: bool) -> ElasticsearchStore:
    """As stores.base.open_store asks."""
    return ElasticsearchStore(location, create=create)


def _background(networks: Iterable[Network]) -> dict[tuple[str, str], int]:
    """What the links know of the background table."""
    return {(one.kind, one.value): one.background for network in networks for link in network.links for one in link.shared}
