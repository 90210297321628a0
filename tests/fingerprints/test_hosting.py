"""What hosting traits are worth: nothing when strangers share them, by lists and by the store; something beside a mailbox or account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints import config, hosting
from fingerprints.explain import explain
from fingerprints.networks import find_networks
from fingerprints.stores.base import Batch, Store, open_store
from tests.fingerprints.made_stores import DAY, coverage, observation, store_of

MAILBOX = ("soa-email", "anna.keller@harbourpost.com")
SERVER = (
    ("dns-a", "203.0.113.7"),
    ("dns-ns", "ns1.quiet-harbour.net"),
    ("tls-certificate", "ab" * 32),
    ("hhhash", "hhh:1:" + "0" * 64),
)


def groups(store: Store) -> list[list[str]]:
    return [sorted(network.sites) for network in find_networks(store)]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("dns-a", "104.16.132.229", "a CDN's (Cloudflare)"),
        ("dns-a", "2606:4700::6810:84e5", "a CDN's (Cloudflare)"),
        ("dns-a", "185.199.109.153", "a builder's (GitHub Pages)"),
        ("dns-a", "199.59.243.225", "a parking service's (Bodis)"),
        ("spf-ip4", "104.16.0.0/13", "a CDN's (Cloudflare)"),
        ("dns-ns", "ada.ns.cloudflare.com", "a CDN's (Cloudflare)"),
        ("dns-ns", "dns1.deflect.ca", "protects persecuted media (Deflect (eQualitie))"),
        ("dns-ns", "ns1.virtualroad.org", "protects persecuted media (Qurium VirtualRoad)"),
        ("dns-ns", "ns53.domaincontrol.com", "a registrar's (GoDaddy)"),
        ("dns-ns-set", "ada.ns.cloudflare.com,bob.ns.cloudflare.com", "a CDN's (Cloudflare)"),
        ("soa-email", "dns@jomax.net", "a registrar's (GoDaddy (SOA mailbox))"),
        ("dns-mx", "aspmx.l.google.com", "a DNS host's, a mail service's"),
        ("cname", "shops.myshopify.com", "a builder's (Shopify)"),
        ("registrant-email", "abc@domainsbyproxy.com", "a privacy service's (GoDaddy)"),
    ],
)
def test_the_lists_know_whose_it_is(kind: str, value: str, told: str) -> None:
    assert told in hosting.why_shared(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("dns-a", "203.0.113.7"),
        ("dns-a", "not an address"),
        ("dns-ns", "ns1.notcloudflare.com"),
        ("dns-ns-set", "ada.ns.cloudflare.com,ns1.quiet-harbour.net"),
        ("soa-email", "anna.keller@harbourpost.com"),
        ("adsense", "104.16.132.229"),
    ],
)
def test_what_the_lists_do_not_know_is_left_alone(kind: str, value: str) -> None:
    assert hosting.why_shared(kind, value) == ""


def test_a_mailbox_and_a_server_tie(tmp_path: Path) -> None:
    store = store_of(tmp_path, {f"s{number}.com": (MAILBOX, *SERVER) for number in range(4)}, strangers=60)
    assert groups(store) == [[f"s{number}.com" for number in range(4)]]
    (network,) = find_networks(store)
    assert {shared.kind for shared in network.links[0].shared if shared.bits > 0} >= {"soa-email", "dns-a"}


@pytest.mark.parametrize("sites", [2, 3, 12, 100])
def test_a_server_alone_ties_nobody(tmp_path: Path, sites: int) -> None:
    assert groups(store_of(tmp_path, {f"s{number}.com": SERVER for number in range(sites)}, strangers=60)) == []


def test_a_network_on_a_shared_server_is_not_tied_to_its_neighbours(tmp_path: Path) -> None:
    network = {f"n{number}.com": (MAILBOX, *SERVER) for number in range(4)}
    neighbours = {f"s{number}.com": (*SERVER, ("wordpress-theme", "harbour")) for number in range(20)}
    assert groups(store_of(tmp_path, network | neighbours, strangers=60)) == [sorted(network)]


def test_a_listed_mailbox_ties_nobody_and_says_why(tmp_path: Path) -> None:
    sites = {f"s{number}.com": (("soa-email", "dns@cloudflare.com"), ("dns-a", "104.16.132.229")) for number in range(3)}
    store = store_of(tmp_path, sites, strangers=60)
    assert groups(store) == []
    told = [one.why for one in explain(store, "s0.com", "s1.com").left_out]
    assert sum("shared hosting: a CDN's (Cloudflare)" in why for why in told) == 2


def _seen_on(path: Path, days: Iterable[int]) -> Store:
    store = open_store(str(path / "dated.db"))
    values = (MAILBOX, *SERVER)
    seen = tuple(observation(f"s{day}.com", *value, day=day) for day in days for value in values)
    store.write(Batch(observations=seen, coverage=tuple(coverage(f"stranger{number}.com") for number in range(60))))
    return store


def test_a_server_shared_years_apart_links_nobody(tmp_path: Path) -> None:
    assert groups(_seen_on(tmp_path, (0, 30))) == [["s0.com", "s30.com"]]
    (tmp_path / "later").mkdir()
    assert groups(_seen_on(tmp_path / "later", (0, 900))) == []
    assert DAY + timedelta(days=900) > DAY


def test_a_user_s_list_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosting").mkdir()
    (tmp_path / "hosting" / "ranges.tsv").write_text("203.0.113.0/24\tprotects persecuted media\tOurs\tmeasured\n")
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    hosting._ranges.cache_clear()
    try:
        assert "protects persecuted media (Ours)" in hosting.why_shared("dns-a", "203.0.113.7")
        (tmp_path / "hosting" / "ranges.tsv").write_text("203.0.113.7/24\ta\tb\tc\n")
        hosting._ranges.cache_clear()
        with pytest.raises(config.ConfigError, match=r"203\.0\.113\.7/24"):
            hosting.why_shared("dns-a", "203.0.113.7")
    finally:
        hosting._ranges.cache_clear()
