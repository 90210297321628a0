"""Who spreads the sites: accounts, and accounts that share the same within minutes; evidence that supports and never links alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints import promotion
from fingerprints.explain import explain
from fingerprints.stores.base import Store, open_store
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows, run

WITHIN = timedelta(minutes=5)


def posts() -> str:
    """Two accounts post each article of two sites within a minute; a reader shares some days later, and one site has a reader."""
    lines = ["account,url,time"]
    for day in range(1, 5):
        for site in ("liberty-front.com", "nile-online.net"):
            lines += [
                f"https://www.facebook.com/RealProgressive,https://{site}/{day},2018-03-0{day}T10:00:00+00:00",
                f"https://twitter.com/real_prog,https://{site}/{day}?#top,2018-03-0{day} 10:01:00 UTC",
                f"a reader,https://{site}/{day},2018-03-0{day}T22:00:00Z",
            ]
    lines += ["somebody,https://other.org/1,1520000000", ",https://other.org/1,1520000000", "x,no address,1520000000"]
    return "\n".join(lines)


def test_accounts_that_share_the_same_within_minutes_are_told_from_readers() -> None:
    shares = promotion.read(posts())
    assert shares.unread == 2
    (both,) = promotion.together(shares, WITHIN)
    assert (both.one, both.other, len(both.urls), both.of) == ("facebook/realprogressive", "x/real_prog", 8, (8, 8))


def test_the_news_of_the_day_makes_nobody_act_together() -> None:
    lines = ["account,url,time"] + [
        f"a{n},https://s.com/{day},2018-03-0{day}T10:00:{n % 60:02}" for day in (1, 2, 3) for n in range(60)
    ]
    assert promotion.together(promotion.read("\n".join(lines)), WITHIN) == []


@pytest.mark.parametrize("text", ["a,b\n1,2", "account,url,time\n,,", "", "{}", "[" * 50_000])
def test_what_is_no_list_is_told(text: str) -> None:
    with pytest.raises(promotion.SharesError):
        promotion.read(text)


def imported(path: Path) -> Store:
    store_of(path, {"liberty-front.com": [], "nile-online.net": [], "other.org": []}, strangers=9).close()
    (path / "posts.csv").write_text(posts(), "utf-8")
    said = run(path, "import", "shares", "posts.csv", "--store", "made.db")
    assert "4 accounts spread 3 sites of the store" in said.stderr
    assert "facebook/realprogressive + x/real_prog" in said.stdout
    return open_store(str(path / "made.db"))


def test_sites_that_the_same_accounts_spread_have_evidence_and_no_link_by_it_alone(tmp_path: Path) -> None:
    with imported(tmp_path) as store:
        answer = explain(store, "liberty-front.com", "nile-online.net")
    shared = {(one.kind, one.value) for one in answer.evidence.shared}
    assert ("shared-together", "facebook/realprogressive + x/real_prog") in shared
    assert ("shared-by", "x/real_prog") in shared
    assert 3 <= answer.evidence.bits <= 5
    assert not answer.linked
    assert rows(tmp_path, "networks", "--store", "made.db") == []


def test_a_second_import_changes_nothing_and_the_dates_are_those_of_the_posts(tmp_path: Path) -> None:
    with imported(tmp_path) as store:
        before = list(store.carried())
    run(tmp_path, "import", "shares", "posts.csv", "--store", "made.db")
    with open_store(str(tmp_path / "made.db")) as store:
        assert list(store.carried()) == before
    spans = {(one.first_seen.day, one.last_seen.day) for one in before if one.value == "x/real_prog"}
    assert spans == {(1, 4)}
    assert all("shares in posts.csv" in one.where for one in before)


def test_who_shares_none_of_the_stores_sites_is_told_so(tmp_path: Path) -> None:
    store_of(tmp_path, {"elsewhere.com": []}).close()
    (tmp_path / "posts.csv").write_text(posts(), "utf-8")
    assert "Crawl its sites first" in run(tmp_path, "import", "shares", "posts.csv", "--store", "made.db", expect=1).stderr
