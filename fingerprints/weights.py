"""What each value of a store is worth, before any two sites are compared: bits from rarity, and values that link nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fingerprints import agencies, background, hosting
from fingerprints.entries import BySite, Entries, of_value
from fingerprints.evidence_settings import KindOverride, Settings
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Proof
from fingerprints.model import State
from fingerprints.rarity import SMALL_STORE, SUPPORTING_BITS, TELLING_BITS, WEAK_FAMILIES, bits_of, shared_values, why_nobody
from fingerprints.sites import platform_of
from fingerprints.stores.base import Matrix
from fingerprints.verdicts import Answer, Subject, Verdicts

_FACT = "a fact, not a tie"
NO_TIES = frozenset({_FACT})
"""Reasons for no bits that need not be told with a network: the kind never links."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One entry a value of the matrix."""

    bits: NDArray[np.float64]
    """What sharing it is worth for two sites; 0 for what links nobody."""
    family: NDArray[np.int32]
    """Index into families."""
    families: tuple[str, ...]
    carriers: NDArray[np.int64]
    """Sites that carry it in state SEEN."""
    why: dict[int, str]
    """For values with less than their rarity gives: why, in words for a person."""
    copies: dict[int, int]
    """Sites that are copies of another site of the store, by number; what both carry is the original's alone."""
    control: NDArray[np.bool_]
    """Whether the value proves control of the site."""
    site: NDArray[np.int32]
    value: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """The matrix's entries in state SEEN, sorted by value and then by site."""


def weigh(matrix: Matrix, settings: Settings, verdicts: Verdicts | None = None) -> Weights:
    """The weight of every value of the store, after what people decided about values and sites."""
    verdicts = verdicts or Verdicts()
    copies = _copies(matrix)
    seen = ((matrix.state == State.SEEN.rank) | _acknowledged(matrix)) & ~_carried_over(matrix, copies)
    seen &= ~_rejected(matrix, verdicts)
    site, value = matrix.site[seen], matrix.value[seen]
    carriers = np.bincount(value, minlength=len(matrix.values)).astype(np.int64)
    bits, family, families, why, control = _rarity(matrix, carriers, settings)
    raw, declared = bits.copy(), family.copy()
    _exclude(matrix, bits, why)
    doubt = partial(hosting.doubt, len(matrix.sites), site, value, bits, family, families, WEAK_FAMILIES, why)
    doubt()  # most traits of hosting fall here, so that they are not compared with all else
    first, last = matrix.first[seen], matrix.last[seen]
    entries = Entries(site, value, first, last, carriers, bits, family, families, why)
    _dissent(matrix, entries, settings)
    _properties(matrix, bits, why)
    agencies.doubt(matrix, entries, settings)
    doubt()
    _decided(matrix, verdicts, raw, declared, bits, family, why)
    return Weights(bits, family, families, carriers, why, copies, control, site, value, first, last)


def _rejected(matrix: Matrix, verdicts: Verdicts) -> NDArray[np.bool_]:
    """Entries of sites that people took out of the investigation."""
    out = {one.about[0] for one in verdicts.all(Subject.SITE) if one.answer is Answer.NO}
    return np.isin(matrix.site, [number for number, name in enumerate(matrix.sites) if name in out])


def _decided(
    matrix: Matrix,
    verdicts: Verdicts,
    raw: NDArray[np.float64],
    declared: NDArray[np.int32],
    bits: NDArray[np.float64],
    family: NDArray[np.int32],
    why: dict[int, str],
) -> None:
    """People's verdicts on values: what is shared counts for nothing, what is not counts as its rarity says."""
    for one in verdicts.all(Subject.VALUE):
        number = matrix.number(*one.about)
        if number is not None:
            bits[number] = raw[number] if one.answer is Answer.YES else 0.0
            family[number] = declared[number]
            why[number] = one.sentence


