"""Things to store: plain ones for examples, and hypothesis strategies for batches that collide a lot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from fingerprints.model import (
    Capture,
    Coverage,
    Evidence,
    Failure,
    Network,
    Observation,
    Outcome,
    Pointer,
    Role,
    Run,
    SharedValue,
    State,
)
from fingerprints.stores.base import Batch

NOON = datetime(2024, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)
RUN = Run("run-1", NOON, "samehand read a.warc.gz", "c0ffee")


def later(seconds: float) -> datetime:
    """So many seconds after NOON."""
    return NOON + timedelta(seconds=seconds)


def seen(
    site: str, value: str, kind: str = "google-analytics", at: datetime = NOON, page: str = "/", **rest: object
) -> Observation:
    """An observation on a page of the site."""
    facts: dict[str, object] = {"role": Role.FRONT, "where": "script", "offset": 10, "excerpt": f"ga('{value}')"} | rest
    return Observation(kind=kind, value=value, site=site, page_url=f"https://{site}{page}", seen_at=at, **facts)  # type: ignore[arg-type]


def looked(site: str, outcome: Outcome = Outcome.READ, at: datetime = NOON, url: str = "/", **rest: object) -> Coverage:
    """That the site's page was looked at."""
    facts: dict[str, object] = {"catalogue": "c0ffee" if outcome is Outcome.READ else "", "status": 200} | rest
    return Coverage(site=site, role=Role.FRONT, url=f"https://{site}{url}", outcome=outcome, at=at, **facts)  # type: ignore[arg-type]


def failed(site: str, error: str = "No answer within 30 seconds.", at: datetime = NOON) -> Failure:
    """That a page of the site could not be fetched."""
    return Failure(site, "fetch", f"https://{site}/", error, at)


def batch_of(*things: Observation | Coverage | Failure) -> Batch:
    """A batch of any of them."""
    return Batch(
        tuple(thing for thing in things if isinstance(thing, Observation)),
        tuple(thing for thing in things if isinstance(thing, Coverage)),
        tuple(thing for thing in things if isinstance(thing, Failure)),
    )


def link(a: str, b: str, bits: float) -> Evidence:
    """Evidence by one value, and by one that counts for nothing."""
    shared = (
        SharedValue("google-analytics", "UA-1234567", 2, bits, "analytics", background=-1),
        SharedValue("email", "info@vendor.example", 9000, 0.0, "contact", "A vendor's address.", 120),
    )
    return Evidence(a, b, shared, bits, f"{a} and {b} share a Google Analytics account that no other site has.")


def network(identity: str, *sites: str) -> Network:
    """A network of sites that all link to the first."""
    links = tuple(link(sites[0], site, 12.25 + number / 3) for number, site in enumerate(sites[1:]))
    pointer = Pointer(
        "maybe.example", sites[0], 6.5, SharedValue("email", "a@b.example", 3, 6.25, "contact", "capped", -1), 2, True
    )
    return Network(identity, sites[:2], sites[2:], ("maybe.example",), 0.1 + 0.2, links, ("It rests on one value.",), (pointer,))


_few = st.integers(0, 3)
_sites = st.sampled_from(["a.example", "b.example", "xn--bcher-kva.example"])
_texts = st.sampled_from(["", "x", "ü\U0001f600", "z'\";--\x00"])
_times = _few.map(lambda number: later(number / 7))
_captures = st.none() | st.builds(Capture, st.sampled_from(["a.warc.gz", "b.warc.gz"]), _few, st.sampled_from(["00", "ff"]))

_observations = st.builds(
    Observation,
    kind=st.sampled_from(["adsense", "email"]),
    value=st.sampled_from(["pub-1", "PUB-1", "é@ü.example"]),
    site=_sites,
    page_url=st.sampled_from(["https://a.example/", "https://a.example/é", "https://a.example/~"]),
    role=st.sampled_from(Role),
    seen_at=_times,
    where=st.sampled_from(["script", "<a href>"]),
    offset=st.integers(-1, 2),
    excerpt=_texts,
    state=st.sampled_from(State),
    copied_from=st.sampled_from(["", "c.example"]),
    capture=_captures,
)
_coverage = st.builds(
    Coverage,
    site=_sites,
    role=st.sampled_from([Role.FRONT, Role.ADS_TXT]),
    url=st.sampled_from(["https://a.example/", "https://a.example/é"]),
    outcome=st.sampled_from(Outcome),
    at=_times,
    catalogue=st.sampled_from(["", "c0ffee", "decaf0"]),
    detail=_texts,
    status=st.sampled_from([0, 200, 404]),
    capture=_captures,
)
_failures = st.builds(Failure, _sites, st.sampled_from(["fetch", "email"]), st.just("https://a.example/"), _texts, _times)

batches = st.lists(
    st.builds(
        Batch,
        st.lists(_observations, max_size=6).map(tuple),
        st.lists(_coverage, max_size=4).map(tuple),
        st.lists(_failures, max_size=2).map(tuple),
    ),
    max_size=5,
)
