"""What an investigator relies on: who is put together, who is not, and that the same store gives the same answer."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from fingerprints.anatomy import anatomy
from fingerprints.explain import UnknownSiteError, explain
from fingerprints.model import Network, State
from fingerprints.networks import find_networks
from fingerprints.overlaps import overlaps
from fingerprints.pivot import pivot
from fingerprints.stores.base import Batch
from tests.fingerprints.made_stores import Value, coverage, observation, store_of

ADSENSE = ("adsense", "pub-4417920063318552")
ANALYTICS = ("google-analytics", "UA-48213977")
EMAIL = ("email", "redaktion@nordfunk-post.com")
THEME = ("wordpress-theme", "gazette-nova")


def members(networks: list[Network]) -> list[set[str]]:
    return [set(network.sites) for network in networks]


def test_a_rare_account_joins_two_sites_and_nobody_else(tmp_path: Path) -> None:
    with store_of(tmp_path, {"a.com": [ADSENSE], "b.net": [ADSENSE], "c.org": [ANALYTICS]}, strangers=20) as store:
        (network,) = find_networks(store)
    assert network.sites == ("a.com", "b.net")
    assert network.confidence > 0.8
    (link,) = network.links
    assert (link.a, link.b) == ("a.com", "b.net")
    assert [(shared.kind, shared.sites) for shared in link.shared] == [("adsense", 2)]


def test_one_weak_family_never_links(tmp_path: Path) -> None:
    sites = {f"{name}.com": [THEME, ("generator", "WordPress 6.4")] for name in "abcd"}
    with store_of(tmp_path, sites, strangers=60) as store:
        assert find_networks(store) == []


def test_two_families_make_core_members_and_one_makes_associated_ones(tmp_path: Path) -> None:
    sites = {"a.com": [ADSENSE, EMAIL], "b.com": [ADSENSE, EMAIL], "c.com": [ADSENSE]}
    with store_of(tmp_path, sites, strangers=20) as store:
        (network,) = find_networks(store)
    assert network.core == ("a.com", "b.com")
    assert network.associated == ("c.com",)


@pytest.mark.parametrize("state", [State.COPIED, State.COMMENTED])
def test_a_value_that_is_copied_or_commented_links_nobody(tmp_path: Path, state: State) -> None:
    with store_of(tmp_path, {"a.com": [ADSENSE], "clone.com": [(*ADSENSE, state)]}) as store:
        assert find_networks(store) == []
        answer = explain(store, "a.com", "clone.com")
    assert not answer.linked
    assert [(one.kind, "only in" in one.why) for one in answer.left_out] == [("adsense", True)]


def test_a_site_of_which_only_copies_were_seen_is_its_groups_when_a_site_of_the_group_names_it(tmp_path: Path) -> None:
    named = [ADSENSE, EMAIL, ("menu-link", "sister.com")]
    printed: list[Value] = [(*ADSENSE, State.COPIED), (*EMAIL, State.COPIED)]
    sites: dict[str, list[Value]] = {"a.com": [*named], "b.com": [ADSENSE, EMAIL], "sister.com": printed, "clone.com": printed}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert members(find_networks(store)) == [{"a.com", "b.com", "sister.com"}]
    # A site with pages of its own quotes others; that one of them links to it is no tie.
    (tmp_path / "made.db").unlink()
    with store_of(tmp_path, sites | {"sister.com": [*printed, ANALYTICS]}, strangers=20) as store:
        assert members(find_networks(store)) == [{"a.com", "b.com"}]


def test_a_vendors_id_links_nobody_when_its_sites_have_their_own(tmp_path: Path) -> None:
    sites = {f"s{n}.com": [ADSENSE, ("adsense", f"pub-99000000000000{n:02}")] for n in range(8)}
    with store_of(tmp_path, sites) as store:
        assert find_networks(store) == []
        (left,) = explain(store, "s1.com", "s2.com").left_out
    assert "vendor" in left.why


@pytest.mark.parametrize(("day", "joined"), [(0, False), (3, True)])
def test_an_id_that_was_swapped_for_another_is_no_vendors(tmp_path: Path, day: int, joined: bool) -> None:
    sites = {f"s{n}.com": [ADSENSE] for n in range(6)}
    with store_of(tmp_path, sites) as store:
        new = (observation(site, "adsense", "pub-9900000000000001", day=day) for site in ("s0.com", "s1.com"))
        store.write(Batch(tuple(new)))
        assert (set(sites) in members(find_networks(store))) is joined
        assert ("s5.com" in {one.site for one in pivot(store, "s4.com").candidates if one.linked}) is joined


def test_an_account_of_a_large_network_is_kept_when_its_sites_agree_in_something_else(tmp_path: Path) -> None:
    sites = {f"s{n}.com": [ADSENSE, EMAIL, ("adsense", f"pub-99000000000000{n:02}")] for n in range(8)}
    with store_of(tmp_path, sites) as store:
        assert members(find_networks(store)) == [set(sites)]


def test_a_platforms_value_links_none_of_its_tenants(tmp_path: Path) -> None:
    sites = {f"b{n}.blogspot.com": [ADSENSE] for n in range(5)} | {"own-domain.com": [ADSENSE]}
    with store_of(tmp_path, sites) as store:
        assert find_networks(store) == []


def test_a_value_carried_years_apart_links_nobody(tmp_path: Path) -> None:
    with store_of(tmp_path, {}) as store:
        store.write(
            Batch(
                (observation("a.com", *ADSENSE), observation("b.com", *ADSENSE, day=1000)),
                (coverage("a.com"), coverage("b.com")),
            )
        )
        assert find_networks(store) == []
        answer = explain(store, "a.com", "b.com")
    assert "too far apart in time" in answer.left_out[0].why


def test_two_dense_groups_joined_by_one_value_stay_two_and_the_bridge_is_named(tmp_path: Path) -> None:
    one = {f"one{n}.com": [ADSENSE, EMAIL] for n in range(6)}
    two = {f"two{n}.com": [("adsense", "pub-7719345500218843"), ("email", "desk@ostblick.net")] for n in range(6)}
    one["one0.com"] = [*one["one0.com"], ANALYTICS]
    two["two0.com"] = [*two["two0.com"], ANALYTICS]
    with store_of(tmp_path, one | two) as store:
        networks = find_networks(store)
    assert sorted(map(sorted, members(networks))) == [sorted(one), sorted(two)]
    assert all(any("kept apart" in note and "UA-48213977" in note for note in network.notes) for network in networks)


def test_a_site_that_hangs_on_one_member_by_one_value_is_no_more_than_a_candidate(tmp_path: Path) -> None:
    sites = {"a.com": [ADSENSE, EMAIL], "b.com": [ADSENSE, EMAIL, ANALYTICS], "c.com": [ANALYTICS]}
    with store_of(tmp_path, sites, strangers=20) as store:
        (network,) = find_networks(store)
    assert (network.sites, network.candidates) == (("a.com", "b.com"), ("c.com",))
    (why,) = network.pointers
    assert why.site == "c.com"
    assert why.member in network.sites
    assert 0 < why.strongest.bits <= why.bits
    assert any("c.com is no more than a candidate" in note for note in network.notes)


def test_a_site_that_is_firmly_tied_on_both_sides_joins_them(tmp_path: Path) -> None:
    other = [ANALYTICS, ("meta-pixel", "1394990003897405")]
    sites = {"a.com": [ADSENSE, EMAIL], "b.com": [ADSENSE, EMAIL, *other], "c.com": other}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert members(find_networks(store)) == [set(sites)]


def test_a_vendors_customers_are_not_drawn_into_the_network_of_one_of_them(tmp_path: Path) -> None:
    network = {f"own{n}.com": [ADSENSE, EMAIL] for n in range(4)}
    customers: dict[str, list[tuple[str, str]]] = {f"other{n}.com": [ANALYTICS] for n in range(7)}
    network["own0.com"] = [*network["own0.com"], ANALYTICS]
    with store_of(tmp_path, network | customers) as store:
        assert members(find_networks(store)) == [set(customers), set(network)]


def test_a_chain_of_different_values_is_as_many_pairs(tmp_path: Path) -> None:
    values = [("adsense", f"pub-44179200633185{n:02}") for n in range(9)]
    sites = {f"s{n}.com": [values[n], values[n + 1]] for n in range(8)}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert sorted(map(sorted, members(find_networks(store)))) == [[f"s{n}.com", f"s{n + 1}.com"] for n in (0, 2, 4, 6)]


def test_the_value_without_which_a_network_falls_apart_is_named(tmp_path: Path) -> None:
    with store_of(tmp_path, {"a.com": [ADSENSE], "b.com": [ADSENSE], "c.com": [ADSENSE]}) as store:
        (network,) = find_networks(store)
    assert any("Falls apart without adsense pub-4417920063318552" in note for note in network.notes)


def test_an_id_stays_when_sites_join_and_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    with store_of(tmp_path, {"b.com": [ADSENSE], "c.com": [ADSENSE]}) as store:
        first = find_networks(store)
        store.save_networks(first)
        store.write(Batch((observation("a.com", *ADSENSE),), (coverage("a.com"),)))
        second = find_networks(store)
    assert second[0].id == first[0].id
    assert second[0].sites == ("a.com", "b.com", "c.com")


def test_the_same_store_gives_the_same_networks(tmp_path: Path) -> None:
    sites = {f"s{n}.com": [("adsense", f"pub-44179200633185{n // 5:02}"), ("email", f"x{n // 3}@y.com")] for n in range(40)}
    with store_of(tmp_path, sites) as store:
        assert find_networks(store) == find_networks(store)


def test_a_value_on_many_sites_gives_a_sparse_set_of_links(tmp_path: Path) -> None:
    sites = {f"s{n:03}.com": [ADSENSE, EMAIL] for n in range(300)}
    with store_of(tmp_path, sites) as store:
        (network,) = find_networks(store)
    assert len(network.sites) == 300
    assert len(network.links) < 3000


def test_explain_answers_for_strangers_and_says_what_differs(tmp_path: Path) -> None:
    sites = {"a.com": [ADSENSE], "b.com": [("adsense", "pub-7719345500218843")]}
    with store_of(tmp_path, sites) as store:
        answer = explain(store, "b.com", "a.com")
        assert (answer.evidence.a, answer.evidence.b, answer.linked) == ("a.com", "b.com", False)
        assert answer.differs == ("adsense",)
        with pytest.raises(UnknownSiteError, match="never looked at"):
            explain(store, "a.com", "unknown.com")


def test_bits_of_a_link_add_up(tmp_path: Path) -> None:
    sites = {"a.com": [ADSENSE, EMAIL, ANALYTICS], "b.com": [ADSENSE, EMAIL, ANALYTICS]}
    with store_of(tmp_path, sites) as store:
        (network,) = find_networks(store)
    for link in network.links:
        assert sum(shared.bits for shared in link.shared) == pytest.approx(link.bits, abs=0.05)


def test_after_a_split_one_part_keeps_the_id(tmp_path: Path) -> None:
    parts = {"s0.com": [ADSENSE], "s1.com": [ADSENSE], "s2.com": [EMAIL], "s3.com": [EMAIL]}
    with store_of(tmp_path, parts) as store:
        whole = Network("n-before", tuple(parts), (), (), 0.9, ())
        store.save_networks([whole])
        networks = find_networks(store)
    assert len({network.id for network in networks}) == 2
    assert "n-before" in {network.id for network in networks}
    assert all(not set(one.sites) & set(other.sites) for one, other in itertools.combinations(networks, 2))


NAMED = ("copyright-holder", "nordfunk verlag")
NAMES_EACH_OTHER = ("mutual-link", "a.com b.com")


def test_a_publisher_links_what_names_each_other(tmp_path: Path) -> None:
    sites = {"a.com": [NAMED, NAMES_EACH_OTHER], "b.com": [NAMED, NAMES_EACH_OTHER], "imposter.com": [NAMED]}
    with store_of(tmp_path, sites, strangers=60) as store:
        (network,) = find_networks(store)
    assert network.sites == ("a.com", "b.com")


def test_friends_who_exchange_links_are_no_network(tmp_path: Path) -> None:
    same = [THEME, ("url-pattern", "/{word}/{slug}-{n}-{word}"), ("favicon-mmh3", "1234567890"), ("menu-link", "c.com")]
    with store_of(tmp_path, {"a.com": [*same, NAMES_EACH_OTHER], "b.com": [*same, NAMES_EACH_OTHER]}, strangers=60) as store:
        assert find_networks(store) == []


def test_a_site_that_its_original_names_is_no_copy(tmp_path: Path) -> None:
    name = ("site-name", "Nordfunk Post")
    sites = {"a.com": [ADSENSE, name], "b.com": [ADSENSE, name, ("assets-from", "a.com")]}
    with store_of(tmp_path, sites, strangers=20) as store:
        assert find_networks(store) == []
        store.write(Batch(observations=(observation("a.com", "menu-link", "b.com"),)))
        (network,) = find_networks(store)
    assert network.sites == ("a.com", "b.com")


SOLD = {
    **{f"one{n}.com": [ADSENSE, EMAIL] for n in range(4)},
    **{f"two{n}.com": [("adsense", "pub-7719345500218843"), ("email", "desk@ostblick.net")] for n in range(5)},
    "sold.com": [ADSENSE, ("adsense", "pub-7719345500218843")],
}
"""Two networks, and a site that carries an account of either."""


def test_a_site_that_is_tied_to_two_networks_is_a_member_of_one_and_told_as_both(tmp_path: Path) -> None:
    with store_of(tmp_path, SOLD, strangers=20) as store:
        networks = find_networks(store)
        assert sorted(map(len, members(networks))) == [4, 6]
        (one,) = overlaps(networks)
        home, also = ({network.id: network for network in networks}[identity] for identity in (one.home, one.also))
        assert (one.site, one.pointer.links, one.of) == ("sold.com", len(also.sites), len(also.sites))
        assert "sold.com" in home.sites
        assert "sold.com" not in also.sites
        store.save_networks(networks)
        for network in (home, also):
            found = anatomy(store, network.id)
            assert found
            assert found.overlaps == (one,)
    assert f"sold.com, a member of {home.id}, is linked to {one.of} of the {one.of} sites of {also.id} as well" in one.sentence


def test_a_bridge_of_one_value_between_two_members_is_no_overlap(tmp_path: Path) -> None:
    sites = {name: list(values) for name, values in SOLD.items() if name != "sold.com"}
    for name in ("one0.com", "two0.com"):
        sites[name].append(ANALYTICS)
    with store_of(tmp_path, sites, strangers=20) as store:
        networks = find_networks(store)
    assert len(networks) == 2
    assert list(overlaps(networks)) == []
    assert [one.links for network in networks for one in network.pointers] == [1, 1]
