"""What changed, as documents of Elasticsearch and back: visits, intervals of presence, and what became of networks.

A crawl's journal knows all intervals. Sent are those whose beginning or end a visit noticed; of the others "observations" tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from functools import partial
from typing import Any

from fingerprints.model import Network, Outcome, Role
from fingerprints.stores import elasticsearch_networks
from fingerprints.stores.elasticsearch_connection import Connection
from fingerprints.stores.elasticsearch_documents import Document, Source, family, identity, is_personal, text_of, time_of
from fingerprints.stores.elasticsearch_read import sources
from fingerprints.stores.history import NetworkEvent, NetworkFate, Presence, Visit, group_of
from fingerprints.stores.sqlite_fates import with_causes
from fingerprints.stores.sqlite_rows import key

_CHANGES = ("changes", "personal-changes")
_ORDER = ["url.domain", "samehand.kind", "samehand.value", "samehand.since"]


def of_visit(visit: Visit) -> Document:
    """A visit."""
    name, started = key(visit.site), text_of(visit.started)
    source = {
        "@timestamp": text_of(visit.ended),
        "url.domain": name,
        "samehand.started": started,
        "samehand.outcome": visit.outcome.value,
        "samehand.catalogue": key(visit.catalogue),
        "samehand.values_appeared": visit.appeared,
        "samehand.values_gone": visit.gone,
    }
    return Document("visits", identity(name, started), source)


def changed(presences: Iterable[Presence], started: datetime) -> Iterator[Document]:
    """Of one site's intervals, sorted, those whose beginning or end the visit noticed that began at `started`."""
    before: tuple[str, str] | None = None
    for one in presences:
        again = before == (one.kind, one.value)
        before = (one.kind, one.value)
        if one.gone == started or (one.since == started and (one.missing_at is not None or again)):
            yield of_presence(one)


def of_presence(one: Presence) -> Document:
    """An interval."""
    name, kind, value, since = key(one.site), key(one.kind), key(one.value), text_of(one.since)
    source: Source = {
        "@timestamp": text_of(one.gone or one.since),
        "url.domain": name,
        "url.full": key(one.page_url),
        "samehand.kind": kind,
        "samehand.value": value,
        "samehand.key": f"{kind} {value}",
        "samehand.family": family(kind),
        "samehand.group": group_of(kind),
        "samehand.role": one.role.value,
        "samehand.since": since,
        "samehand.seen": text_of(one.seen),
    }
    times = {"samehand.missing_at": one.missing_at, "samehand.gone": one.gone}
    source |= {field: text_of(time) for field, time in times.items() if time is not None}
    return Document("personal-changes" if is_personal(kind) else "changes", identity(name, kind, value, since), source)


def events(connection: Connection, before: Mapping[str, Set[str]], after: Sequence[Network], at: datetime) -> Iterator[Document]:
    """What became of networks between two clusterings, asked before the new one takes the former one's place.

    The first one of a store is no event: nothing was known before. A cause does not name what is about persons.
    """
    if not before:
        return
    told = with_causes(before, after, partial(elasticsearch_networks.links_in, connection))
    for position, ((fate, network, other, sites), cause) in enumerate(told):
        source: Source = {
            "@timestamp": text_of(at),
            "url.domain": list(sites),
            "samehand.network.id": network,
            "samehand.network.other": other,
            "samehand.fate": fate.value,
            "samehand.position": position,
            "samehand.sentence": elasticsearch_networks.without_persons(cause).sentence if cause else "",
        }
        yield Document("events", identity(text_of(at), fate.value, network, other, *sites), source)


def visits(connection: Connection, site: str | None, since: datetime | None) -> Iterator[Visit]:
    """See stores.history.Past, as for the functions that follow."""
    query = _query(site, {"range": {"@timestamp": {"gte": text_of(since)}}} if since else None)
    return map(_to_visit, sources(connection, ("visits",), query, ["url.domain", "samehand.started"]))


def presences(connection: Connection, site: str | None, since: datetime | None) -> Iterator[Presence]:
    """Those that changed."""
    either = [{"range": {field: {"gte": text_of(since)}}} for field in ("samehand.since", "samehand.gone") if since]
    query = _query(site, {"bool": {"should": either, "minimum_should_match": 1}} if either else None)
    return map(_to_presence, sources(connection, _CHANGES, query, list(_ORDER)))


def network_events(connection: Connection, since: datetime | None) -> Iterator[NetworkEvent]:
    """Oldest first."""
    query = _query(None, {"range": {"@timestamp": {"gte": text_of(since)}}} if since else None)
    order = ["@timestamp", "samehand.position", "samehand.network.id", "samehand.network.other"]
    for source in sources(connection, ("events",), query, order):
        yield NetworkEvent(
            time_of(source["@timestamp"]),
            NetworkFate(source["samehand.fate"]),
            source["samehand.network.id"],
            source["samehand.network.other"],
            tuple(source["url.domain"]),
            source.get("samehand.sentence", ""),
        )


def _query(site: str | None, more: dict[str, Any] | None) -> dict[str, Any]:
    filters = [{"term": {"url.domain": key(site)}}] if site is not None else []
    return {"bool": {"filter": [*filters, *([more] if more else [])]}}


def _to_visit(source: Source) -> Visit:
    return Visit(
        source["url.domain"],
        time_of(source["samehand.started"]),
        time_of(source["@timestamp"]),
        Outcome(source["samehand.outcome"]),
        source["samehand.catalogue"],
        source["samehand.values_appeared"],
        source["samehand.values_gone"],
    )


def _to_presence(source: Source) -> Presence:
    missing, gone = (time_of(source[field]) if field in source else None for field in ("samehand.missing_at", "samehand.gone"))
    return Presence(
        site=source["url.domain"],
        kind=source["samehand.kind"],
        value=source["samehand.value"],
        role=Role(source["samehand.role"]),
        page_url=source["url.full"],
        since=time_of(source["samehand.since"]),
        missing_at=missing,
        seen=time_of(source["samehand.seen"]),
        gone=gone,
    )
