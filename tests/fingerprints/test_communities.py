"""Groups where the answer is known, against networkx where it is not, and ids that last while a store grows."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprints import evidence_settings
from fingerprints.communities import communities, leiden
from fingerprints.model import Network
from fingerprints.networks import find_networks
from fingerprints.stores.base import Batch, open_store
from fingerprints.stores.history import History, NetworkFate
from tests.fingerprints.made_stores import coverage, observation

STRONG, THIN = 24.0, 11.0


def partition(group: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(group == number).tolist()) for number in np.unique(group)}


def found(nodes: int, links: dict[tuple[int, int], float]) -> set[frozenset[int]]:
    a, b = np.array(sorted(links), dtype=np.int64).T
    return partition(communities(nodes, a, b, np.array([links[pair] for pair in sorted(links)]), evidence_settings.load()))


def cliques(sizes: list[int]) -> tuple[list[range], dict[tuple[int, int], float]]:
    """Groups of these sizes, each fully linked inside."""
    ends = np.cumsum([0, *sizes]).tolist()
    groups = [range(begin, end) for begin, end in pairwise(ends)]
    return groups, {pair: STRONG for group in groups for pair in combinations(group, 2)}


@settings(deadline=None)  # the first example loads networkit
@given(st.lists(st.integers(4, 9), min_size=2, max_size=7))
def test_cliques_in_a_row_joined_by_thin_links_are_the_groups(sizes: list[int]) -> None:
    groups, links = cliques(sizes)
    links |= {(one[-1], other[0]): THIN for one, other in pairwise(groups)}
    assert found(sum(sizes), links) == {frozenset(group) for group in groups}


@settings(deadline=None)  # the first example loads networkit
@given(st.integers(3, 30), st.integers(4, 7))
def test_a_ring_of_cliques_is_as_many_groups_and_no_pairs_of_them(number: int, size: int) -> None:
    """The ring on which modularity alone joins neighbours: Fortunato and Barthelemy, https://arxiv.org/abs/physics/0607100."""
    groups, links = cliques([size] * number)
    links |= {(min(one[0], other[1]), max(one[0], other[1])): THIN for one, other in pairwise([*groups, groups[0]])}
    assert found(number * size, links) == {frozenset(group) for group in groups}


def test_two_cliques_joined_by_strong_evidence_are_one() -> None:
    groups, links = cliques([6, 6])
    links[groups[0][-1], groups[1][0]] = 30.0
    assert len(found(12, links)) == 1


def test_links_that_do_not_meet_are_apart_as_networkx_says() -> None:
    graph = nx.gnp_random_graph(300, 0.004, seed=5)
    assert found(300, dict.fromkeys(graph.edges, THIN)) == {frozenset(part) for part in nx.connected_components(graph)}


def test_modularity_on_random_graphs_is_no_worse_than_networkx() -> None:
    ours, theirs = [], []
    for seed in range(6):
        for graph in (
            nx.gnp_random_graph(120, 0.06, seed=seed),
            nx.planted_partition_graph(6, 20, 0.5, 0.03, seed=seed),
            nx.powerlaw_cluster_graph(150, 3, 0.3, seed=seed),
        ):
            bits = np.random.default_rng(seed).uniform(10, 30, graph.number_of_edges())
            nx.set_edge_attributes(graph, dict(zip(graph.edges, bits.tolist(), strict=True)), "weight")
            a, b = np.array(graph.edges, dtype=np.int64).T
            ours.append(nx.community.modularity(graph, partition(leiden(len(graph), a, b, bits))))
            theirs.append(nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed)))
    assert np.mean(ours) >= np.mean(theirs)
    assert all(mine >= other - 0.005 for mine, other in zip(ours, theirs, strict=True))


