"""What a store remembers of visits: intervals, and never an absence where nobody looked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.model import Coverage, Observation, Outcome, Role
from fingerprints.stores.base import Batch
from fingerprints.stores.history import History, NetworkFate, Presence
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_fates import fates
from tests.fingerprints.stores.samples import NOON, network, seen

SITE = "a.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "a.db") as opened:
        yield opened


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def visit(
    store: SqliteStore,
    number: int,
    *values: str,
    outcome: Outcome = Outcome.READ,
    role: Role = Role.FRONT,
    url: str = f"https://{SITE}/",
    catalogue: str = "1",
) -> tuple[int, int]:
    """One look at one document; (values that appeared, values that are gone)."""
    at = day(number)
    found: list[Observation] = [replace(seen(SITE, value, at=at), role=role, page_url=url) for value in values]
    look = Coverage(SITE, role, url, outcome, at, catalogue if outcome is Outcome.READ else "", "", 200)
    store.write(Batch(tuple(found), (look,)))
    ended = store.end_visit(SITE, at, at + timedelta(minutes=1))
    return ended.appeared, ended.gone


def intervals(store: SqliteStore) -> list[tuple[str, int, int | None, int | None]]:
    def number(moment: datetime | None) -> int | None:
        return None if moment is None else (moment - NOON).days

    def row(one: Presence) -> tuple[str, int, int | None, int | None]:
        return one.value, (one.since - NOON).days, number(one.missing_at), number(one.gone)

    return [row(one) for one in store.presences(SITE)]


def test_it_keeps_history(store: SqliteStore) -> None:
    assert isinstance(store, History)


def test_what_comes_goes_and_comes_back_is_three_intervals(store: SqliteStore) -> None:
    assert visit(store, 0, "UA-1") == (0, 0), "the first look changes nothing"
    assert visit(store, 1, "UA-1", "UA-2") == (1, 0)
    assert visit(store, 2, "UA-1") == (0, 1)
    assert visit(store, 3, "UA-1", "UA-2") == (1, 0)
    assert intervals(store) == [("UA-1", 0, None, None), ("UA-2", 1, 0, 2), ("UA-2", 3, 2, None)]


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED, Outcome.ABSENT, Outcome.REFUSED, Outcome.NOT_LOOKED_AT])
def test_a_page_that_was_not_read_says_nothing_of_its_values(store: SqliteStore, outcome: Outcome) -> None:
    visit(store, 0, "UA-1")
    assert visit(store, 1, outcome=outcome) == (0, 0)
    assert visit(store, 2, "UA-1") == (0, 0)
    assert intervals(store) == [("UA-1", 0, None, None)]
    assert [one.outcome for one in store.visits(SITE)] == [Outcome.READ, outcome, Outcome.READ]


def test_a_value_of_an_article_is_gone_when_that_article_was_read_without_it(store: SqliteStore) -> None:
    article = {"role": Role.ARTICLE, "url": f"https://{SITE}/1"}
    visit(store, 0, "UA-1", **article)  # type: ignore[arg-type]
    assert visit(store, 1, role=Role.ARTICLE, url=f"https://{SITE}/2") == (0, 0)
    assert visit(store, 2, **article) == (0, 1)  # type: ignore[arg-type]


def test_what_other_indicators_find_is_no_change(store: SqliteStore) -> None:
    visit(store, 0, "UA-1")
    assert visit(store, 1, "UA-2", catalogue="2") == (0, 0)
    assert visit(store, 2, "UA-2", catalogue="2") == (0, 1), "with the same indicators as before it is one"


def test_what_was_never_looked_for_did_not_appear(store: SqliteStore) -> None:
    visit(store, 0, "UA-1")
    assert visit(store, 1, "UA-2", role=Role.ADS_TXT, url=f"https://{SITE}/ads.txt") == (0, 0)


def test_closing_a_visit_again_changes_nothing(store: SqliteStore) -> None:
    visit(store, 0, "UA-1")
    visit(store, 1, "UA-2")
    before = intervals(store)
    assert store.end_visit(SITE, day(1), day(1)).gone == 1
    assert intervals(store) == before
    assert len(list(store.visits())) == 2


def test_a_document_that_stays_the_same_is_one_row(store: SqliteStore) -> None:
    for number, outcome in enumerate((Outcome.READ, Outcome.READ, Outcome.FAILED, Outcome.READ)):
        visit(store, number, outcome=outcome)
    looks = [(one.outcome, (one.first - NOON).days, (one.last - NOON).days) for one in store.looks(SITE)]
    assert looks == [(Outcome.READ, 0, 1), (Outcome.FAILED, 2, 2), (Outcome.READ, 3, 3)]


def test_a_store_of_version_1_is_migrated_and_its_values_are_known(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with SqliteStore(path) as store:
        store.write(Batch((seen(SITE, "UA-1", at=NOON),)))
    raw = sqlite3.connect(path)
    raw.executescript(
        "DROP TABLE visit; DROP TABLE presence; DROP TABLE look; DROP TABLE network_event;"
        "ALTER TABLE network DROP COLUMN pointers;"
        "UPDATE part SET version = 1 WHERE name = 'store'"
    )
    raw.close()
    with SqliteStore(path) as store:
        assert [one.value for one in store.carried()] == ["UA-1"]
        visit(store, 1, "UA-2")
        assert intervals(store) == [("UA-1", 0, None, 1), ("UA-2", 1, None, None)]


def test_networks_that_grow_split_and_merge_are_noted(store: SqliteStore) -> None:
    store.write(Batch((seen(SITE, "UA-1"),)))
    store.save_networks([network("N1", "a", "b", "c", "d")])
    assert list(store.network_events()) == []
    store.save_networks([network("N1", "a", "b", "e"), network("N2", "c", "d")])
    store.save_networks([network("N1", "a", "b", "c", "d")])
    told = [(one.fate, one.network, one.other, one.sites) for one in store.network_events()]
    assert told == [
        (NetworkFate.SPLIT, "N1", "N2", ("c", "d")),
        (NetworkFate.JOINED, "N1", "", ("e",)),
        (NetworkFate.MERGED, "N2", "N1", ("c", "d")),
        (NetworkFate.LEFT, "N1", "", ("e",)),
    ]
    ties = ["a and d", "a and e", "a and d", "a and e"]
    assert [one.cause.startswith(tie) for one, tie in zip(store.network_events(), ties, strict=True)] == [True] * 4


def test_networks_that_come_and_go() -> None:
    assert list(fates({"N1": {"a", "b"}}, {"N2": {"c", "d"}})) == [
        (NetworkFate.BORN, "N2", "", ("c", "d")),
        (NetworkFate.DIED, "N1", "", ("a", "b")),
    ]


def test_a_page_that_lost_everything_is_believed_after_a_week(store: SqliteStore) -> None:
    visit(store, 0, "UA-1", "UA-2")
    assert visit(store, 1, "UA-9") == (0, 0), "it may be a wall that no rule knows"
    assert [one.outcome for one in store.visits(SITE)] == [Outcome.READ, Outcome.BLOCKED]
    assert visit(store, 2, "UA-1", "UA-2") == (0, 0)
    assert {one.value for one in store.presences(SITE)} == {"UA-1", "UA-2"}
    assert visit(store, 3, "UA-9") == visit(store, 9, "UA-9") == (0, 0)
    assert visit(store, 10, "UA-9") == (1, 2)


def test_a_wall_answers_for_the_other_documents_too(store: SqliteStore) -> None:
    ads = {"role": Role.ADS_TXT, "url": f"https://{SITE}/ads.txt"}
    visit(store, 0, "UA-1", **ads)  # type: ignore[arg-type]
    looks = (
        Coverage(SITE, Role.FRONT, f"https://{SITE}/", Outcome.BLOCKED, day(1), "", "", 200),
        Coverage(SITE, Role.ADS_TXT, f"https://{SITE}/ads.txt", Outcome.ABSENT, day(1), "", "", 200),
    )
    store.write(Batch(coverage=looks))
    assert store.end_visit(SITE, day(1), day(1)).gone == 0
