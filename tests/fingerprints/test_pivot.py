"""What an investigator relies on who follows a tip: the same links as the clustering draws, the network, and where to go next."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest

from fingerprints import outward
from fingerprints.evidence import compare
from fingerprints.networks import cluster, find_networks
from fingerprints.pivot import NothingKnownError, pivot
from fingerprints.stores.base import Batch, Store
from fingerprints.verdicts import Answer, Subject, Verdicts, verdict
from tests.bench.synthetic import make, site_name
from tests.fingerprints.made_stores import coverage, observation, store_of
from tests.fingerprints.samehand import rows, run

ADSENSE = ("adsense", "pub-4417920063318552")
ANALYTICS = ("google-analytics", "UA-48213977")
EMAIL = ("email", "redaktion@nordfunk-post.com")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A network of three that was clustered, and a site that came later."""
    sites = {
        "a.com": [ADSENSE, EMAIL, ("redirect", "landing.example")],
        "b.com": [ADSENSE, EMAIL, ("tls-names", "sister-post.com")],
        "c.com": [ADSENSE],
    }
    with store_of(tmp_path, sites, strangers=20) as opened:
        opened.save_networks(find_networks(opened))
        new = (observation("new.com", *ADSENSE), observation("new.com", *ANALYTICS))
        opened.write(Batch(new, (coverage("new.com"),)))
        yield opened


def test_a_new_site_is_told_its_candidates_and_the_network_it_would_join(store: Store) -> None:
    found = pivot(store, "new.com")
    assert [(one.site, one.linked) for one in found.candidates] == [("a.com", True), ("b.com", True), ("c.com", True)]
    assert found.candidates[0].evidence
    assert [value.value for value in found.candidates[0].evidence.shared] == [ADSENSE[1]]
    (joined,) = found.joins
    assert (joined.is_member, joined.by, len(joined.network.sites)) == (False, ("a.com", "b.com", "c.com"), 3)


def test_a_member_is_told_its_own_network(store: Store) -> None:
    (joined,) = pivot(store, "a.com").joins
    assert joined.is_member


def test_what_to_crawl_next_says_why_and_names_nothing_that_was_crawled(store: Store) -> None:
    found = {one.domain: one.why for one in pivot(store, "a.com").crawl_next}
    assert found["landing.example"] == "a.com sends its visitors there"
    assert found["sister-post.com"] == "a certificate of b.com names it"
    assert not found.keys() & {"a.com", "b.com", "c.com", "new.com"}


def test_a_look_alike_that_another_site_names_is_to_be_crawled(tmp_path: Path) -> None:
    sites = {"spiegel.de": [], "elsewhere.com": [("redirect", "spiegel.ltd")]}
    with store_of(tmp_path, sites) as opened:
        assert [one.domain for one in pivot(opened, "spiegel.de").crawl_next] == ["spiegel.ltd"]


@pytest.mark.parametrize("tip", [ADSENSE[1], EMAIL[1]])
def test_a_value_leads_to_the_sites_that_carry_it(store: Store, tip: str) -> None:
    found = pivot(store, tip)
    assert {"a.com", "b.com"} <= {one.site for one in found.candidates}
    assert found.candidates[0].bits > 9
    assert found.joins


def test_a_domain_that_nobody_looked_at_leads_to_those_that_name_it(store: Store) -> None:
    found = pivot(store, "landing.example", site="landing.example")
    assert [one.site for one in found.candidates] == ["a.com"]
    assert not found.crawled
    assert found.crawl_next[0].domain == "landing.example"


def test_a_tip_of_which_nothing_is_known_is_an_error_and_no_empty_answer(store: Store) -> None:
    with pytest.raises(NothingKnownError, match="unknown"):
        pivot(store, "unknown.example")


