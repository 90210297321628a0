"""samehand crawl --expand: from one seed to its network, within its budget, each visit with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.farm import Farm, serve
from crawler.farm.build import build
from crawler.farm.plan import Plan
from crawler.farm.world import load
from fingerprints import expansion
from fingerprints.stores.base import open_store
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows, run

WORLD = Path(__file__).parent / "expanding.toml"
ADSENSE = ("adsense", "pub-4417920063318552")


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with serve(WORLD, seed=1) as served:
        yield served


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build(load(WORLD), seed=1)


def members(plan: Plan, network: str) -> list[str]:
    return [site.domain for site in plan.sites if site.network == network]


def crawl(folder: Path, farm: Farm, *arguments: str) -> str:
    ports = f"80:{farm.http},443:{farm.https}"
    options = ["--dns", farm.dns, "--map-port", ports, "--ca-file", str(farm.ca_file), "--allow-private"]
    polite = ["--no-probes", "--no-containers", "--delay", "0", "--articles", "1", "--store", "a.db"]
    return run(folder, "crawl", *options, *polite, *arguments).stderr


def crawled(folder: Path) -> set[str]:
    with open_store(str(folder / "a.db")) as store:
        return {site.site for site in store.sites()}


def test_one_seed_leads_to_the_whole_network_and_to_nobody_else(tmp_path: Path, farm: Farm, plan: Plan) -> None:
    ring = members(plan, "Ring")
    said = crawl(tmp_path, farm, "--expand", "50", ring[0])
    assert crawled(tmp_path) == set(ring)
    assert "no domain that the sites name is worth a visit" in said
    told = [one["about"] for one in rows(tmp_path, "log", "--store", "a.db") if one["what"] == "expand"]
    assert sorted(about.split()[2] for about in told) == sorted(ring[1:])
    assert all("links to its front page" in about for about in told)
    (network,) = rows(tmp_path, "networks", "--store", "a.db")
    assert set(network["sites"]) == set(ring)


def test_the_budget_holds(tmp_path: Path, farm: Farm, plan: Plan) -> None:
    said = crawl(tmp_path, farm, "--expand", "3", members(plan, "Ring")[0])
    assert len(crawled(tmp_path)) == 3
    assert "the 3 sites of the budget are used" in said


def test_a_site_that_shares_nothing_is_looked_at_once_and_not_followed(tmp_path: Path) -> None:
    sites = {
        "seed.com": [ADSENSE, ("home-link", "sister.com"), ("home-link", "stranger.org")],
        "sister.com": [ADSENSE, ("redirect", "old-name.com")],
        "stranger.org": [("home-link", "its-friend.org")],
    }
    with store_of(tmp_path, sites, strangers=9) as store:
        within = expansion.ring(store, ["seed.com"])
        found = expansion.steps(store, within, expansion.load())
    assert set(within) == {"seed.com", "sister.com"}
    assert [(step.domain, step.why) for step in found] == [("old-name.com", ("sister.com sends its visitors there",))]


def test_what_everybody_links_to_is_not_worth_a_visit(tmp_path: Path) -> None:
    everybody = {f"other{number}.com": [("home-link", "well-known.com")] for number in range(9)}
    sites = {"seed.com": [("home-link", "well-known.com"), ("home-link", "little-known.com")], **everybody}
    with store_of(tmp_path, sites) as store:
        found = expansion.steps(store, expansion.ring(store, ["seed.com"]), expansion.load())
    assert [step.domain for step in found] == ["little-known.com"]


def test_it_needs_a_crawl_of_its_own(tmp_path: Path) -> None:
    said = run(tmp_path, "crawl", "--expand", "3", "--dry-run", "example.org", expect=2).stderr
    assert "leave --dry-run" in said
