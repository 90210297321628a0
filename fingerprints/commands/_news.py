"""What reading again added to a store: the values that earlier indicators did not find."""

from __future__ import annotations

from collections import Counter, defaultdict

from fingerprints.commands._layout import count, grid, text
from fingerprints.indicators import catalogue
from fingerprints.stores.base import Store
from fingerprints.terminal import FAINT, STRONG, show

_MOST_SHOWN = 20


class News:
    """The values of a store at one time, to compare with later."""

    def __init__(self, store: Store) -> None:
        """Takes note of what is there, as hashes, so that a large store fits into memory."""
        self._known = {hash((row.site, row.kind, row.value)) for row in store.carried()}
        self._catalogues = sorted({run.catalogue for run in store.runs()} - {catalogue.version()})

    def show(self, store: Store) -> None:
        """Writes to stdout what is new: kinds with their numbers, and the first values."""
        kinds: Counter[str] = Counter()
        sites: defaultdict[str, set[str]] = defaultdict(set)
        first: list[tuple[str, str, str]] = []
        for row in store.carried():
            if hash((row.site, row.kind, row.value)) in self._known:
                continue
            kinds[row.kind] += 1
            sites[row.kind].add(row.site)
            if len(first) < _MOST_SHOWN:
                first.append((row.kind, row.value, row.site))
        earlier = f", earlier ones were {', '.join(self._catalogues)}" if self._catalogues else ", the same as before"
        indicators = f"Read with indicators {catalogue.version()}{earlier}."
        show(text(f"{count(kinds.total(), 'new value')} of {count(len(kinds), 'kind')}. {indicators}", STRONG))
        if kinds:
            show(
                grid(
                    (kind, count(number, "value"), f"on {count(len(sites[kind]), 'site')}")
                    for kind, number in sorted(kinds.items())
                )
            )
            show(grid(first))
        if kinds.total() > len(first):
            show(text(f"  and {kinds.total() - len(first):,} more; samehand observations --kind KIND shows them.", FAINT))