def test_a_vendors_id_and_what_people_rejected_point_to_nobody(tmp_path: Path) -> None:
    sites = {f"s{n}.com": [ANALYTICS, ("google-analytics", f"UA-9900{n:02}11")] for n in range(8)}
    pair = {"x.com": [ADSENSE], "y.com": [ADSENSE]}
    with store_of(tmp_path, sites | pair) as opened:
        found = pivot(opened, "s1.com")
        assert found.candidates == ()
        assert "vendor" in found.values[0].why
        no = Verdicts([verdict(Subject.LINK, ("x.com", "y.com"), Answer.NO, "Mara")])
        (candidate,) = pivot(opened, "x.com", verdicts=no).candidates
        assert (candidate.linked, "Mara" in candidate.why) == (False, True)
        dropped = Verdicts([verdict(Subject.SITE, ("y.com",), Answer.NO, "Mara")])
        assert pivot(opened, "x.com", verdicts=dropped).candidates == ()
        shared = Verdicts([verdict(Subject.VALUE, ADSENSE, Answer.SHARED, "Mara")])
        assert pivot(opened, "x.com", verdicts=shared).candidates == ()


def test_it_draws_the_links_that_the_clustering_draws(tmp_path: Path) -> None:
    """On a web with hubs, vendors and agencies: every site of a network is pivoted from, without the clustering's arrays."""
    world = make(tmp_path / "web.db", 3000, seed=3)
    from fingerprints.stores.base import open_store

    with open_store(str(tmp_path / "web.db")) as opened:
        work = cluster(opened)
        table = compare(work.matrix, work.weights, work.settings)
        links = np.flatnonzero(work.linked)
        expected = set(zip(table.a[links].tolist(), table.b[links].tolist(), strict=True))
        members = [int(one) for one in np.flatnonzero(world.network >= 0)][:120]
        agreed = told = wanted = 0
        for number in members:
            found = {int(one.site[1:9]) for one in pivot(opened, site_name(number), most=5000).candidates if one.linked}
            truth = {b if a == number else a for a, b in expected if number in (a, b)}
            agreed, told, wanted = agreed + len(found & truth), told + len(found), wanted + len(truth)
    assert wanted > 100
    assert agreed >= 0.97 * told
    assert agreed >= 0.97 * wanted


def test_the_command_answers_for_people_and_machines(store: Store, tmp_path: Path) -> None:
    store.close()
    assert "would join" in run(tmp_path, "pivot", "hxxps://www.new[.]com/x", "--store", "made.db").stdout
    one, other = rows(tmp_path, "pivot", "new.com", ADSENSE[1], "--store", "made.db")
    assert (one["candidates"][0]["site"], other["kinds"]) == ("a.com", ["adsense"])
    assert "unknown.example" in run(tmp_path, "pivot", "unknown.example", "--store", "made.db", expect=1).stderr
    assert "TIP is empty" in run(tmp_path, "pivot", " ", "--store", "made.db", expect=2).stderr


def test_queries_are_printed_for_what_a_site_alone_carries_too(store: Store, tmp_path: Path) -> None:
    store.close()
    found = rows(tmp_path, "pivot", "new.com", "--queries", "--store", "made.db")
    assert {"urlscan", "crt.sh", "PublicWWW", "Shodan", "FOFA"} <= {one["service"] for one in found}
    assert any(one["query"] == '"UA-48213977"' for one in found)


def test_a_query_holds_its_value_and_nothing_that_ends_a_quotation() -> None:
    for one in outward.of_value("favicon-mmh3", "favicon", "-240676532"):
        assert "-240676532" in one.query
        question = unquote(urlsplit(one.url).query)
        if one.service == "FOFA":
            question = base64.b64decode(parse_qs(urlsplit(one.url).query)["qbase64"][0]).decode()
        assert one.query in question
    assert list(outward.of_value("adsense", "ads", 'pub-1" || body="x')) == []
    assert list(outward.of_domain("a.com\nb")) == []


def test_short_numbers_are_not_looked_for_as_texts() -> None:
    assert list(outward.of_value("chartbeat", "analytics", "33715")) == []
