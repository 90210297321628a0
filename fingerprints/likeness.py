"""Adds near fingerprints to what is compared, and takes out what only looks like one hand: stock themes and wire copy.

A template on many sites that agree in nothing else is a stock theme that no table knows; a text on many sites that agree in
nothing else is wire copy. Both are told by their sites, not by their number: a real network may have 1,300 sites.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fingerprints.derived import Group, near_groups
from fingerprints.entries import of_value
from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Proof
from fingerprints.stores.base import Matrix
from fingerprints.weights import Weights

_TEMPLATE = "template"
_TEXT = "text"
_COME_ALONG = frozenset({"agency", "favicon", "habit", "hosting", "operations", "platform", "software"})
"""Families in which the customers of one theme or one host agree for that reason alone."""
_COMMONER = 10
"""A value on more than this many times the sites says nothing about them."""
_TELLING_BITS = 9.0
"""What a value must be worth for its being shared to tell that sites have more in common: nearly enough to link alone. A vendor's
weaker value (an ad exchange's line) comes with a stock theme as often as not, and each would vouch for the other."""


def with_likeness(matrix: Matrix, weights: Weights, settings: Settings) -> tuple[Matrix, Weights]:
    """The matrix and the weights with a value more for each group of near fingerprints."""
    found = list(near_groups(matrix, weights.site, weights.value))
    exact = _exact(weights, settings)
    carried = [np.unique(weights.site[list(group.carriers)]) for group in found]
    bits = np.array(
        [_bits(group, len(sites), len(matrix.sites), settings) for group, sites in zip(found, carried, strict=True)], dtype=float
    )
    families = [_family(group.kind, settings) for group in found] + [_TEMPLATE] * len(exact)
    carried += [weights.site[of_value(weights.value, index)] for index in exact]
    bits = np.concatenate((bits, weights.bits[exact]))
    reasons = _doubt(len(matrix.sites), weights, families, carried, bits, settings)
    count = len(found)
    said = [reasons.pop(number, "") for number in range(count, len(families))]
    weights = _without_stock(weights, exact, carried[count:], bits[count:], said)
    if not found:
        return matrix, weights
    return _joined(matrix, weights, found, carried[:count], bits[:count], reasons, settings)


def _exact(weights: Weights, settings: Settings) -> list[int]:
    """Scripts, styles and other parts of templates that are compared exactly, on as many sites as a stock theme's are."""
    if _TEMPLATE not in weights.families:
        return []
    template = weights.family == weights.families.index(_TEMPLATE)
    found = np.flatnonzero(template & (weights.bits > 0) & (weights.carriers >= settings.shared.fewest_sites))
    return [int(index) for index in found]


def _without_stock(
    weights: Weights, exact: list[int], carried: list[NDArray[np.int32]], bits: NDArray[np.float64], reasons: list[str]
) -> Weights:
    """The weights without what stock themes bring: such values count for nothing, or only among sites that agree in more."""
    keep = np.ones(len(weights.site), dtype=bool)
    worth, why = weights.bits.copy(), dict(weights.why)
    for index, sites, left, reason in zip(exact, carried, bits.tolist(), reasons, strict=True):
        worth[index] = left
        if reason:
            why[index] = reason
        here = of_value(weights.value, index)
        keep[here] = np.isin(weights.site[here], sites)
    entries = {name: getattr(weights, name)[keep] for name in ("site", "value", "first", "last")}
    return replace(weights, bits=worth, why=why, **entries) if exact else weights


def _bits(group: Group, sites: int, of: int, settings: Settings) -> float:
    """What a group on so many of the store's sites is worth: a fact no more than its rarity among them (see weights)."""
    kind = catalogue.kinds()[group.kind]
    rule = settings.of_kind(kind)
    assert rule.m is not None
    assert rule.cap is not None
    rarity = float(np.log2(rule.m * settings.web.sites / sites))
    within = float(np.log2(of / sites)) if kind.proves is Proof.FACT else rarity
    return max(0.0, min(rule.cap, rarity, within))


def _doubt(
    count: int,
    weights: Weights,
    families: list[str],
    carried: list[NDArray[np.int32]],
    bits: NDArray[np.float64],
    settings: Settings,
) -> dict[int, str]:
    """Sets to nothing the values whose sites agree in nothing independent; their numbers, with why.

    Templates are judged first, by ids and texts; then texts, by ids and the templates that stood.
    """
    reasons: dict[int, str] = {}
    strong = _strong(weights)
    for family, what in ((_TEMPLATE, "a stock theme or a publishing system"), (_TEXT, "wire copy or a text that goes round")):
        mine = [number for number, one in enumerate(families) if one == family]
        others = [number for number, one in enumerate(families) if one not in (family, *_COME_ALONG) and bits[number] > 0]
        beside = _table([*strong, *(carried[number] for number in others)], count)
        everywhere = np.asarray(beside.sum(axis=0)).ravel()
        doubted, vouched = (np.zeros(count, dtype=bool) for _ in range(2))
        for number in mine:
            sites = carried[number]
            if len(sites) < settings.shared.fewest_sites and not doubted[sites].all():
                continue
            agree = _agreeing(sites, beside, everywhere)
            share = float(agree.mean())
            if share > settings.shared.agreeing_share:
                vouched[sites[agree]] = True
            else:
                bits[number] = 0.0
                reasons[number] = f"{what}: {share:.0%} of its {len(sites)} sites agree in anything independent of it"
                # What is equal inside a stock theme is the same theme.
                doubted[sites] |= family == _TEMPLATE
        if family == _TEMPLATE:
            # A network may be among the users of a stock theme: likeness speaks only for those that agree in something else.
            for number in mine:
                if len(carried[number]) >= settings.shared.fewest_sites and bits[number] > 0:
                    carried[number] = carried[number][vouched[carried[number]]]
    return reasons


def _family(kind: str, settings: Settings) -> str:
    return settings.of_kind(catalogue.kinds()[kind]).family or ""


def _strong(weights: Weights) -> list[NDArray[np.int32]]:
    """The sites of each value, outside what comes along with a theme or a host, that tells something by being shared."""
    telling = np.array([name not in _COME_ALONG and name not in (_TEMPLATE, _TEXT) for name in weights.families] or [False])
    useful = (weights.bits >= _TELLING_BITS) & (weights.carriers >= 2) & telling[weights.family]
    keep = useful[weights.value]
    site, value = weights.site[keep], weights.value[keep]
    return np.split(site, np.flatnonzero(np.diff(value)) + 1) if len(site) else []


def _table(columns: list[NDArray[np.int32]], sites: int) -> sparse.csr_matrix:
    """Which sites have which of these values."""
    row = np.concatenate(columns) if columns else np.empty(0, dtype=np.int32)
    column = np.repeat(np.arange(len(columns)), [len(one) for one in columns])
    return sparse.csr_matrix((np.ones(len(row), dtype=np.int32), (row, column)), (sites, len(columns)))


def _agreeing(sites: NDArray[np.int32], beside: sparse.csr_matrix, everywhere: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each of these sites whether it shares something else with another of them, something that is not much commoner."""
    mine = beside[sites]
    column, inverse, together = np.unique(mine.indices, return_inverse=True, return_counts=True)
    useful = (together >= 2) & (everywhere[column] <= _COMMONER * len(sites))
    row = np.repeat(np.arange(len(sites)), np.diff(mine.indptr))
    return np.isin(np.arange(len(sites)), row[useful[inverse]])


def _joined(
    matrix: Matrix,
    weights: Weights,
    found: list[Group],
    carried: list[NDArray[np.int32]],
    bits: NDArray[np.float64],
    reasons: dict[int, str],
    settings: Settings,
) -> tuple[Matrix, Weights]:
    """Everything renumbered with the groups among the values."""
    keys = [(group.kind, group.value) for group in found]
    values, old, new = _merged(matrix.values, keys)
    times = [_times(weights, group, sites) for group, sites in zip(found, carried, strict=True)]
    site = np.concatenate((weights.site, *carried)).astype(np.int32)
    value = np.concatenate((old[weights.value], np.repeat(new, [len(sites) for sites in carried]))).astype(np.int32)
    first = np.concatenate((weights.first, *(pair[0] for pair in times)))
    last = np.concatenate((weights.last, *(pair[1] for pair in times)))
    order = np.lexsort((site, value))
    families = [weights.families.index(_family(group.kind, settings)) for group in found]
    why = {int(old[index]): text for index, text in weights.why.items()} | {int(new[at]): text for at, text in reasons.items()}
    return _renumbered(matrix, values, old), Weights(
        bits=_placed(len(values), (old, weights.bits), (new, bits)),
        family=_placed(len(values), (old, weights.family), (new, np.array(families))).astype(np.int32),
        families=weights.families,
        carriers=_placed(len(values), (old, weights.carriers), (new, np.array([len(sites) for sites in carried]))).astype(
            np.int64
        ),
        why=why,
        copies=weights.copies,
        control=_placed(len(values), (old, weights.control)).astype(bool),
        site=site[order],
        value=value[order],
        first=first[order],
        last=last[order],
    )


def _merged(
    values: tuple[tuple[str, str], ...], keys: list[tuple[str, str]]
) -> tuple[tuple[tuple[str, str], ...], NDArray[np.int32], NDArray[np.int32]]:
    """Sorted values with a few keys among them, and the new numbers of either: millions are not sorted again."""
    more = sorted(set(keys))
    places = [bisect_left(values, key) for key in more]
    added = [(at, key) for at, key in zip(places, more, strict=True) if at == len(values) or values[at] != key]
    at = np.array([place for place, _ in added], dtype=np.int64)
    pieces: list[tuple[tuple[str, str], ...]] = []
    begin = 0
    for place, key in added:
        pieces += (values[begin:place], (key,))
        begin = place
    whole = (*chain.from_iterable(pieces), *values[begin:])
    everyone = np.arange(len(values))
    old = (everyone + np.searchsorted(at, everyone, side="right")).astype(np.int32)
    number = {key: bisect_left(whole, key) for key in more}
    return whole, old, np.array([number[key] for key in keys], dtype=np.int32)


def _renumbered(matrix: Matrix, values: tuple[tuple[str, str], ...], old: NDArray[np.int32]) -> Matrix:
    # Both lists are sorted, so the entries keep their order.
    return replace(matrix, values=values, value=old[matrix.value])


def _placed(size: int, *parts: tuple[NDArray[np.int32], NDArray[Any]]) -> NDArray[np.float64]:
    whole = np.zeros(size)
    for places, numbers in parts:
        whole[places] = numbers
    return whole


def _times(weights: Weights, group: Group, sites: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last seen of the group on each of its sites."""
    entries = np.array(group.carriers)
    entries = entries[np.isin(weights.site[entries], sites)]
    at = np.searchsorted(sites, weights.site[entries])
    first = np.full(len(sites), np.iinfo(np.int64).max)
    last = np.full(len(sites), np.iinfo(np.int64).min)
    np.minimum.at(first, at, weights.first[entries])
    np.maximum.at(last, at, weights.last[entries])
    return first, last
