"""What every store does, in terms of fingerprints.stores.base.Store alone."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints.model import Capture, Observation, Outcome, Role, Run, State, strongest
from fingerprints.stores.base import Batch, Carried, Store
from fingerprints.stores.compare import differences
from fingerprints.stores.history import Past
from tests.fingerprints.stores.conftest import NewStore
from tests.fingerprints.stores.samples import NOON, RUN, batch_of, batches, failed, later, link, looked, network, seen

same_store_for_all_examples = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def contents(store: Store) -> list[list[object]]:
    """All that batches put into a store."""
    return [list(rows) for rows in (store.sites(), store.carried(), store.coverage(), store.failures())]


def test_an_empty_store_is_empty(store: Store) -> None:
    assert contents(store) == [[], [], [], []]
    assert list(store.runs()) == list(store.networks()) == list(store.links("a.example")) == []
    assert store.site("a.example") is None
    matrix = store.matrix()
    assert (matrix.sites, matrix.values, len(matrix.site), len(matrix.value)) == ((), (), 0, 0)


def test_gives_back_an_observation_as_it_was(store: Store) -> None:
    capture = Capture("crawl-1.warc.gz", 7, "ab" * 32)
    store.write(batch_of(seen("a.example", "UA-1", state=State.COPIED, copied_from="b.example", capture=capture)))
    assert list(store.carried()) == [
        Carried(
            site="a.example",
            kind="google-analytics",
            value="UA-1",
            state=State.COPIED,
            first_seen=NOON,
            last_seen=NOON,
            page_url="https://a.example/",
            role=Role.FRONT,
            where="script",
            offset=10,
            excerpt="ga('UA-1')",
            copied_from="b.example",
            capture=capture,
        )
    ]


def test_keeps_first_and_last_time_and_the_strongest_example(store: Store) -> None:
    weak = seen("a.example", "UA-1", at=later(-60), state=State.COMMENTED)
    strong = seen("a.example", "UA-1", at=NOON, page="/b")
    late = seen("a.example", "UA-1", at=later(60), page="/c")
    for one in (late, weak, strong):
        store.write(batch_of(one))
    (carried,) = store.carried()
    assert (carried.first_seen, carried.last_seen) == (later(-60), later(60))
    assert (carried.state, carried.page_url) == (State.SEEN, strong.page_url)


def test_of_sightings_at_one_place_the_earliest_is_the_example(store: Store) -> None:
    early = seen("a.example", "UA-1", excerpt="z", capture=Capture("2023.warc.gz", 1, "00"))
    store.write(batch_of(replace(early, seen_at=later(9), excerpt="a", capture=Capture("2024.warc.gz", 1, "ff")), early))
    (carried,) = store.carried()
    assert (carried.excerpt, carried.capture, carried.last_seen) == ("z", early.capture, later(9))


@same_store_for_all_examples
@given(batches=batches, seed=st.integers(0, 2**32))
def test_order_and_repetition_of_batches_do_not_matter(new_store: NewStore, batches: list[Batch], seed: int) -> None:
    one, other = new_store(), new_store()
    for store in (one, other):
        store.begin(Run("early", NOON, "", "decaf0"))
        store.begin(Run("late", later(1), "", "c0ffee"))
    for batch in batches:
        one.write(batch)
    again = batches * 2
    random.Random(seed).shuffle(again)
    for batch in again:
        other.write(batch)
    assert contents(one) == contents(other)
    assert differences(one, other) == []


@same_store_for_all_examples
@given(batches=batches)
def test_a_carried_value_is_the_sum_of_its_sightings(new_store: NewStore, batches: list[Batch]) -> None:
    store = new_store()
    sightings: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for batch in batches:
        store.write(batch)
        for one in batch.observations:
            sightings[one.site, one.kind, one.value].append(one)
    carried = list(store.carried())
    assert [(one.site, one.kind, one.value) for one in carried] == sorted(sightings)
    for one in carried:
        all_of_it = sightings[one.site, one.kind, one.value]
        example = strongest(all_of_it)
        assert (one.state, one.role, one.page_url, one.offset, one.where) == (
            example.state,
            example.role,
            example.page_url,
            example.offset,
            example.where,
        )
        assert one.first_seen == min(sighting.seen_at for sighting in all_of_it)
        assert one.last_seen == max(sighting.seen_at for sighting in all_of_it)


def test_each_argument_of_carried_narrows(store: Store) -> None:
    store.write(
        batch_of(
            seen("b.example", "UA-1"),
            seen("a.example", "x", kind="email"),
            seen("a.example", "UA-2"),
            seen("a.example", "UA-1"),
            seen("a.example", "UA-1", kind="adsense"),
        )
    )

    def found(**wanted: str) -> list[tuple[str, str, str]]:
        return [(one.site, one.kind, one.value) for one in store.carried(**wanted)]

    ga = "google-analytics"
    everything = [
        ("a.example", "adsense", "UA-1"),
        ("a.example", "email", "x"),
        ("a.example", ga, "UA-1"),
        ("a.example", ga, "UA-2"),
        ("b.example", ga, "UA-1"),
    ]
    assert found() == everything
    assert found(site="a.example") == everything[:4]
    assert found(kind=ga) == everything[2:]
    assert found(value="UA-1") == [everything[0], everything[2], everything[4]]
    assert found(kind=ga, value="UA-1") == [everything[2], everything[4]]
    assert found(site="a.example", kind=ga, value="UA-1") == [everything[2]]
    assert found(site="c.example") == found(kind="matomo") == found(value="ua-1") == []


def test_the_latest_look_stands(store: Store) -> None:
    store.write(batch_of(looked("a.example", Outcome.FAILED, later(5), detail="No answer.")))
    store.write(batch_of(looked("a.example", Outcome.READ, NOON)))
    assert [look.outcome for look in store.coverage()] == [Outcome.FAILED]
    store.write(batch_of(looked("a.example", Outcome.READ, later(6))))
    assert [(look.outcome, look.detail) for look in store.coverage()] == [(Outcome.READ, "")]


@pytest.mark.parametrize("first", ["c0ffee", "decaf0"])
def test_a_capture_that_is_read_again_counts_with_the_indicators_of_the_later_run(store: Store, first: str) -> None:
    second = "decaf0" if first == "c0ffee" else "c0ffee"
    for number, catalogue in enumerate((first, second)):
        store.begin(Run(f"run-{number}", later(number), "samehand read", catalogue))
        store.write(batch_of(looked("a.example", catalogue=catalogue)))
    store.write(batch_of(looked("a.example", catalogue=first)))
    assert [look.catalogue for look in store.coverage()] == [second]


def test_a_look_that_read_the_document_stands_before_one_of_the_same_time_that_did_not(store: Store) -> None:
    looks = [looked("a.example", outcome) for outcome in Outcome]
    for look in (*looks, *reversed(looks)):
        store.write(batch_of(look))
    assert [look.outcome for look in store.coverage()] == [Outcome.READ]


def test_coverage_and_failures_are_sorted_and_narrow_to_a_site(store: Store) -> None:
    looks = [looked("a.example"), looked("a.example", url="/b"), looked("b.example")]
    failures = [failed("a.example", "No address."), failed("a.example", "No answer."), failed("b.example")]
    store.write(batch_of(*reversed(looks), *reversed(failures)))
    assert list(store.coverage()) == looks
    assert list(store.coverage("a.example")) == looks[:2]
    assert list(store.failures()) == failures
    assert list(store.failures("b.example")) == failures[2:]
    assert list(store.coverage("c.example")) == list(store.failures("c.example")) == []


def test_a_failure_that_comes_again_is_kept_once_with_its_latest_time(store: Store) -> None:
    for seconds in (1, 3, 2):
        store.write(batch_of(failed("a.example", at=later(seconds))))
    assert [failure.at for failure in store.failures()] == [later(3)]


def test_a_site_sums_up_what_was_done_about_it(store: Store) -> None:
    store.write(
        batch_of(
            seen("b.example", "UA-1", at=later(1)),
            seen("b.example", "UA-2", state=State.COPIED, at=later(3)),
            looked("b.example", at=later(2)),
            looked("b.example", Outcome.BLOCKED, url="/about"),
            looked("b.example", Outcome.READ, url="/contact"),
            failed("a.example"),
        )
    )
    a, b = store.sites()
    assert (a.site, a.documents, a.values, a.failures) == ("a.example", {}, 0, 1)
    assert (b.site, b.documents, b.values, b.failures) == ("b.example", {"read": 2, "blocked": 1}, 2, 0)
    assert (b.first_seen, b.last_seen) == (NOON, later(3))
    assert store.site("b.example") == b


def test_the_matrix_has_every_site_and_every_value(store: Store) -> None:
    store.write(batch_of(seen("c.example", "UA-1", at=later(2)), seen("c.example", "UA-1", at=later(9)), looked("b.example")))
    store.write(batch_of(seen("a.example", "UA-1", state=State.COPIED), seen("c.example", "é", kind="email")))
    store.write(batch_of(seen("d.example", "UA-0", state=State.COMMENTED)))
    matrix = store.matrix()
    assert matrix.sites == ("a.example", "b.example", "c.example", "d.example")
    assert matrix.values == (("email", "é"), ("google-analytics", "UA-0"), ("google-analytics", "UA-1"))
    assert matrix.value.tolist() == [0, 1, 2, 2]
    assert matrix.site.tolist() == [2, 3, 0, 2]
    assert matrix.state.tolist() == [0, 1, 2, 0]
    noon = int(NOON.timestamp())
    assert matrix.first.tolist() == [noon, noon, noon, noon + 2]
    assert matrix.last.tolist() == [noon, noon, noon, noon + 9]
    assert [str(part.dtype) for part in (matrix.site, matrix.value, matrix.state, matrix.first, matrix.last)] == [
        "int32",
        "int32",
        "int8",
        "int64",
        "int64",
    ]


@same_store_for_all_examples
@given(batches=batches)
def test_the_matrix_says_what_carried_says(new_store: NewStore, batches: list[Batch]) -> None:
    store = new_store()
    for batch in batches:
        store.write(batch)
    matrix = store.matrix()
    entries = zip(matrix.value.tolist(), matrix.site.tolist(), matrix.state.tolist(), strict=True)
    read = [(*matrix.values[value], matrix.sites[site], state) for value, site, state in entries]
    assert read == sorted((one.kind, one.value, one.site, one.state.rank) for one in store.carried())
    assert list(matrix.sites) == [summary.site for summary in store.sites()]


def test_runs_come_oldest_first_and_once(store: Store) -> None:
    older = Run("run-0", later(-1), "samehand crawl", "decaf0")
    for run in (RUN, older, RUN):
        store.begin(run)
    assert list(store.runs()) == [older, RUN]


def test_networks_replace_the_former_ones(store: Store) -> None:
    store.save_networks([network("N9", "x.example", "y.example")])
    small, large, other = network("N1", "a.example", "b.example"), network("N3", "c.d", "e.f", "g.h"), network("N2", "i.j", "k.l")
    store.save_networks(iter([small, large, other]))
    assert list(store.networks()) == [large, small, other]


def test_links_of_a_site_come_strongest_first(store: Store) -> None:
    links = (link("a.example", "b.example", 7.5), link("b.example", "c.example", 19.1), link("a.example", "c.example", 8.0))
    store.save_networks([replace(network("N1", "a.example", "b.example", "c.example"), links=links)])
    assert list(store.links("a.example")) == [links[2], links[0]]
    assert list(store.links("b.example")) == [links[1], links[0]]
    assert list(store.links("d.example")) == []


def test_what_became_of_networks_is_told_with_its_cause(store: Store) -> None:
    sites = [f"{letter}.example" for letter in "abcde"]
    store.write(batch_of(*(seen(site, "UA-1") for site in sites)))
    a, b, c, d, e = sites
    store.save_networks([network("N1", a, b, c, d)])
    store.save_networks([network("N1", a, b, e), network("N2", c, d)])
    store.save_networks([network("N1", a, b, e)])
    assert isinstance(store, Past)
    told = {(one.fate.value, one.sites): one.cause for one in store.network_events()}
    assert told == {
        ("split", (c, d)): f"{a} and {d} share a Google Analytics account that no other site has.",
        ("joined", (e,)): f"{a} and {e} share a Google Analytics account that no other site has.",
        ("died", (c, d)): f"{c} and {d} share a Google Analytics account that no other site has.",
    }


def test_networks_that_cannot_be_saved_leave_the_former_ones(store: Store) -> None:
    former = network("N1", "a.example", "b.example")
    store.save_networks([former])

    def broken() -> object:
        yield network("N2", "c.example", "d.example")
        raise RuntimeError("clustering failed")

    with pytest.raises(RuntimeError, match="clustering failed"):
        store.save_networks(broken())  # type: ignore[arg-type]
    assert list(store.networks()) == [former]


def test_a_batch_that_cannot_be_stored_leaves_nothing(store: Store) -> None:
    store.write(batch_of(seen("a.example", "UA-1")))
    before = contents(store)
    without_zone = seen("b.example", "UA-2", at=NOON.replace(tzinfo=None))
    with pytest.raises(TypeError):
        store.write(batch_of(seen("b.example", "UA-1"), without_zone, looked("a.example")))
    assert contents(store) == before


def test_texts_of_strangers_are_bounded_and_stay_apart(store: Store) -> None:
    long = "é" * 50_000
    values = [long + "1", long + "2", "half \ud800 a character", "nul \x00 inside", "'; DROP TABLE site; --"]
    store.write(batch_of(*(seen("a.example", value, excerpt=long, where=long, page="/" + long) for value in values)))
    stored = list(store.carried())
    assert len({one.value for one in stored}) == len(values)
    assert max(len(text) for one in stored for text in (one.value, one.excerpt, one.where, one.page_url)) <= 2000
    assert [len(list(store.carried(value=value))) for value in values] == [1] * len(values)


def test_what_is_read_while_the_store_is_written_is_of_one_moment(store: Store) -> None:
    store.write(batch_of(seen("a.example", "UA-1"), seen("b.example", "UA-1"), seen("c.example", "UA-1")))
    read = []
    for one in store.carried():
        read.append(one.site)
        store.write(batch_of(seen(f"0.{one.site}", "UA-1"), seen(one.site, "UA-1", at=later(1))))
    assert read == ["a.example", "b.example", "c.example"]
    assert len(list(store.carried())) == 6


def test_a_reader_that_stops_early_is_quiet_also_after_the_store_is_closed(new_store: NewStore) -> None:
    store = new_store()
    store.write(batch_of(seen("a.example", "UA-1"), seen("b.example", "UA-1")))
    readers = [store.carried(), store.sites()]
    assert [next(iter(reader)).site for reader in readers] == ["a.example", "a.example"]
    store.close()
    del readers  # an error while they are thrown away would be a warning, and warnings fail


def test_differences_name_what_differs_and_not_times(new_store: NewStore) -> None:
    one, other = new_store(), new_store()
    one.write(batch_of(seen("a.example", "UA-1"), looked("a.example"), failed("b.example")))
    other.write(
        batch_of(seen("a.example", "UA-1", at=later(9)), looked("a.example", at=later(9)), failed("b.example", at=later(9)))
    )
    other.begin(RUN)
    assert differences(one, other) == []
    one.write(batch_of(seen("a.example", "UA-2"), looked("a.example", Outcome.FAILED, at=later(10), status=0)))
    one.save_networks([network("N1", "a.example", "b.example")])
    assert differences(one, other) == [
        "site a.example: documents is {'failed': 1} in the first store, {'read': 1} in the second",
        "site a.example: values is 2 in the first store, 1 in the second",
        "carried a.example google-analytics UA-2: only in the first store",
        "coverage a.example front https://a.example/: outcome is 'failed' in the first store, 'read' in the second",
        "coverage a.example front https://a.example/: catalogue is '' in the first store, 'c0ffee' in the second",
        "coverage a.example front https://a.example/: status is 0 in the first store, 200 in the second",
        "network N1: only in the first store",
    ]
    assert len(differences(other, one, limit=2)) == 2
