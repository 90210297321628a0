"""The networks of the last clustering, and what investigators look up of them: links, values, evidence by member.

A clustering is written into new indices, and the aliases are exchanged at one moment: readers see the former one or the new one.
What is about persons stands in an index of its own; elsewhere its place is marked.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fingerprints.indicators import catalogue
from fingerprints.model import Evidence, Network, Pointer, SharedValue, State
from fingerprints.stores.base import Matrix, StoreError
from fingerprints.stores.elasticsearch_connection import Connection
from fingerprints.stores.elasticsearch_documents import Document, Source, family, identity, is_personal, text_of
from fingerprints.stores.elasticsearch_read import sources

HIDDEN = "(personal)"
_ALL: dict[str, Any] = {"match_all": {}}
_BATCH = 200
_SHARED = tuple(field.name for field in fields(SharedValue))


def documents(networks: Iterable[Network], before: dict[str, str], now: str) -> Iterator[Document]:
    """The documents of networks and links.

    Args:
        networks: the result of a clustering.
        before: network → when it was first found.
        now: time of this clustering.
    """
    for network in networks:
        yield from _network(network, before.get(network.id, now), now)
        for position, link in enumerate(network.links):
            yield from _link(network.id, position, link, now)


def _network(network: Network, first: str, now: str) -> Iterator[Document]:
    notes = [_without_persons(note) for note in network.notes]
    shown = tuple(replace(one, strongest=_hidden(one.strongest)) for one in network.pointers)
    source = {
        "@timestamp": now,
        "url.domain": list(network.sites),
        "samehand.network.id": network.id,
        "samehand.network.size": len(network.sites),
        "samehand.network.confidence": network.confidence,
        "samehand.network.core": list(network.core),
        "samehand.network.associated": list(network.associated),
        "samehand.network.candidates": list(network.candidates),
        "samehand.network.links": len(network.links),
        "samehand.network.first_seen": first,
        "samehand.notes": notes,
        "samehand.shared": _pointers_json(shown),
    }
    yield Document("networks", identity(network.id), source)
    if tuple(notes) != network.notes or shown != network.pointers:
        whole = {"@timestamp": now, "samehand.notes": list(network.notes), "samehand.shared": _pointers_json(network.pointers)}
        yield Document("personal-links", identity(network.id), whole)


def _link(network: str, position: int, link: Evidence, now: str) -> Iterator[Document]:
    name = identity(network, str(position))
    shown = without_persons(link)
    source = {
        "@timestamp": now,
        "source.domain": link.a,
        "destination.domain": link.b,
        "related.hosts": [link.a, link.b],
        "samehand.network.id": network,
        "samehand.position": position,
        "samehand.bits": link.bits,
        "samehand.sentence": shown.sentence,
        "samehand.key": [shown_key(one.kind, one.value) for one in link.shared if one.bits > 0],
        "samehand.family": sorted({one.family for one in shown.shared if one.bits > 0}),
        "samehand.shared": _json(shown.shared),
    }
    yield Document("links", name, source)
    if shown.shared != link.shared:
        whole = {"@timestamp": now, "samehand.sentence": link.sentence, "samehand.shared": _json(link.shared)}
        yield Document("personal-links", name, whole)


def _hidden(one: SharedValue) -> SharedValue:
    return replace(one, value=HIDDEN) if is_personal(one.kind) else one


def _json(shared: Iterable[SharedValue]) -> str:
    return json.dumps(list(map(_row, shared)), ensure_ascii=False, separators=(",", ":"))


def _pointers_json(pointers: Iterable[Pointer]) -> str:
    rows = [(one.site, one.member, one.bits, _row(one.strongest), one.links, one.belongs) for one in pointers]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _row(one: SharedValue) -> tuple[object, ...]:
    """The fields by hand: dataclasses.astuple copies them, at ten times the cost."""
    return tuple(getattr(one, name) for name in _SHARED)


def _without_persons(text: str, *values: str) -> str:
    for value in values:
        text = text.replace(value, HIDDEN)
    pattern = _persons_kinds()
    return pattern.sub(rf"\1 {HIDDEN}", text) if pattern else text


@cache
def _persons_kinds() -> re.Pattern[str] | None:
    kinds = "|".join(re.escape(kind) for kind, known in catalogue.kinds().items() if known.personal)
    return re.compile(rf"\b({kinds}) (\S+)") if kinds else None


def summaries(
    networks: Iterable[Network], matrix: Matrix, background: dict[tuple[str, str], int], now: str
) -> Iterator[Document]:
    """The documents of indicators and evidence: of values that two sites or more carry, and of those that members share."""
    member = {site: network.id for network in networks for site in network.sites}
    bits = _bits(networks)
    numbers = [member.get(site, "") for site in matrix.sites]
    at, end = 0, len(matrix.value)
    while at < end:
        value = int(matrix.value[at])
        to = at
        while to < end and matrix.value[to] == value:
            to += 1
        rows = [row for row in range(at, to) if matrix.state[row] == State.SEEN.rank]
        at = to
        kind, text = matrix.values[value]
        if len(rows) < 2 or is_personal(kind):
            continue
        facts: Source = {
            "@timestamp": now,
            "samehand.kind": kind,
            "samehand.family": family(kind),
            "samehand.key": f"{kind} {text}",
        }
        facts["samehand.background"] = background.get((kind, text), -1)
        yield _indicator(facts, matrix, kind, text, rows)
        yield from _evidence(facts, matrix, kind, text, rows, numbers, bits)


def _indicator(facts: Source, matrix: Matrix, kind: str, text: str, rows: list[int]) -> Document:
    source = {
        **facts,
        "threat.indicator.name": text,
        "threat.indicator.first_seen": _day(min(int(matrix.first[row]) for row in rows)),
        "threat.indicator.last_seen": _day(max(int(matrix.last[row]) for row in rows)),
        "threat.indicator.sightings": len(rows),
    }
    return Document("indicators", identity(kind, text), source)


def _evidence(
    facts: Source,
    matrix: Matrix,
    kind: str,
    text: str,
    rows: list[int],
    numbers: list[str],
    bits: dict[tuple[str, str, str], float],
) -> Iterator[Document]:
    inside = Counter(numbers[int(matrix.site[row])] for row in rows)
    for row in rows:
        network = numbers[int(matrix.site[row])]
        if not network or inside[network] < 2:
            continue
        site = matrix.sites[int(matrix.site[row])]
        source = {
            **facts,
            "url.domain": site,
            "samehand.network.id": network,
            "samehand.first_seen": _day(int(matrix.first[row])),
            "samehand.last_seen": _day(int(matrix.last[row])),
            "samehand.inside": inside[network],
            "samehand.outside": len(rows) - inside[network],
            "samehand.bits": bits.get((network, kind, text), 0.0),
        }
        yield Document("evidence", identity(network, kind, text, site), source)


def _bits(networks: Iterable[Network]) -> dict[tuple[str, str, str], float]:
    best: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for network in networks:
        for link in network.links:
            for one in link.shared:
                place = (network.id, one.kind, one.value)
                best[place] = max(best[place], one.bits)
    return best


def _day(seconds: int) -> str:
    return text_of(datetime.fromtimestamp(seconds, UTC))


def of_sites(networks: Iterable[Network]) -> dict[str, Source]:
    """What each member's own document says of its network."""
    found: dict[str, Source] = {}
    for network in networks:
        hold = _holds(network)
        for role, sites in (("core", network.core), ("associated", network.associated)):
            for site in sites:
                keys, families = hold[site]
                found[site] = {
                    "samehand.network.id": network.id,
                    "samehand.network.role": role,
                    "samehand.network.size": len(network.sites),
                    "samehand.network.confidence": network.confidence,
                    "samehand.network.values": len(keys),
                    "samehand.network.families": len(families),
                }
                if len(keys) == 1:
                    found[site]["samehand.network.hangs_on"] = next(iter(keys))
                elif len(families) == 1:
                    found[site]["samehand.network.hangs_on"] = f"family {next(iter(families))}"
    return found