def _copies(matrix: Matrix) -> dict[int, int]:
    """Sites dressed in another site's files that also bear its name: (copy → original), where the original is in the store.

    An original whose menus name the other is no victim: its site has moved, or has an edition there.
    """
    if not matrix.kinds().get("assets-from"):
        return {}
    number = {name: index for index, name in enumerate(matrix.sites)}
    names: dict[int, set[int]] = {}
    dressed: dict[int, int] = {}
    kinds = matrix.kinds()
    facts = [index for kind in ("assets-from", "site-name") for index in kinds.get(kind, ())]
    for index in facts:
        kind, text = matrix.values[index]
        for site in matrix.site[of_value(matrix.value, index)].tolist():
            if kind == "site-name":
                names.setdefault(site, set()).add(index)
            elif text in number:
                dressed[site] = number[text]
    return {
        site: original
        for site, original in dressed.items()
        if dressed.get(original) != site
        and names.get(site, set()) & names.get(original, set())
        and not _names_it(matrix, original, matrix.sites[site])
    }


def _names_it(matrix: Matrix, site: int, other: str) -> bool:
    """Whether the menus of a site link to the other."""
    return site in matrix.site[_naming(matrix, other)].tolist()


def _naming(matrix: Matrix, site: str) -> slice:
    """The entries of those whose menus link to a site."""
    number = matrix.number("menu-link", site)
    return of_value(matrix.value, number) if number is not None else slice(0)


def _acknowledged(matrix: Matrix) -> NDArray[np.bool_]:
    """Entries of sites of which only copies were seen, where another site that carries the value names the site in its menus.

    A publisher's titles print each other's articles with the first title's address as canonical. Who copies a stranger's page is
    named by nobody whose page it is.
    """
    found = np.zeros(len(matrix.site), dtype=bool)
    copied, seen = matrix.state == State.COPIED.rank, matrix.state == State.SEEN.rank
    only_copied = np.zeros(len(matrix.sites), dtype=bool)
    only_copied[matrix.site[copied]] = True
    only_copied[matrix.site[seen]] = False
    naming = {site: _naming(matrix, matrix.sites[site]) for site in np.flatnonzero(only_copied).tolist()}
    namers = {site: matrix.site[entries][seen[entries]] for site, entries in naming.items() if entries.stop}
    if not namers:
        return found
    by_site = BySite(matrix.site, len(matrix.sites))
    for site, others in namers.items():
        mine = by_site.of(site)
        for other in others.tolist():
            theirs = by_site.of(other)
            found[mine] |= copied[mine] & np.isin(matrix.value[mine], matrix.value[theirs[seen[theirs]]])
    return found


def _carried_over(matrix: Matrix, copies: dict[int, int]) -> NDArray[np.bool_]:
    over = np.zeros(len(matrix.site), dtype=bool)
    for site, original in copies.items():
        mine = np.flatnonzero(matrix.site == site)
        theirs = matrix.value[matrix.site == original]
        over[mine] = np.isin(matrix.value[mine], theirs)
    return over


def _rarity(matrix: Matrix, carriers: NDArray[np.int64], settings: Settings) -> tuple[Any, ...]:
    table = background.load()
    known_kinds = catalogue.kinds()
    rules: dict[str, tuple[KindOverride, Proof] | None] = {
        name: (settings.of_kind(known_kinds[name]), known_kinds[name].proves) if name in known_kinds else None
        for name in matrix.kinds()
    }
    names = sorted({agencies.FAMILY, *(rule[0].family or "" for rule in rules.values() if rule)})
    number = {name: index for index, name in enumerate(names)}
    bits = np.zeros(len(matrix.values))
    family = np.zeros(len(matrix.values), dtype=np.int32)
    control = np.zeros(len(matrix.values), dtype=bool)
    why: dict[int, str] = {}
    for index in np.flatnonzero(carriers >= 2).tolist():
        kind, value = matrix.values[index]
        rule = rules[kind]
        if rule is None:
            why[index] = "kind unknown to this version"
            continue
        override, proves = rule
        family[index] = number[override.family or ""]
        control[index] = proves is Proof.CONTROL
        if not override.links:
            why[index] = _FACT
            continue
        bits[index], reason = bits_of(kind, value, int(carriers[index]), override, table, settings)
        if proves is Proof.FACT and bits[index] > 0:
            within = float(np.log2(len(matrix.sites) / carriers[index]))
            bits[index] = max(0.0, min(bits[index], within))
        if reason:
            why[index] = reason
    return bits, family, tuple(names), why, control


