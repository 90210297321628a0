"""A store of a synthetic web with known networks, of any size: for measuring, not for finding out whether evidence is right.

Networks have sizes of a Zipf law up to 1,300 sites and share some of eight ids, from twenty sites on at least two (many sites that
have one thing in common and nothing else are a vendor's customers, and nobody could tell otherwise); every id is missing on a
share of its sites, as pages fail and operators forget. Every site has ids of its own. Beside them stand what misleads: a platform's id on 30 % of all
sites, a CDN's on 35 %, vendors' and agencies' ids on dozens to thousands of strangers, stock themes and default icons, and
hosting: servers of a few to thousands of customers, networks among them, and name servers of providers. Ten values a site.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.base import open_store

OWN_KINDS = ("google-analytics", "adsense", "meta-pixel", "yandex-metrica", "google-tag-manager", "email", "facebook-app")
VENDOR_KINDS = ("google-tag-manager", "new-relic", "google-analytics", "facebook-app")
_IN_NETWORKS = 0.1
_MISSING = 0.2
_LARGEST = 1300
_LARGE = 20
_OWN_A_SITE = 5
_DAY_US = 86_400 * 1_000_000
_EXAMPLES = """
INSERT INTO example SELECT c.site, c.value, 0, 0, 'https://' || s.name || '/', 100, 'made', c.first_us, '', '', '', -1, ''
  FROM carried c JOIN site s ON s.id = c.site ORDER BY c.site, c.value;
INSERT INTO coverage SELECT id, 'front', 'https://' || name || '/', last_us, 'read', 'made', '', 200, '', -1, '' FROM site;
"""
_START_US = 1_760_000_000 * 1_000_000


@dataclass(frozen=True, slots=True)
class World:
    """What was made."""

    sites: int
    network: NDArray[np.int64]
    """The network of each site, -1 for a stranger."""
    rows: int


def site_name(number: int) -> str:
    """The name of a site; names sort as numbers do."""
    return f"s{number:08d}.com"


def make(path: Path, sites: int, seed: int = 1, *, whole: bool = False) -> World:
    """Writes a store of so many sites to a path that does not exist yet.

    Args:
        path: where.
        sites: how many.
        seed: of chance.
        whole: with an example for each value and a look at each front page, as a crawl leaves them: what `samehand site` shows,
            and what clustering does not read.
    """
    chance = np.random.default_rng(seed)
    network = _networks(sites, chance)
    columns = list(_carried(sites, network, chance))
    open_store(str(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        rows = _write(connection, sites, columns, chance)
        if whole:
            connection.executescript(_EXAMPLES)
        return World(sites, network, rows)


def _networks(sites: int, chance: np.random.Generator) -> NDArray[np.int64]:
    network = np.full(sites, -1, dtype=np.int64)
    order = chance.permutation(sites)[: int(sites * _IN_NETWORKS)]
    at = number = 0
    while at < len(order):
        size = min(int(chance.zipf(1.9)) + 1, _LARGEST, max(2, sites // 20))
        network[order[at : at + size]] = number
        at, number = at + size, number + 1
    return network


def _carried(sites: int, network: NDArray[np.int64], chance: np.random.Generator) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """(kind, prefix of the value, for each site the value's number or -1)."""
    everyone = np.arange(sites)
    networks = int(network.max()) + 1
    size = np.bincount(network[network >= 0], minlength=networks)
    second = chance.integers(1, len(OWN_KINDS), networks)
    for place, kind in enumerate(OWN_KINDS):
        uses = chance.random(networks) < (0.9 if place == 0 else 0.35)
        uses |= (size >= _LARGE) & ((place == 0) | (second == place))
        shared = np.where((network >= 0) & uses[network], network, -1)
        yield kind, f"n{place}-", np.where(chance.random(sites) < _MISSING, -1, shared)
        has_own = (shared < 0) & (chance.random(sites) < _OWN_A_SITE / len(OWN_KINDS))
        yield kind, f"o{place}-", np.where(has_own, everyone, -1)
    for kind, name, share in (
        ("google-analytics", "platform", 0.3),
        ("adsense", "host", 0.3),
        ("google-search-engine", "cdn", 0.35),
        ("favicon-mmh3", "default", 0.3),
    ):
        yield kind, f"{name}-", np.where(chance.random(sites) < share, 0, -1)
    for kind in VENDOR_KINDS:
        vendors = max(3, sites // 400)
        chosen = _popular(vendors, sites, chance)
        yield kind, "v-", np.where(chance.random(sites) < 0.15, chosen, -1)
    yield from _hosting(sites, network, size, chance)
    themes = np.minimum(chance.zipf(1.5, sites), 2000) - 1
    yield "wordpress-theme", "t-", np.where(chance.random(sites) < 0.5, themes, -1)


def _hosting(
    sites: int, network: NDArray[np.int64], size: NDArray[np.int64], chance: np.random.Generator
) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """Servers by popularity; every second network has one of its own, or a whole one at a host's beside strangers."""
    servers, providers = max(5, sites // 30), max(3, sites // 300)
    rented = _popular(servers, sites, chance)
    of_network = np.where(chance.random(len(size)) < 0.5, np.arange(len(size)) + servers, _popular(servers, len(size), chance))
    together = (network >= 0) & (chance.random(len(size)) < 0.5)[network]
    address = np.where(together, of_network[network], rented)
    yield "dns-a", "server-", np.where(chance.random(sites) < 0.1, -1, address)
    yield "dns-ns-set", "ns-", np.where(chance.random(sites) < 0.1, -1, _popular(providers, sites, chance))
    yield "ip-asn", "AS", np.where(chance.random(sites) < 0.1, -1, address % 5000)


def _popular(number: int, sites: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """For each site one of so many, a few of which have most."""
    weight = np.minimum(chance.zipf(1.6, number), max(2, sites // 50)).astype(float)
    return chance.choice(number, sites, p=weight / weight.sum())


def _write(
    connection: sqlite3.Connection,
    sites: int,
    columns: list[tuple[str, str, NDArray[np.int64]]],
    chance: np.random.Generator,
) -> int:
    first = _START_US + chance.integers(0, 300, sites) * _DAY_US
    last = first + chance.integers(0, 60, sites) * _DAY_US
    connection.executemany(
        "INSERT INTO site VALUES (?, ?, ?, ?)",
        ((number + 1, site_name(number), int(first[number]), int(last[number])) for number in range(sites)),
    )
    kinds = {name: number for number, name in enumerate(dict.fromkeys(kind for kind, _, _ in columns), start=1)}
    connection.executemany("INSERT INTO kind VALUES (?, ?)", ((number, name) for name, number in kinds.items()))
    rows = made = 0
    for kind, prefix, numbers in columns:
        carriers = np.flatnonzero(numbers >= 0)
        values, index = np.unique(numbers[carriers], return_inverse=True)
        connection.executemany(
            "INSERT INTO value VALUES (?, ?, ?)",
            ((made + 1 + place, kinds[kind], f"{prefix}{number}") for place, number in enumerate(values.tolist())),
        )
        order = np.lexsort((carriers, index))
        connection.executemany(
            "INSERT INTO carried (value, site, state, first_us, last_us) VALUES (?, ?, 0, ?, ?)",
            zip(
                (index[order] + made + 1).tolist(),
                (carriers[order] + 1).tolist(),
                first[carriers[order]].tolist(),
                last[carriers[order]].tolist(),
                strict=True,
            ),
        )
        made += len(values)
        rows += len(carriers)
    return rows
