"""Why two sites are linked, or why not: what they share, what was left out, and what was not looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from fingerprints import agencies, background
from fingerprints.derived import nearest, stands_for_groups
from fingerprints.evidence import PairTable, Teller, compare_two
from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.model import Evidence, Outcome, SharedValue, State
from fingerprints.networks import Clustering, cluster
from fingerprints.stores.base import Carried, Matrix, Store
from fingerprints.verdicts import Answer, Subject, Verdict, Verdicts

_NOT_SEEN = (Outcome.FAILED, Outcome.REFUSED, Outcome.BLOCKED, Outcome.NOT_LOOKED_AT)


@dataclass(frozen=True, slots=True)
class Example:
    """Where a shared value stands on either side, to be looked up."""

    a: Carried
    b: Carried


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer for two sites, linked or not."""

    evidence: Evidence
    linked: bool
    probability: float
    """Of one hand, 0 to 1, by this evidence and the prior."""
    verdict: str
    """One sentence: linked and by what, or what is missing."""
    left_out: tuple[SharedValue, ...]
    """Values that both carry and that count for nothing, each with why."""
    examples: dict[tuple[str, str], Example]
    """For each shared value, counted or left out, its best sighting on either side."""
    differs: tuple[str, ...]
    """Kinds of which both have values and share none: where strangers differ. No proof: one hand may use many accounts."""
    not_seen: tuple[str, ...]
    """What could not be looked at, on either side, a sentence each."""


class UnknownSiteError(LookupError):
    """A site that the store has never looked at."""


def explain(store: Store, one: str, other: str, verdicts: Verdicts | None = None) -> Explanation:
    """Compares two sites of a store as the clustering does.

    Args:
        store: what was seen.
        one, other: the sites.
        verdicts: what people decided.

    Raises:
        UnknownSiteError: one of them is not in the store.
        ValueError: both are the same site.
    """
    a, b = Evidence.pair(one, other)
    if a == b:
        raise ValueError(f"{a} is one site; name two.")
    work = cluster(store, verdicts)
    numbers = (_number(work.matrix, a), _number(work.matrix, b))
    table = compare_two(work.matrix, work.weights, work.settings, *numbers)
    link = (
        Teller(work.matrix, work.weights, table).evidence(0)
        if len(table.a)
        else Evidence(a, b, (), 0.0, f"{a} and {b} share nothing of worth.")
    )
    judged = work.verdicts.get(Subject.LINK, a, b)
    linked = bool(len(table.a) and (judged.answer is Answer.YES if judged else table.linked(work.settings)[0]))
    mine, theirs = ({(row.kind, row.value): row for row in store.carried(site=site)} for site in (a, b))
    alike = tuple(_alike_for_nothing(work, *numbers))
    return Explanation(
        evidence=link,
        linked=linked,
        probability=round(work.settings.probability(link.bits, independent=bool(table.independent(work.settings).any())), 4),
        verdict=_decided(link, judged) if judged else _verdict(link, linked, table, work.settings),
        left_out=(*_left_out(work, link, mine, theirs), *alike),
        examples={key: Example(mine[key], theirs[key]) for key in sorted(mine.keys() & theirs.keys())}
        | dict(_near_examples([*link.shared, *alike], mine.values(), theirs.values())),
        differs=tuple(_differs(mine.values(), theirs.values())),
        not_seen=tuple(_not_seen(store, (a, b))),
    )


def _number(matrix: Matrix, site: str) -> int:
    index = bisect_left(matrix.sites, site)
    if index == len(matrix.sites) or matrix.sites[index] != site:
        raise UnknownSiteError(f"{site} was never looked at: it is not in this store.")
    return index


def _decided(link: Evidence, judged: Verdict) -> str:
    if judged.answer is Answer.YES and link.shared:
        return f"Linked by {judged.sentence}; the evidence alone gives {link.bits:.1f} bits. {link.sentence}"
    return f"Not linked by {judged.sentence}; the evidence alone gives {link.bits:.1f} bits."


def _verdict(link: Evidence, linked: bool, table: PairTable, settings: Settings) -> str:
    need = settings.links.bits
    if linked:
        return f"Linked: {link.bits:.1f} bits, {need:.0f} are needed. {link.sentence}"
    if not link.shared:
        return "Not linked: no value that both carry counts for anything."
    doubted = sum(one.family == agencies.FAMILY for one in link.shared)
    perhaps = f" An agency may have brought {doubted} of the values; what else both share would say more." if doubted else ""
    if link.bits < need:
        return f"Not linked: {link.bits:.1f} bits, {need:.0f} are needed.{perhaps}"
    return (
        f"Not linked although {link.bits:.1f} bits are enough: no single value is worth "
        f"{settings.links.strong_value_bits:.1f}, and only {int(table.families[0])} independent family stands behind it.{perhaps}"
    )


