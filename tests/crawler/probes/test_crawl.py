"""Probes in a crawl: what was seen, what failed and what was not looked at stay apart, and an archive gives the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.farm import Farm, serve
from fingerprints.archive import read_warc
from fingerprints.model import Outcome, Page, Role
from fingerprints.networks import find_networks
from fingerprints.reading import read_page
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from tests.crawler.crawling import ROOT, crawl, looks, of_farm, of_web, values
from tests.crawler.farm.client import SMALL
from tests.crawler.names import Names
from tests.crawler.web import Web

FEW = {"articles": 0, "about": 0, "registry_delay": 0}


def probing(farm: Farm) -> dict[str, object]:
    """The options for a crawl of a farm with its registries."""
    given = of_farm(farm)
    return {**given, **FEW, "map_port": f"{given['map_port']},43:{farm.whois}", "hosting_data": farm.hosting, "probes": "all"}


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with serve(SMALL, seed=1) as served:
        yield served


@pytest.fixture(scope="module")
def crawled(farm: Farm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of the small world with all probes."""
    store = tmp_path_factory.mktemp("probed") / "a.db"
    ended = crawl(store, "--seeds", str(farm.seeds_file), **probing(farm))
    assert ended.code == 0
    return store


def test_each_probe_of_each_site_is_accounted_for(farm: Farm, crawled: Path) -> None:
    found: dict[str, Counter[str]] = {}
    for look in looks(crawled).values():
        if look.role.is_probe:
            found.setdefault(look.site, Counter())[look.role.value] += 1
            assert look.detail or look.outcome is Outcome.READ
    for site in farm.truth["sites"]:
        assert set(found[site["domain"]]) == {"dns", "tls", "registration"}, site


def test_what_is_found_is_what_the_farm_set_up(farm: Farm, crawled: Path) -> None:
    addresses, mailboxes, days = (values(crawled, kind) for kind in ("dns-a", "soa-email", "registration-day"))
    for site in farm.truth["sites"]:
        name = site["domain"]
        if site["fault"] == "unknown-domain":
            assert not any(one == name for one, _ in addresses)
            continue
        assert {value for one, value in addresses if one == name} >= set(site["addresses"])
        if site["registered"]:
            assert any(value.startswith(site["registered"]) for one, value in days if one == name)
        operator = site["soa_email"].endswith("-hosting.net")
        assert ((name, site["soa_email"]) in mailboxes) is (bool(site["soa_email"]) and not operator)
    assert {value for _, value in values(crawled, "tls-fault")} == {"expired", "self-signed", "another host's"}
    assert {len(value) for _, value in values(crawled, "jarm")} == {62}
    assert values(crawled, "ip-asn")


def test_a_domain_that_does_not_exist_is_absent_and_a_dead_server_is_no_unknown_domain(farm: Farm, crawled: Path) -> None:
    faults = {site["fault"]: site["domain"] for site in farm.truth["sites"]}
    unknown = looks(crawled, faults["unknown-domain"])
    assert unknown[f"dns dns:{faults['unknown-domain']}"].outcome is Outcome.ABSENT
    dead = {look.role: look.outcome for look in looks(crawled, faults["dead"]).values() if look.role.is_probe}
    assert (dead[Role.DNS], dead[Role.TLS]) == (Outcome.READ, Outcome.ABSENT)


def test_a_platform_s_tenant_has_no_registration_of_its_own(farm: Farm, crawled: Path) -> None:
    tenant = next(site["domain"] for site in farm.truth["sites"] if site["domain"].endswith(".blogspot.com"))
    look = looks(crawled, tenant)[f"registration whois:{tenant}"]
    assert (look.outcome, "blogspot.com" in look.detail) == (Outcome.NOT_LOOKED_AT, True)


def test_the_archive_gives_the_same_store(crawled: Path, tmp_path: Path) -> None:
    pages = [page for path in crawled.with_suffix(".captures").iterdir() for page in read_warc(path)]
    assert all(isinstance(page, Page) for page in pages)
    with open_store(str(tmp_path / "again.db")) as again, open_store(str(crawled)) as first:
        for page in pages:
            assert isinstance(page, Page)
            again.write(read_page(page))
        told = [one for one in differences(first, again) if "in the first store only" not in one]
        hosting = [one for one in told if any(role in one for role in ("dns", "tls", "registration"))]
        assert hosting == []
        kept = {(one.site, one.kind, one.value) for one in first.carried() if one.role.is_probe}
        assert kept == {(one.site, one.kind, one.value) for one in again.carried() if one.role.is_probe}


def test_passive_asks_no_server_of_the_sites(farm: Farm, web: Web, tmp_path: Path) -> None:
    site = next(site["domain"] for site in farm.truth["sites"] if site["registered"] and not site["fault"])
    suffix = site.rpartition(".")[2]
    (tmp_path / "whois_servers.tsv").write_text(f"{suffix}\twhois.nic-{suffix}.net\n")
    (tmp_path / "rdap_bootstrap.json").write_text('{"services": []}')
    given = probing(farm) | {"map_port": f"80:{web.port},443:{web.port},43:{farm.whois}", "hosting_data": tmp_path}
    ended = crawl(tmp_path / "a.db", site, passive=1, **given)
    assert (ended.code, web.connections) == (0, 0)
    found = {look.role: look.outcome for look in looks(tmp_path / "a.db").values()}
    assert found[Role.DNS] is Outcome.READ
    assert found[Role.FRONT] is Outcome.NOT_LOOKED_AT
    assert Role.TLS not in found


def test_no_probes_look_at_nothing(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/", "<title>x</title>")
    crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names))
    assert not [look for look in looks(tmp_path / "a.db").values() if look.role.is_probe]


def test_an_unknown_probe_is_told(tmp_path: Path) -> None:
    ended = crawl(tmp_path / "a.db", "example.org", probes="dns,tsl")
    assert ended.code == 2
    assert "there is no probe 'tsl'; name some of dns, registration" in ended.stderr


def test_a_server_and_a_mailbox_tie_a_network_and_a_cdn_ties_no_strangers(tmp_path: Path) -> None:
    world = ROOT / "config" / "worlds" / "harbours.toml"
    with serve(world, seed=11) as farm:
        ended = crawl(tmp_path / "a.db", "--seeds", str(farm.seeds_file), **{**probing(farm), "probes": "dns,registration,tls"})
    assert ended.code == 0
    with open_store(str(tmp_path / "a.db")) as store:
        found = sorted(sorted(network.sites) for network in find_networks(store))
    told = {network["name"]: sorted(network["members"]) for network in farm.truth["networks"]}
    assert found == sorted(told[name] for name in ("Quiet harbour", "Deep water", "Veiled", "Tenants"))
