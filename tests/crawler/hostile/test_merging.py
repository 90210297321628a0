"""A site that carries ids of two networks does not make one of them, or is named as what alone joins them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.farm.attackers import serve
from crawler.farm.attackers.base import Attack, front, page
from fingerprints.model import Network
from fingerprints.networks import find_networks
from fingerprints.stores.base import open_store
from tests.crawler.hostile.suite import crawled

_RED = ("<script>gtag('config', 'G-REDREDRED1')</script>", "<script data-ad-client='ca-pub-1111222233334444'></script>")
_BLUE = ("<script>gtag('config', 'G-BLUEBLUE22')</script>", "<script data-ad-client='ca-pub-5555666677778888'></script>")


def _site(name: str, *ids: str) -> Attack:
    return Attack(name, "", front(page(f"<html>{''.join(ids)}</html>")))


@pytest.fixture
def networks(taken: int, tmp_path: Path) -> list[Network]:
    everyone = [_site("merger", *_RED[:taken], *_BLUE[:taken])]
    everyone += [_site(f"{name}-{number}", *ids) for name, ids in (("red", _RED), ("blue", _BLUE)) for number in range(5)]
    with serve(everyone) as port:
        assert crawled(tmp_path / "a.db", [one.site for one in everyone], port).code == 0
    with open_store(str(tmp_path / "a.db"), create=False) as store:
        return find_networks(store)


@pytest.mark.parametrize("taken", [1])
def test_one_id_of_each_network_merges_nothing(networks: list[Network]) -> None:
    colours = [{site.partition("-")[0] for site in network.sites} - {"merger"} for network in networks]
    assert sorted(map(sorted, colours)) == [["blue"], ["red"]]


@pytest.mark.parametrize("taken", [2])
def test_who_carries_all_ids_of_two_networks_is_named_as_what_alone_joins_them(networks: list[Network]) -> None:
    (network,) = networks
    assert "Falls apart without the site merger-attack.org: 5 and 5 sites are left that nothing else joins." in network.notes
