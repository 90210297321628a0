"""What an investigator relies on who takes a network apart: who is in it, what holds it, where it breaks, how it grew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.anatomy import anatomy
from fingerprints.networks import find_networks
from fingerprints.stores.base import Batch, Store
from tests.fingerprints.made_stores import DAY, coverage, observation, store_of
from tests.fingerprints.samehand import rows, run

ADSENSE = ("adsense", "pub-4417920063318552")
EMAIL = ("email", "redaktion@nordfunk-post.com")
PIXEL = ("meta-pixel", "1394990003897405")


def clustered(path: Path) -> tuple[Store, str]:
    """a, b and c share two values; d hangs on b and c by a third."""
    held = [ADSENSE, EMAIL]
    store = store_of(path, {"a.com": held, "b.com": [*held, PIXEL], "c.com": [*held, PIXEL]}, strangers=9)
    store.write(Batch((observation("d.com", *PIXEL, day=40),), (coverage("d.com"),)))
    networks = find_networks(store)
    store.save_networks(networks)
    return store, networks[0].id


def test_members_with_their_roles_and_the_growth_of_the_network(tmp_path: Path) -> None:
    store, identity = clustered(tmp_path)
    with store:
        found = anatomy(store, identity)
    assert found
    assert {one.site: one.role for one in found.members} == {
        "a.com": "core",
        "b.com": "core",
        "c.com": "core",
        "d.com": "associated",
    }
    assert [one.site for one in found.timeline] == ["a.com", "b.com", "c.com", "d.com"]
    assert found.timeline[-1].first_seen == DAY + timedelta(days=40)


def test_each_value_with_its_sites_inside_and_outside_and_what_breaks_without_it(tmp_path: Path) -> None:
    store, identity = clustered(tmp_path)
    with store:
        late = [observation(f"late{number}.com", *ADSENSE) for number in range(2)]
        store.write(Batch(tuple(late), tuple(coverage(one.site) for one in late)))
        found = anatomy(store, identity)
    assert found
    pillars = {one.value.kind: one for one in found.pillars}
    assert (pillars["adsense"].inside, pillars["adsense"].outside, pillars["adsense"].links) == (3, 2, 3)
    assert (pillars["meta-pixel"].inside, pillars["meta-pixel"].outside) == (3, 0)
    assert pillars["adsense"].pieces == ()
    assert pillars["meta-pixel"].pieces == (("a.com", "b.com", "c.com"), ("d.com",))


def test_the_weakest_link_is_the_one_that_it_cannot_do_without(tmp_path: Path) -> None:
    store, identity = clustered(tmp_path)
    with store:
        found = anatomy(store, identity)
    assert found
    assert found.weakest
    assert (found.weakest.a, found.weakest.b, found.cut) == ("b.com", "d.com", ("d.com",))


def test_an_id_that_is_no_more_says_what_became_of_it(tmp_path: Path) -> None:
    sites = {"a.com": [ADSENSE], "b.com": [ADSENSE], "x.com": [PIXEL], "y.com": [PIXEL]}
    with store_of(tmp_path, sites, strangers=9) as store:
        before = find_networks(store)
        store.save_networks(before)
        joint = (observation(site, *EMAIL) for site in sites)
        store.write(Batch(tuple(joint)))
        (after,) = find_networks(store)
        store.save_networks([after])
    gone = next(one.id for one in before if one.id != after.id)
    said = run(tmp_path, "network", gone, "--store", "made.db", expect=1).stderr
    assert f"merged into {after.id}" in said
    (row,) = rows(tmp_path, "network", after.id, "--store", "made.db")
    (event,) = (event for event in row["events"] if event["fate"] == "merged" and event["network"] == gone)
    assert EMAIL[1] in event["cause"]
    assert "since: " in run(tmp_path, "network", after.id, "--store", "made.db").stdout


def test_who_left_is_told_with_what_held_him(tmp_path: Path) -> None:
    with store_of(tmp_path, {"a.com": [ADSENSE], "b.com": [ADSENSE], "c.com": [ADSENSE]}, strangers=9) as store:
        (whole,) = find_networks(store)
        store.save_networks([whole])
        links = tuple(link for link in whole.links if "c.com" not in (link.a, link.b))
        store.save_networks([replace(whole, core=("a.com", "b.com"), associated=(), links=links)])
    told = " ".join(run(tmp_path, "network", whole.id, "--store", "made.db").stdout.split())
    assert "left: c.com held before by: " in told
    (row,) = rows(tmp_path, "network", whole.id, "--store", "made.db")
    assert [event["cause"] for event in row["events"] if event["fate"] == "left" and ADSENSE[1] in event["cause"]]


@pytest.mark.parametrize("called", ["id", "site"])
def test_the_command_takes_an_id_or_a_member(tmp_path: Path, called: str) -> None:
    store, identity = clustered(tmp_path)
    store.close()
    name = identity if called == "id" else "b.com"
    told = run(tmp_path, "network", name, "--store", "made.db").stdout
    assert all(part in told for part in (identity, "Weakest link", "Falls apart without", "First seen"))
    (row,) = rows(tmp_path, "network", name, "--store", "made.db")
    assert row["weakest"]["cuts_off"] == ["d.com"]
    assert row["held_by"][0]["inside"] == 3


def test_a_site_that_belongs_to_two_networks_is_told_by_every_command(tmp_path: Path) -> None:
    other = [("adsense", "pub-7719345500218843"), ("email", "desk@ostblick.net")]
    sites = {f"one{n}.com": [ADSENSE, EMAIL] for n in range(4)} | {f"two{n}.com": other for n in range(5)}
    store_of(tmp_path, sites | {"sold.com": [ADSENSE, other[0]]}, strangers=9).close()
    listed = rows(tmp_path, "networks", "--store", "made.db")
    home, also = (network["id"] for network in listed)
    for network in listed:
        (row,) = rows(tmp_path, "network", network["id"], "--store", "made.db")
        (one,) = row["overlaps"]
        assert {name: one[name] for name in ("site", "member_of", "also", "links", "of")} == {
            "site": "sold.com",
            "member_of": home,
            "also": also,
            "links": 4,
            "of": 4,
        }
        told = " ".join(run(tmp_path, "network", network["id"], "--store", "made.db").stdout.split())
        assert "Belongs to two networks" in told
        assert "it belongs to both by evidence" in told
    assert "overlaps" in run(tmp_path, "networks", "--store", "made.db").stdout
    run(tmp_path, "report", "--store", "made.db", "--out", "desk")
    for page in (*(tmp_path / "desk/networks").glob("*.html"), tmp_path / "desk/sites/sold.com.html"):
        assert "it belongs to both by evidence" in page.read_text("utf-8")


def test_a_site_of_no_network_and_an_id_that_never_was_are_told_apart(tmp_path: Path) -> None:
    store, _ = clustered(tmp_path)
    store.close()
    assert "member of no network" in run(tmp_path, "network", "stranger1.com", "--store", "made.db", expect=1).stderr
    assert "holds no network" in run(tmp_path, "network", "n-0000000000", "--store", "made.db", expect=1).stderr