def _exclude(matrix: Matrix, bits: NDArray[np.float64], why: dict[int, str]) -> None:
    listed = {matrix.number(*key): reason for key, reason in shared_values().items()}
    for index in np.flatnonzero(bits > 0).tolist():
        reason = why_nobody(*matrix.values[index])
        if reason:
            listed.setdefault(index, reason)
    for number, reason in listed.items():
        if number is not None:
            bits[number] = 0.0
            why[number] = reason


def _dissent(matrix: Matrix, entries: Entries, settings: Settings) -> None:
    """Sets to nothing the values whose sites disagree in what else they have: they are a vendor's or a platform's."""
    value, carriers, bits, why = entries.value, entries.carriers, entries.bits, entries.why
    rule = settings.shared
    suspects = (carriers >= rule.fewest_sites) & (bits > 0)
    if not suspects.any():
        return
    spans = list(matrix.kinds().values())
    kind = np.repeat(np.arange(len(spans)), [len(span) for span in spans])
    own = _own_values(entries, spans, len(matrix.sites), rule.slack)
    count = np.maximum(carriers, 1)
    with_own = np.bincount(value, weights=own, minlength=len(carriers))
    own_share = with_own / count
    # A vendor may bring several ids at once: what its sites also have of their own is no agreement between them.
    settled = own_share <= rule.settled_own_share
    agree, coherence = _agreeing(entries, settled, kind, len(matrix.sites))
    agree_share = np.bincount(value, weights=agree, minlength=len(carriers)) / count
    alone = (carriers >= rule.many_sites) & (coherence <= rule.coherence)
    beside_own = (with_own >= rule.fewest_own) & (own_share >= rule.vendor_own_share)
    vendor = suspects & (alone | (beside_own & (agree_share <= rule.vendor_agreeing_share)))
    for index in np.flatnonzero(vendor).tolist():
        bits[index] = 0.0
        why[index] = (
            f"a vendor's or an agency's: of two of its {carriers[index]} sites {coherence[index]:.1%} agree in anything else"
            if alone[index]
            else f"a vendor's or an agency's: {own_share[index]:.0%} of its {carriers[index]} sites have another of their own, "
            f"{agree_share[index]:.0%} agree in anything else"
        )
    _platforms(matrix, entries, suspects & ~vendor, agree_share, settings)


def _properties(matrix: Matrix, bits: NDArray[np.float64], why: dict[int, str]) -> None:
    """Sets to nothing the properties of accounts that link nobody: a vendor gives some of its customers the same one."""
    for index, account in agencies.properties(matrix, bits):
        if account in why and not bits[account]:
            bits[index] = 0.0
            why[index] = agencies.property_note(matrix.values[index][1], why[account])


def _own_values(entries: Entries, spans: Sequence[range], sites: int, slack: float) -> NDArray[np.float64]:
    """For each entry 1.0 if the site had, at that time, another value of this kind that at most half as many sites carry."""
    value = entries.value
    own = np.zeros(len(value))
    most = np.iinfo(np.int64).max
    rarest, begun, ended = np.full(sites, most), np.full(sites, most), np.zeros(sites, dtype=np.int64)
    # Numbers of another type would have the whole array turned into theirs at each call.
    begins = np.searchsorted(value, np.array([span.start for span in spans], dtype=value.dtype)).tolist()
    for begin, end in pairwise([*begins, len(value)]):
        here = slice(begin, end)
        site, first, last = entries.site[here], entries.first[here], entries.last[here]
        count = entries.carriers[value[here]]
        np.minimum.at(rarest, site, count)
        rarer = rarest[site] <= count // 2
        if rarer.any():
            is_rarest = count == rarest[site]
            np.minimum.at(begun, site[is_rarest], first[is_rarest])
            np.maximum.at(ended, site[is_rarest], last[is_rarest])
            own[here] = rarer & (begun[site] <= last + slack) & (ended[site] + slack >= first)
            begun[site], ended[site] = most, 0
        rarest[site] = most
    return own


