"""A site that carries the ids of two networks does not make one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.farm.attackers import serve
from crawler.farm.attackers.base import Attack, front, page
from fingerprints.networks import find_networks
from fingerprints.stores.base import open_store
from tests.crawler.hostile.suite import crawled

_RED = ("<script>gtag('config', 'G-REDREDRED1')</script>", "<script data-ad-client='ca-pub-1111222233334444'></script>")
_BLUE = ("<script>gtag('config', 'G-BLUEBLUE22')</script>", "<script data-ad-client='ca-pub-5555666677778888'></script>")


def _site(name: str, *ids: str) -> Attack:
    return Attack(name, "", front(page(f"<html>{''.join(ids)}</html>")))


@pytest.mark.parametrize("taken", [1, 2])
def test_ids_crafted_to_merge_two_networks_merge_nothing(taken: int, tmp_path: Path) -> None:
    everyone = [_site("merger", *_RED[:taken], *_BLUE[:taken])]
    everyone += [_site(f"{name}-{number}", *ids) for name, ids in (("red", _RED), ("blue", _BLUE)) for number in range(5)]
    with serve(everyone) as port:
        assert crawled(tmp_path / "a.db", [one.site for one in everyone], port).code == 0
    with open_store(str(tmp_path / "a.db"), create=False) as store:
        networks = list(find_networks(store))
    print([(n.sites, n.candidates, n.notes) for n in networks])
    colours = [{site.partition("-")[0] for site in network.sites} - {"merger"} for network in networks]
    assert sorted(map(sorted, colours)) == [["blue"], ["red"]]
