"""What a reading gave, counted for the person who started it."""

from __future__ import annotations

from collections import Counter, defaultdict

from fingerprints.commands._layout import count
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import Batch
from fingerprints.terminal import FAINT, STRONG, WARN, notes, safe

_MOST_KINDS = 15


class Tally:
    """Counts of one reading."""

    def __init__(self) -> None:
        self.unreadable = 0
        """Records and files that could not be read."""
        self._outcomes: Counter[str] = Counter()
        self._sites: set[int] = set()
        self._values: defaultdict[str, set[int]] = defaultdict(set)
        self._carriers: defaultdict[str, set[int]] = defaultdict(set)
        self._failures = 0

    def add(self, batch: Batch) -> None:
        """Counts what one item gave. Hashes stand for texts, to keep this small."""
        for look in batch.coverage:
            if look.role is Role.RENDERED and look.outcome is Outcome.NOT_LOOKED_AT:
                continue  # no document besides: the page itself was read
            self._outcomes[look.outcome.value] += 1
            self._sites.add(hash(look.site))
        for one in batch.observations:
            self._values[one.kind].add(hash(one.value))
            self._carriers[one.kind].add(hash(one.site))
        self._failures += sum(failure.kind != "archive" for failure in batch.failures)

    def show(self, store: str, seconds: float) -> None:
        """Writes the summary to stderr."""
        from rich.table import Table

        read = self._outcomes[Outcome.READ.value]
        values = sum(map(len, self._values.values()))
        console = notes()
        console.print(
            f"{count(read, 'page')} of {count(len(self._sites), 'site')} read in {seconds:.1f} s: "
            f"{count(values, 'value')} of {count(len(self._values), 'kind')}, in {safe(store)}",
            style=STRONG,
        )
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style=FAINT)
        table.add_column("kind")
        table.add_column("values", justify="right")
        table.add_column("sites", justify="right")
        ranked = sorted(self._values, key=lambda kind: (-len(self._values[kind]), kind))
        for kind in ranked[:_MOST_KINDS]:
            table.add_row(kind, str(len(self._values[kind])), str(len(self._carriers[kind])))
        if ranked:
            console.print(table)
        if len(ranked) > _MOST_KINDS:
            console.print(f"and {count(len(ranked) - _MOST_KINDS, 'more kind')}", style=FAINT)
        for sentence in self._shortfalls():
            console.print(sentence, style=WARN)
        if read:
            console.print(f"Next: samehand networks --store {safe(store)}", style=FAINT)

    def _shortfalls(self) -> list[str]:
        sentences = [
            f"{count(number, 'document')} {outcome}." for outcome, number in sorted(self._outcomes.items()) if outcome != "read"
        ]
        if self._failures:
            sentences.append(f"{count(self._failures, 'failure')} inside pages; samehand site DOMAIN tells them.")
        if self.unreadable:
            sentences.append(f"{count(self.unreadable, 'record or file', 'records or files')} could not be read.")
        return sentences