def _agreeing(
    entries: Entries, settled: NDArray[np.bool_], kind: NDArray[np.int64], sites: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What else the carriers of a value have in common.

    For each entry: 1.0 if the site shares something else, of another kind and rare, with another carrier of the value. For each
    value: the share of the pairs of its sites that agree in something else, weak things included.
    """
    site, value, carriers, bits = entries.site, entries.value, entries.carriers, entries.bits
    weak = np.array([name in WEAK_FAMILIES for name in entries.families] or [False])
    keep = (carriers >= 2)[value] & (bits > 0)[value]
    carried = sparse.csr_matrix(
        (np.ones(int(keep.sum()), dtype=np.int32), (site[keep], value[keep])), shape=(sites, len(carriers))
    )
    together = (carried.T @ carried).tocoo()
    one, other, both = together.row, together.col, together.data
    # A value that most of its sites carry beside strangers (a stock widget) supports nothing: it must be about as rare.
    beside = (both >= 2) & settled[other] & (kind[one] != kind[other]) & (carriers[other] <= 3 * carriers[one])
    beside &= _more_than_chance(both, carriers[one], carriers[other], sites)
    tells = beside & (bits[other] >= TELLING_BITS)
    of = carriers.astype(np.float64)
    pairs = np.bincount(one[tells], weights=(both * (both - 1.0))[tells], minlength=len(carriers))
    coherence = pairs / np.maximum(of * (of - 1), 1)
    supports = beside & (bits[other] >= SUPPORTING_BITS) & ~weak[entries.family[other]]
    ties = sparse.csr_matrix((np.ones(int(supports.sum()), dtype=np.int32), (other[supports], one[supports])), together.shape)
    supported = (carried @ ties).multiply(carried).tocoo()
    agree = np.zeros(len(site))
    held = supported.data > 0
    key = value.astype(np.int64) * sites + site
    agree[np.searchsorted(key, supported.col[held].astype(np.int64) * sites + supported.row[held])] = 1.0
    return agree, coherence


def _more_than_chance(both: NDArray[np.int32], one: NDArray[np.int64], other: NDArray[np.int64], sites: int) -> NDArray[np.bool_]:
    """Whether two values meet on more sites than two platforms that have nothing to do with each other would."""
    expected = one * other / max(sites, SMALL_STORE)
    return np.asarray((both >= 2 * expected) | (2 * both >= one + other - both))


def _platforms(
    matrix: Matrix, entries: Entries, suspects: NDArray[np.bool_], agree_share: NDArray[np.float64], settings: Settings
) -> None:
    """Sets to nothing what the tenants of one platform (sites under a private suffix, as blogspot.com) have from it."""
    platform = {index: name for index, name in enumerate(map(platform_of, matrix.sites)) if name}
    if not platform:
        return
    tenants = Counter(platform.values())
    mine = np.flatnonzero(np.isin(entries.site, np.fromiter(platform, dtype=np.int64)) & suspects[entries.value]).tolist()
    on_platform = Counter((int(entries.value[one]), platform[int(entries.site[one])]) for one in mine)
    rule = settings.shared
    for (index, name), count in on_platform.items():
        if (
            count >= rule.fewest_sites
            and count >= rule.platform_share * tenants[name]
            and agree_share[index] <= rule.agreeing_share
        ):
            entries.bits[index] = 0.0
            entries.why[index] = f"the platform's: {count} of {tenants[name]} sites under {name} carry it"
