"""Two sites laid side by side: what each carries of every kind, how near their fingerprints are, and which texts both have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.hamming import distance, is_compared_by_distance
from fingerprints.stores.base import Carried, Store

TEXT_KINDS = ("text-simhash", "wire-text")
"""Kinds whose values are texts of articles, wire copy among them."""
SAME_TEXT = 6
"""Bits in which two fingerprints of one text may differ (a byline, a picture's caption)."""
_SAMPLE = re.compile(r", among them (.*)$")
_DATED = re.compile(r", (\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?)")


class Relation(StrEnum):
    """How the two sites stand to each other in one kind."""

    SAME = "same"
    """They share a value."""
    NEAR = "near"
    """Their fingerprints differ in a few bits."""
    DIFFERENT = "different"
    ONLY_A = "only left"
    ONLY_B = "only right"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind."""

    kind: str
    relation: Relation
    a: tuple[Carried, ...]
    b: tuple[Carried, ...]
    """What each carries: shared values, or the nearest fingerprints, first."""
    apart: int | None
    """For fingerprints: bits between the nearest two."""
    parts: tuple[str, ...]
    """Parts of the template that both samples name."""


@dataclass(frozen=True, slots=True)
class SharedText:
    """One article that both sites carry."""

    a: Carried
    b: Carried
    apart: int
    first: str
    """The site whose page gives the earlier date, or an empty string: no dates, or the same."""
    agency: bool
    """Whether either page credits an agency."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it."""

    rows: tuple[Row, ...]
    """Shared kinds first, then near ones, then the others; by name within."""
    texts: tuple[SharedText, ...]
    share_a: float
    """The share of the site's articles that the other carries, 0 to 1."""
    share_b: float


_ORDER = {relation: number for number, relation in enumerate(Relation)}
_NEAR_BITS = 13


def compare(store: Store, a: str, b: str) -> Comparison:
    """Lays two sites side by side; one that the store does not know carries nothing."""
    mine, theirs = (_by_kind(store.carried(site=site)) for site in (a, b))
    rows = [_row(kind, mine.get(kind, []), theirs.get(kind, [])) for kind in sorted(mine.keys() | theirs.keys())]
    articles, others = (_texts(side) for side in (mine, theirs))
    texts = tuple(_shared(articles, others))
    return Comparison(
        rows=tuple(sorted(rows, key=lambda row: (_ORDER[row.relation], row.kind))),
        texts=texts,
        share_a=_share({one.a.value for one in texts}, articles),
        share_b=_share({one.b.value for one in texts}, others),
    )


def _by_kind(carried: Iterable[Carried]) -> dict[str, list[Carried]]:
    kinds: dict[str, list[Carried]] = {}
    for row in carried:
        kinds.setdefault(row.kind, []).append(row)
    return kinds


def _row(kind: str, mine: list[Carried], theirs: list[Carried]) -> Row:
    if not mine or not theirs:
        return Row(kind, Relation.ONLY_A if mine else Relation.ONLY_B, tuple(mine), tuple(theirs), None, ())
    if is_compared_by_distance(kind):
        return _fingerprints(kind, mine, theirs)
    both = {row.value for row in mine} & {row.value for row in theirs}
    left, right = (tuple(sorted(rows, key=lambda row: (row.value not in both, row.value))) for rows in (mine, theirs))
    return Row(kind, Relation.SAME if both else Relation.DIFFERENT, left, right, None, ())


def _fingerprints(kind: str, mine: list[Carried], theirs: list[Carried]) -> Row:
    pairs = [
        (apart, one.value, other.value, one, other)
        for one in mine
        for other in theirs
        if (apart := _apart(one.value, other.value)) is not None
    ]
    if not pairs:
        return Row(kind, Relation.DIFFERENT, tuple(mine), tuple(theirs), None, ())
    apart, _, _, one, other = min(pairs, key=lambda pair: pair[:3])
    relation = Relation.SAME if apart == 0 else Relation.NEAR if apart <= _NEAR_BITS else Relation.DIFFERENT
    left = (one, *(row for row in mine if row is not one))
    right = (other, *(row for row in theirs if row is not other))
    return Row(kind, relation, left, right, apart, _common(one.where, other.where))


def _apart(one: str, other: str) -> int | None:
    """Bits between two fingerprints, None for those of different parts of a site."""
    place, _, digits = one.rpartition("-")
    elsewhere, _, others = other.rpartition("-")
    return distance(int(digits, 16), int(others, 16)) if place == elsewhere else None


def _common(one: str, other: str) -> tuple[str, ...]:
    samples = [match[1].split(", ") if (match := _SAMPLE.search(where)) else [] for where in (one, other)]
    return tuple(part for part in samples[0] if part in samples[1])


def _texts(kinds: dict[str, list[Carried]]) -> list[Carried]:
    return [row for kind in TEXT_KINDS for row in kinds.get(kind, [])]


def _shared(mine: list[Carried], theirs: list[Carried]) -> Iterator[SharedText]:
    for one in mine:
        apart, _, other = min(
            ((distance(int(one.value, 16), int(row.value, 16)), row.value, row) for row in theirs),
            key=lambda found: found[:2],
            default=(SAME_TEXT + 1, "", None),
        )
        if other is not None and apart <= SAME_TEXT:
            agency = "wire-text" in (one.kind, other.kind)
            yield SharedText(one, other, apart, _first(one, other), agency)


def _first(one: Carried, other: Carried) -> str:
    dates = [match[1][:10] if (match := _DATED.search(row.where)) else "" for row in (one, other)]
    if not all(dates) or dates[0] == dates[1]:
        return ""
    return one.site if dates[0] < dates[1] else other.site


def _share(shared: set[str], articles: list[Carried]) -> float:
    return len(shared) / len({row.value for row in articles}) if articles else 0.0
