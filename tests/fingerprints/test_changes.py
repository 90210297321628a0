"""What is told as a change, and what the same change on several sites is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.changes import Change, What, came_apart, changes, returns, together
from fingerprints.model import Coverage, Evidence, Network, Outcome, Role, SharedValue
from fingerprints.stores.base import Batch
from fingerprints.stores.history import Visit, group_of
from fingerprints.stores.sqlite import SqliteStore
from tests.fingerprints.stores.samples import NOON, seen


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "a.db") as opened:
        yield opened


def day(number: float) -> datetime:
    return NOON + timedelta(days=number)


def visit(store: SqliteStore, number: int, *values: str, site: str = "a.example", outcome: Outcome = Outcome.READ) -> None:
    at = day(number)
    found = tuple(replace(seen(site, value, at=at), role=Role.FRONT) for value in values)
    store.write(Batch(found, (Coverage(site, Role.FRONT, f"https://{site}/", outcome, at, "1", "", 200),)))
    store.end_visit(site, at, at)


def told(store: SqliteStore, since: datetime | None = None) -> list[tuple[str, str, str, int]]:
    return [(one.what.value, one.old, one.new, (one.at - NOON).days) for one in changes(store, since=since)]


def test_swaps_drops_and_returns(store: SqliteStore) -> None:
    visit(store, 0, "UA-1", "UA-2")
    visit(store, 1, "UA-1", "UA-3")
    visit(store, 2, "UA-1")
    visit(store, 3, "UA-1", "UA-2")
    wanted = [("swapped", "UA-2", "UA-3", 1), ("dropped", "UA-3", "", 2), ("back", "", "UA-2", 3)]
    assert told(store) == wanted
    assert told(store, since=day(1.5)) == wanted[1:]


def test_what_nobody_changed_is_no_change(store: SqliteStore) -> None:
    visit(store, 0, "UA-1")
    for number, outcome in enumerate((Outcome.BLOCKED, Outcome.FAILED, Outcome.ABSENT, Outcome.REFUSED), 1):
        visit(store, number, outcome=outcome)
    visit(store, 5, "UA-1")
    assert told(store) == []
    assert [(one.site, one.visits) for one in returns(store)] == [("a.example", 2)]


def test_a_wall_is_no_outage(store: SqliteStore) -> None:
    visit(store, 0, "UA-1")
    visit(store, 1, outcome=Outcome.BLOCKED)
    visit(store, 2, "UA-1")
    assert list(returns(store)) == []


def test_groups() -> None:
    kinds = ("redirect", "tls-certificate", "google-analytics", "telegram", "dns-a", "generator", "email")
    assert [group_of(kind) for kind in kinds] == ["redirect", "certificate", "id", "account", "host", "template", "contact"]


def change(site: str, start: float, end: float, old: str = "UA-1", new: str = "UA-2") -> Change:
    return Change(site, What.SWAPPED, "id", "google-analytics", old, new, day(start), day(end), "")


def looks(count: int, at: float = 3) -> list[Visit]:
    return [Visit(f"s{number}", day(at), day(at), Outcome.READ, "1", 0, 0) for number in range(count)]


def test_what_kin_do_alone_is_worth_more_than_what_everybody_does() -> None:
    three = [change(f"s{number}", 2, 4) for number in range(3)]
    kin = {f"s{number}": "N1" for number in range(3)}
    (alone,) = together(three, looks(100), kin)
    (with_strangers,) = together([*three, *(change(f"s{number}", 2, 4) for number in range(3, 50))], looks(100), kin)
    assert (alone.sites, alone.strangers, alone.looked) == (("s0", "s1", "s2"), 0, 100)
    assert alone.bits > 6 > 2 > with_strangers.bits


def test_ids_of_their_own_changed_on_one_day_belong_together() -> None:
    (one,) = together([change("a", 1, 3, "UA-1", "UA-2"), change("b", 2, 4, "UA-3", "UA-4")], [], {})
    assert (one.old, one.new, one.sites) == ("", "", ("a", "b"))


def test_changes_of_different_days_do_not() -> None:
    assert together([change("a", 0, 1), change("b", 5, 6)], [], {}) == []


def shared(value: str) -> SharedValue:
    return SharedValue("google-analytics", value, 2, 12.0 if value == "UA-1" else 3.0, "analytics")


def test_a_network_whose_halves_take_other_ids_has_come_apart(store: SqliteStore) -> None:
    sites = ("a", "b", "c", "d")
    for site in sites:
        visit(store, 0, "UA-1", site=site)
    pairs = [(a, b) for a in sites for b in sites if a < b]
    before = Network("N1", (), sites, (), 0.9, tuple(Evidence(a, b, (shared("UA-1"),), 12.0) for a, b in pairs))
    assert list(came_apart([before], store)) == []
    for site in sites:
        visit(store, 1, "UA-1" if site in "ab" else "UA-2", site=site)
    links = [Evidence(a, b, (shared("UA-1"), *((shared("UA-2"),) if (a, b) == ("c", "d") else ())), 12.0) for a, b in pairs]
    (one,) = came_apart([replace(before, links=tuple(links))], store)
    assert (one.network, one.parts, one.at) == ("N1", (("a", "b"), ("c", "d")), day(1))
    assert list(came_apart([before], store, since=day(2))) == []