def _left_out(
    work: Clustering, link: Evidence, mine: dict[tuple[str, str], Carried], theirs: dict[tuple[str, str], Carried]
) -> Iterator[SharedValue]:
    counted = {(shared.kind, shared.value) for shared in link.shared}
    table, kinds = background.load(), catalogue.kinds()
    for key in sorted(mine.keys() & theirs.keys()):
        if key in counted or stands_for_groups(key[0]):
            continue
        index = bisect_left(work.matrix.values, key)
        yield SharedValue(
            kind=key[0],
            value=key[1],
            sites=int(work.weights.carriers[index]),
            bits=0.0,
            family=kinds[key[0]].family if key[0] in kinds else "",
            why=_copy(work, link)
            or _why_not(mine[key], theirs[key], work.weights.why.get(index, ""), float(work.weights.bits[index])),
            background=table.count(*key),
        )


def _alike_for_nothing(work: Clustering, one: int, other: int) -> Iterator[SharedValue]:
    """Groups of near fingerprints that both are in and that count for nothing: a stock theme, wire copy."""
    weights = work.weights
    both = np.intersect1d(weights.value[weights.site == one], weights.value[weights.site == other])
    for index in both[weights.bits[both] == 0].tolist():
        kind, value = work.matrix.values[index]
        if stands_for_groups(kind) and "~" in value:
            family = catalogue.kinds()[kind].family
            yield SharedValue(kind, value, int(weights.carriers[index]), 0.0, family, weights.why.get(index, ""))


def _near_examples(
    shared: Iterable[SharedValue], mine: Iterable[Carried], theirs: Iterable[Carried]
) -> Iterator[tuple[tuple[str, str], Example]]:
    """For each group of near fingerprints the two by which the sites are in it."""
    here, there = ({(row.kind, row.value): row for row in rows if stands_for_groups(row.kind)} for rows in (mine, theirs))
    for group in shared:
        if stands_for_groups(group.kind):
            pair = [nearest(group.value, [value for kind, value in side if kind == group.kind]) for side in (here, there)]
            if pair[0] and pair[1]:
                example = Example(here[group.kind, pair[0]], there[group.kind, pair[1]])
                yield (group.kind, group.value), example


def _copy(work: Clustering, link: Evidence) -> str:
    for one, other in ((link.a, link.b), (link.b, link.a)):
        if work.weights.copies.get(_number(work.matrix, one)) == _number(work.matrix, other):
            return f"{one} is a copy of {other}: it bears its name and loads its files"
    return ""


def _why_not(mine: Carried, theirs: Carried, why: str, bits: float) -> str:
    for row in (mine, theirs):
        if row.state is State.COPIED:
            origin = f" of {row.copied_from}" if row.copied_from else ""
            return f"on {row.site} it stands only in a copy{origin} or a quotation"
        if row.state is State.COMMENTED:
            return f"on {row.site} it stands only in a comment"
    if bits > 0:
        return f"the sites carried it too far apart in time: {_span(mine)} and {_span(theirs)}"
    return why or "too many sites carry it"


def _span(row: Carried) -> str:
    return f"{row.first_seen:%Y-%m-%d} to {row.last_seen:%Y-%m-%d}"


def _differs(mine: Iterable[Carried], theirs: Iterable[Carried]) -> Iterator[str]:
    ours, others = _by_kind(mine), _by_kind(theirs)
    for kind in sorted(ours.keys() & others.keys()):
        if not ours[kind] & others[kind]:
            yield kind


def _by_kind(rows: Iterable[Carried]) -> dict[str, set[str]]:
    kinds = catalogue.kinds()
    values: dict[str, set[str]] = {}
    for row in rows:
        if row.state is State.SEEN and row.kind in kinds and kinds[row.kind].links:
            values.setdefault(row.kind, set()).add(row.value)
    return values


def _not_seen(store: Store, sites: Iterable[str]) -> Iterator[str]:
    for site in sites:
        for look in store.coverage(site):
            if look.outcome in _NOT_SEEN:
                yield f"{site}: {look.role.value} {look.url}: {look.outcome.value}" + (f" ({look.detail})" if look.detail else "")
        for failure in store.failures(site):
            yield f"{site}: {failure.kind} on {failure.page_url}: {failure.error}"