def _holds(network: Network) -> defaultdict[str, tuple[set[str], set[str]]]:
    """For each member the values and the families by which its links hold it."""
    hold: defaultdict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for link in network.links:
        for one in link.shared:
            if one.bits > 0:
                for site in (link.a, link.b):
                    hold[site][0].add(shown_key(one.kind, one.value))
                    hold[site][1].add(one.family)
    return hold


def shown_key(kind: str, value: str) -> str:
    """Kind and value in one text; of one about a person the kind alone."""
    return f"{kind} {HIDDEN if is_personal(kind) else value}"


def read(connection: Connection, query: dict[str, Any] = _ALL) -> Iterator[Network]:
    """The networks: largest first, then by id."""
    order = [{"samehand.network.size": "desc"}, {"samehand.network.id": "asc"}]
    part: list[Source] = []
    for source in sources(connection, ("networks",), query, order):
        part.append(source)
        if len(part) == _BATCH:
            yield from _with_links(connection, part)
            part = []
    yield from _with_links(connection, part)


def _with_links(connection: Connection, part: list[Source]) -> Iterator[Network]:
    if not part:
        return
    ids = [source["samehand.network.id"] for source in part]
    query = {"terms": {"samehand.network.id": ids}}
    links: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources(connection, ("links",), query, ["samehand.network.id", "samehand.position"]):
        links[source["samehand.network.id"]].append(source)
    names = [identity(name) for name in ids] + [_id(link) for rows in links.values() for link in rows]
    persons = _persons(connection, names)
    for source in part:
        found = links[source["samehand.network.id"]]
        yield _network_of(source, persons, tuple(_evidence_of(link, persons) for link in found))


