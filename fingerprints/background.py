"""How common a value is on the web: a dated table of values and of how many unrelated sites carry them.

A store of suspects is no sample of the web, so rarity is counted here. The shipped table is small; `samehand background build`
makes one from any store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from fingerprints import config
from fingerprints.indicators import catalogue
from fingerprints.model import State
from fingerprints.stores.base import Store

FILE = "background.tsv"
_FEWEST = 3
"""Values of fewer owners are left out of a table: of two sites that share one, who owns them is rarely known."""


@dataclass(frozen=True, slots=True)
class Background:
    """Counts of sites, by kind and by value."""

    sites: int
    """Owners of sites that were looked at; 0 when there is no table."""
    made: str
    """The day it was made (ISO 8601), empty when there is no table."""
    looked: Mapping[str, int]
    """For each kind that the table knows: owners in the sample whose sites carry any value of it."""
    counts: Mapping[tuple[str, str], int]
    """For values of three owners or more: how many."""

    def count(self, kind: str, value: str) -> int:
        """Owners whose sites carry the value (fewer than three are given as 0), or -1 when the table does not know the kind."""
        return self.counts.get((kind, value), 0) if kind in self.looked else -1

    def per_web(self, kind: str, value: str, web: int) -> float:
        """The count scaled to a web of that many sites; 0 when the table has never met the value."""
        return max(0, self.count(kind, value)) * web / self.sites if self.sites else 0.0


@cache
def load() -> Background:
    """The shipped table, with the rows of a user's own table over it (see config.paths).

    Raises:
        ConfigError: a row is not of the form.
    """
    looked: dict[str, int] = {}
    counts: dict[tuple[str, str], int] = {}
    sites, made = 0, ""
    for kind, value, number in config.table(FILE, 3):
        try:
            count = int(number)
        except ValueError:
            raise config.ConfigError(f"{FILE}: {number!r} in the row of {kind} {value} is no number of sites.") from None
        if kind == "*":
            sites, made = count, value
        elif value == "*":
            looked[kind] = count
        else:
            counts[kind, value] = count
    return Background(sites, made, looked, counts)


def build(store: Store, made: str, owners: Mapping[str, str] | None = None) -> Iterator[tuple[str, str, int]]:
    """The rows of a table made from a store: "*" rows with totals first, then values of three owners or more.

    Args:
        store: a sample of the web, not of suspects.
        made: the day that the rows are dated with (ISO 8601).
        owners: site → owner, as far as known; sites of one owner count once, every other site for itself.
    """
    matrix = store.matrix()
    known = catalogue.kinds()
    owner = [(owners or {}).get(site, site) for site in matrix.sites]
    carriers: dict[tuple[str, str], set[str]] = {}
    of_kind: dict[str, set[str]] = {name: set() for name, kind in known.items() if kind.links}
    for site, value, state in zip(matrix.site.tolist(), matrix.value.tolist(), matrix.state.tolist(), strict=True):
        key = matrix.values[value]
        if state == State.SEEN.rank and key[0] in of_kind:
            of_kind[key[0]].add(owner[site])
            carriers.setdefault(key, set()).add(owner[site])
    yield "*", made, len(set(owner))
    for kind, holders in sorted(of_kind.items()):
        yield kind, "*", len(holders)
    for (kind, value), holders in sorted(carriers.items()):
        if len(holders) >= _FEWEST and not known[kind].personal:
            yield kind, value, len(holders)
