"""Small stores made of (site, kind, value), for tests of what follows from a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fingerprints.model import Coverage, Observation, Outcome, Role, State
from fingerprints.stores.base import Batch, Store, open_store

DAY = datetime(2026, 5, 1, tzinfo=UTC)

Value = tuple[str, str] | tuple[str, str, State]


def observation(site: str, kind: str, value: str, state: State = State.SEEN, *, day: int = 0) -> Observation:
    """A sighting on the site's front page, `day` days after the first."""
    return Observation(kind, value, site, f"https://{site}/", Role.FRONT, DAY + timedelta(days=day), "test", 0, value, state)


def coverage(site: str, outcome: Outcome = Outcome.READ, detail: str = "") -> Coverage:
    """A look at the site's front page."""
    return Coverage(site, Role.FRONT, f"https://{site}/", outcome, DAY, "test", detail)


def store_of(path: Path, sites: Mapping[str, Iterable[Value]], *, strangers: int = 0) -> Store:
    """A store with these sites, and with strangers that carry nothing shared."""
    store = open_store(str(path / "made.db"))
    everyone = {**sites, **{f"stranger{number}.com": () for number in range(strangers)}}
    store.write(
        Batch(
            observations=tuple(observation(site, *value) for site, values in everyone.items() for value in values),
            coverage=tuple(coverage(site) for site in everyone),
        )
    )
    return store
