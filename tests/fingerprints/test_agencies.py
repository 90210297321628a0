"""What an agency brought to its customers makes no network of them, and an operator who signs like one is still found."""

from __future__ import annotations

from pathlib import Path

from fingerprints.explain import explain
from fingerprints.model import Network
from fingerprints.networks import find_networks
from fingerprints.pivot import pivot
from fingerprints.stores.base import Store
from fingerprints.verdicts import Answer, Subject, Verdicts, verdict
from tests.fingerprints.made_stores import Value, store_of

MAKER = "pixelwerk-nord.com"
CREDIT = ("made-by", MAKER)
BROUGHT: list[Value] = [
    ("google-analytics", "UA-48213977"),
    ("google-tag-manager", "GTM-K3X9Q2A"),
    ("cookiebot", "9c21eff0-3b13-4fa6-927a-50ca8f3bd99d"),
]
CLARITY: list[Value] = [("clarity", "k3x9q2ab1c"), ("clarity", "p7w2m4xz8d")]
PURSE = ("adsense", "pub-4417920063318552")


def purse(number: int) -> Value:
    """An advertising account of one site's own."""
    return "adsense", f"pub-990000000000{number:04}"


def holder(number: int) -> Value:
    """The company behind one site's copyright."""
    return "copyright-holder", f"verlag der {number}. stadt"


def owner(number: int) -> list[Value]:
    """Both."""
    return [purse(number), holder(number)]


def members(networks: list[Network]) -> list[set[str]]:
    return [set(network.sites) for network in networks]


def agree(store: Store, sites: list[str]) -> bool:
    """Whether the answer from one site outward draws the links that the clustering draws."""
    linked = {frozenset((link.a, link.b)) for network in find_networks(store) for link in network.links}
    found = {frozenset((site, one.site)) for site in sites for one in pivot(store, site).candidates if one.linked}
    return linked == found


def test_accounts_that_come_with_a_credit_link_nobody_by_themselves(tmp_path: Path) -> None:
    sites: dict[str, list[Value]] = {f"s{n}.com": [*BROUGHT, CREDIT] for n in range(8)}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert find_networks(store) == []
        answer = explain(store, "s1.com", "s2.com")
        assert agree(store, sorted(sites))
    assert not answer.linked
    assert {one.family for one in answer.evidence.shared} == {"agency"}
    assert all(f"8 of its 8 sites name {MAKER}" in one.why for one in answer.evidence.shared)
    assert 0 < answer.evidence.bits < 10
    assert "An agency may have brought 3 of the values" in answer.verdict


def test_an_operator_who_signs_as_agencies_do_is_found_by_what_no_agency_brings(tmp_path: Path) -> None:
    operator: dict[str, list[Value]] = {f"own{n}.com": [*BROUGHT, CREDIT, PURSE] for n in range(4)}
    customers: dict[str, list[Value]] = {f"s{n}.com": [*BROUGHT, CREDIT] for n in range(8)}
    with store_of(tmp_path, operator | customers, strangers=20) as store:
        (network,) = find_networks(store)
        assert agree(store, sorted(operator))
    assert set(network.sites) == set(operator)
    assert network.core == network.sites
    assert any("perhaps an agency's" in note and "GTM-K3X9Q2A" in note for note in network.notes)


def test_the_agencys_own_site_that_names_its_customers_is_none_of_them(tmp_path: Path) -> None:
    mail = ("email", f"support@{MAKER}")
    sites: dict[str, list[Value]] = {
        f"s{n}.com": [*BROUGHT, CREDIT, mail, ("menu-link", MAKER), ("mutual-link", f"{MAKER} s{n}.com")] for n in range(5)
    }
    sites[MAKER] = [*BROUGHT, mail, *(value for n in range(5) for value in (("mutual-link", f"{MAKER} s{n}.com"),))]
    with store_of(tmp_path, sites, strangers=20) as store:
        assert find_networks(store) == []
        assert agree(store, sorted(sites))


def test_without_a_credit_purses_and_holders_that_no_two_sites_share_tell_of_other_owners(tmp_path: Path) -> None:
    sites: dict[str, list[Value]] = {f"s{n}.com": [*BROUGHT, *(owner(n) if n < 5 else [])] for n in range(10)}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert find_networks(store) == []
        answer = explain(store, "s1.com", "s2.com")
        assert agree(store, sorted(sites))
    assert all(
        "of its 10 sites 5 have 5 advertising or payment accounts, and hardly two imprints" in one.why
        for one in answer.evidence.shared
    )


def test_few_owners_a_common_purse_or_purses_alone_are_no_sign(tmp_path: Path) -> None:
    few: dict[str, list[Value]] = {f"s{n}.com": [*BROUGHT, *(owner(n) if n < 3 else [])] for n in range(10)}
    common: dict[str, list[Value]] = {
        f"t{n}.com": [("clarity", "k3x9q2ab1c"), purse(50 + n), ("rubicon", "14062")] for n in range(6)
    }
    with store_of(tmp_path, few | common, strangers=20) as store:
        assert members(find_networks(store)) == [set(few), set(common)]
        assert agree(store, sorted(few | common))


def test_mailboxes_and_pages_of_each_sites_own_are_no_sign_of_other_owners(tmp_path: Path) -> None:
    sites: dict[str, list[Value]] = {
        f"s{n}.com": [*BROUGHT, ("email", f"info@s{n}.com"), ("facebook", f"site.{n}"), ("taboola", f"site-{n}")]
        for n in range(9)
    }
    with store_of(tmp_path, sites, strangers=20) as store:
        assert members(find_networks(store)) == [set(sites)]


def test_a_property_of_an_agencys_account_says_no_more_than_the_account(tmp_path: Path) -> None:
    sites: dict[str, list[Value]] = {
        f"s{n}.com": [*BROUGHT, *owner(n), ("google-analytics-property", f"UA-48213977-{n // 2}")] for n in range(6)
    }
    with store_of(tmp_path, sites, strangers=20) as store:
        assert find_networks(store) == []
        assert "of UA-48213977, perhaps" in " ".join(one.why for one in explain(store, "s0.com", "s1.com").evidence.shared)
        assert agree(store, sorted(sites))


def test_what_people_decided_of_a_value_stands_above_the_doubt(tmp_path: Path) -> None:
    sites: dict[str, list[Value]] = {f"s{n}.com": [*BROUGHT, CREDIT] for n in range(5)}
    yes = Verdicts([verdict(Subject.VALUE, ("google-tag-manager", "GTM-K3X9Q2A"), Answer.YES, "Mara")])
    with store_of(tmp_path, sites, strangers=20) as store:
        assert members(find_networks(store, yes)) == [set(sites)]