def without_links(connection: Connection, source: Source) -> Network:
    """One network by its document."""
    return _network_of(source, _persons(connection, [identity(source["samehand.network.id"])]), ())


def _network_of(source: Source, persons: dict[str, Source], links: tuple[Evidence, ...]) -> Network:
    source = {**source, **persons.get(identity(source["samehand.network.id"]), {})}
    return Network(
        source["samehand.network.id"],
        tuple(source["samehand.network.core"]),
        tuple(source["samehand.network.associated"]),
        tuple(source["samehand.network.candidates"]),
        source["samehand.network.confidence"],
        links,
        tuple(source["samehand.notes"]),
        tuple(_pointer_of(row) for row in json.loads(source.get("samehand.shared", "[]"))),
    )


def _pointer_of(row: list[Any]) -> Pointer:
    site, member, bits, strongest, *links = row  # an older version wrote no links
    return Pointer(site, member, bits, SharedValue(*strongest), *links)


def links_of(connection: Connection, site: str) -> Iterator[Evidence]:
    """The links of one site, strongest first."""
    order = [{"samehand.bits": "desc"}, {"source.domain": "asc"}, {"destination.domain": "asc"}]
    found = list(sources(connection, ("links",), {"term": {"related.hosts": site}}, order))
    persons = _persons(connection, [_id(link) for link in found])
    return (_evidence_of(link, persons) for link in found)


def links_in(connection: Connection, network: str) -> Iterator[Evidence]:
    """The links of one network, without what is about persons."""
    for link in sources(connection, ("links",), {"term": {"samehand.network.id": network}}, ["samehand.position"]):
        yield _evidence_of(link, {})


def without_persons(link: Evidence) -> Evidence:
    """The link as those may see it who may not see what is about persons."""
    sentence = _without_persons(link.sentence, *(one.value for one in link.shared if is_personal(one.kind)))
    return replace(link, shared=tuple(map(_hidden, link.shared)), sentence=sentence)


def _id(link: Source) -> str:
    return identity(link["samehand.network.id"], str(link["samehand.position"]))


def _evidence_of(link: Source, persons: dict[str, Source]) -> Evidence:
    link = {**link, **persons.get(_id(link), {})}
    shared = tuple(SharedValue(*one) for one in json.loads(link["samehand.shared"]))
    return Evidence(link["source.domain"], link["destination.domain"], shared, link["samehand.bits"], link["samehand.sentence"])


def _persons(connection: Connection, names: list[str]) -> dict[str, Source]:
    """What stands in the index about persons; nothing for those who may not read it."""
    found: dict[str, Source] = {}
    for at in range(0, len(names), 1000):
        wanted = [{"_index": connection.name("personal-links"), "_id": name} for name in names[at : at + 1000]]
        try:
            answer = connection.ask("POST", "/_mget", {"docs": wanted})
        except StoreError:
            return {}
        for one in answer["docs"]:
            if one.get("found"):
                found[one["_id"]] = _flat(one["_source"])
    return found


def _flat(source: dict[str, Any]) -> Source:
    return {name: value for name, value in source.items() if name.startswith("samehand.")}