class Growing:
    """A store that gains sites and is clustered again and again."""

    def __init__(self, path: Path) -> None:
        self.store = open_store(str(path / "growing.db"))
        self.networks: list[Network] = []

    def add(self, sites: dict[str, list[tuple[str, str]]]) -> None:
        seen = tuple(observation(site, *value) for site, values in sites.items() for value in values)
        self.store.write(Batch(seen, tuple(coverage(site) for site in sites)))

    def cluster(self) -> dict[str, str]:
        """The id of each site's network."""
        self.networks = find_networks(self.store)
        self.store.save_networks(self.networks)
        return {site: network.id for network in self.networks for site in network.sites}

    def fates(self) -> list[tuple[NetworkFate, str, str]]:
        assert isinstance(self.store, History)
        return [(one.fate, one.network, one.other) for one in self.store.network_events()]


def values(network: int) -> list[tuple[str, str]]:
    return [("adsense", f"pub-44179200633{network:05}"), ("email", f"desk@network{network}.net")]


def test_ids_last_over_twenty_runs_with_five_percent_new_sites_each(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    growing.add({f"s{network}-{number}.com": values(network) for network in range(5) for number in range(8)})
    first = growing.cluster()
    names = {network: first[f"s{network}-0.com"] for network in range(5)}
    chance = np.random.default_rng(4)
    for run in range(20):
        new = max(1, round(len(growing.cluster()) * 0.05))
        homes = chance.integers(0, 6, new).tolist()  # the sixth is nobody's: strangers come too
        growing.add({f"new{run}-{number}.com": values(home) if home < 5 else [] for number, home in enumerate(homes)})
        now = growing.cluster()
        assert {network: now[f"s{network}-0.com"] for network in range(5)} == names
    assert {fate for fate, _, _ in growing.fates()} == {NetworkFate.JOINED}
    assert sum(len(network.sites) for network in growing.networks) > 60


def test_births_merges_and_splits_are_recorded_with_what_they_came_from(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    growing.add({f"s{network}-{number}.com": values(network) for network in range(2) for number in range(6)})
    before = growing.cluster()
    one, other = before["s0-0.com"], before["s1-0.com"]
    growing.add({f"s2-{number}.com": values(2) for number in range(4)})
    born = growing.cluster()["s2-0.com"]
    assert (NetworkFate.BORN, born, "") in growing.fates()
    joint = [("google-analytics", "UA-48213977"), ("meta-pixel", "1394990003897405")]
    growing.add({site: joint for site, network in before.items() if network in (one, other)})
    kept = growing.cluster()["s0-0.com"]
    gone = other if kept == one else one
    assert (NetworkFate.MERGED, gone, kept) in growing.fates()


def test_a_network_that_people_cut_splits_and_one_whose_value_is_a_vendors_dies(tmp_path: Path) -> None:
    from fingerprints.verdicts import Answer, Subject, Verdicts, verdict

    growing = Growing(tmp_path)
    chain = {f"c{n}.com": values(10) + values(11) if n == 4 else values(10 if n < 4 else 11) for n in range(8)}
    growing.add(chain | {f"d{n}.com": values(12)[:1] for n in range(2)})
    before = growing.cluster()
    drop = verdict(Subject.SITE, ("c4.com",), Answer.NO, "Mara")
    shared = verdict(Subject.VALUE, values(12)[0], Answer.SHARED, "Mara")
    after = find_networks(growing.store, Verdicts([drop, shared]))
    growing.store.save_networks(after)
    new = next(network.id for network in after if network.id not in before.values())
    assert (NetworkFate.SPLIT, before["c0.com"], new) in growing.fates()
    assert (NetworkFate.DIED, before["d0.com"], "") in growing.fates()


@pytest.mark.parametrize("seed", [1, 2])
def test_two_runs_on_one_store_give_the_same_networks(tmp_path: Path, seed: int) -> None:
    from tests.bench.synthetic import make

    make(tmp_path / "web.db", 2000, seed)
    with open_store(str(tmp_path / "web.db")) as store:
        assert find_networks(store) == find_networks(store)
