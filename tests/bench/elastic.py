"""Documents per second into a real Elasticsearch beside elasticsearch.helpers.parallel_bulk, and clustering out of it.

python tests/bench/elastic.py [DOCUMENTS] [SITES]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

from fingerprints.model import Coverage, Observation, Outcome, Role
from fingerprints.networks import find_networks
from fingerprints.stores import elasticsearch_documents as documents
from fingerprints.stores.base import Batch
from fingerprints.stores.elasticsearch import ElasticsearchStore
from fingerprints.stores.elasticsearch_documents import Document
from fingerprints.stores.elasticsearch_schema import nest
from tests.elastic.server import Server

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)
VALUES = 8
ROUNDS = 3


def batches(sites: int, seed: int) -> Iterator[Batch]:
    """Sites in groups of five that share two values of eight, as a crawl brings them: a site at a time."""
    chance = random.Random(seed)
    for number in range(sites):
        name, at = f"site-{seed}-{number}.example", NOON + timedelta(seconds=number)
        url, group = f"https://{name}/", number // 5
        shared = [("google-analytics", f"UA-{seed}{1_000_000 + group}"), ("adsense", f"pub-{seed}{10**14 + group}")]
        rest = [("google-tag-manager", f"GTM-{chance.getrandbits(40):X}") for _ in range(VALUES - len(shared))]
        found = tuple(
            Observation(kind, value, name, url, Role.FRONT, at, "script", 10, f"id = '{value}' in the head of the page")
            for kind, value in shared + rest
        )
        yield Batch(found, (Coverage(name, Role.FRONT, url, Outcome.READ, at, "c0ffee", "", 200),))


def of(sites: int, seed: int) -> list[Document]:
    """Their documents."""
    return [document for batch in batches(sites, seed) for document in documents.of_batch(batch)]


def ours(store: ElasticsearchStore, made: list[Document]) -> float:
    """Documents a second through our writer."""
    began = time.perf_counter()
    assert store.put(made) == []
    return len(made) / (time.perf_counter() - began)


def theirs(client: Elasticsearch, prefix: str, made: list[Document]) -> float:
    """Documents a second through parallel_bulk, with its own defaults and ids of the same form."""
    actions = (
        {"_op_type": "create", "_index": f"{prefix}-{one.index}", "_id": one.id, "_source": nest(one.source)} for one in made
    )
    began = time.perf_counter()
    assert all(good for good, _ in parallel_bulk(client, actions))
    return len(made) / (time.perf_counter() - began)


def main(count: int = 50_000, sites: int = 100_000) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), heap="1g", lasting=True)
        server.start()
        try:
            writing(server.url, count // (VALUES + 2))
            clustering(server.url, sites)
        finally:
            server.kill()


def writing(url: str, sites: int) -> None:
    """Both writers in turn, into empty stores of the same mappings; the first round warms the server up and does not count."""
    client = Elasticsearch(url, request_timeout=60)
    rates: dict[str, list[float]] = {"ours": [], "parallel_bulk": []}
    for number in range(ROUNDS + 1):
        made = of(sites, number)
        for name in sorted(rates, reverse=bool(number % 2)):
            prefix = f"{name.replace('_', '')}{number}"
            with ElasticsearchStore(f"{url}/?prefix={prefix}") as store:
                rate = ours(store, made) if name == "ours" else theirs(client, prefix, made)
            if number:
                rates[name].append(rate)
            client.indices.delete(index=",".join(client.indices.get(index=f"{prefix}-*")))
    best = {name: max(measured) for name, measured in rates.items()}
    shown = ", ".join(f"{name} {rate:,.0f}" for name, rate in best.items())
    print(f"documents a second, best of {ROUNDS}: {shown}; ratio {best['ours'] / best['parallel_bulk']:.2f}")


def clustering(url: str, sites: int) -> None:
    """Writes sites, and clusters them out of Elasticsearch."""
    with ElasticsearchStore(f"{url}/?prefix=cluster") as store:
        part: list[Document] = []
        for batch in batches(sites, 9):
            part += documents.of_batch(batch)
            if len(part) > 10_000:
                store.put(part)
                part = []
        store.put(part)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        matrix = store.matrix()
        read = time.perf_counter() - began
        found = find_networks(store)
        clustered = time.perf_counter() - began - read
        store.save_networks(found)
        saved = time.perf_counter() - began - read - clustered
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{len(matrix.sites):,} sites with {len(matrix.value):,} values: read in {read:.1f} s; read and clustered into "
        f"{len(found):,} networks in {clustered:.1f} s, saved in {saved:.1f} s; {after // 1024} MB at most, {before // 1024} before"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
