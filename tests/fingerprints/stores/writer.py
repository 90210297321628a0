"""A process that writes batches until it has written so many, and prints the number of each one that is stored."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from fingerprints.model import Coverage, Observation, Outcome, Role, Run
from fingerprints.stores.base import Batch
from fingerprints.stores.sqlite import SqliteStore

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)
VALUES = 20
"""Observations in a batch; each batch is of a site of its own."""


def batch(name: str, number: int) -> Batch:
    """Whole, it gives its site one document and VALUES values, of which all sites share half."""
    site = f"{name}-{number}.example"
    url = f"https://{site}/"
    values = [f"shared-{value}" if value % 2 else f"{site}-{value}" for value in range(VALUES)]
    observations = tuple(Observation("email", value, site, url, Role.FRONT, NOON, "text", excerpt="x" * 150) for value in values)
    return Batch(observations, (Coverage(site, Role.FRONT, url, Outcome.READ, NOON, "c0ffee", status=200),))


def main(path: str, name: str, count: str) -> None:
    """Writes batches 0 to count - 1 for sites that begin with the name."""
    with SqliteStore(path) as store:
        store.begin(Run(name, NOON, "samehand read", "c0ffee"))
        for number in range(int(count)):
            store.write(batch(name, number))
            print(number, flush=True)  # noqa: T201  (the test that started it reads this)


if __name__ == "__main__":
    main(*sys.argv[1:])
