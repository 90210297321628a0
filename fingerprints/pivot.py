"""From one tip outward: sites that one hand may run with it, the network that it would join, and what to crawl next.

A tip is a site or a value (an account, an e-mail address, a server). Nothing is clustered anew: only what the tip carries is
looked up, so a store of a million sites answers in milliseconds. What is alike without being equal (templates, texts) is
compared by `samehand networks` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf

from fingerprints import background, evidence_settings
from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.model import Evidence, Network, SharedValue
from fingerprints.pivot_next import Uncrawled, uncrawled
from fingerprints.stores.base import Store
from fingerprints.stores.neighbours import Held, Neighbours, neighbours
from fingerprints.surroundings import MOST_HOLDERS, Surroundings, Worth
from fingerprints.verdicts import Answer, Subject, Verdicts

_DAY = 86_400
_NAMED_BY = frozenset({"assets-from", "ct-names", "home-link", "redirect", "tls-names", "lookalike", "ads-txt-owner-domain"})
"""Kinds whose values are names of sites."""
_MOST_COPIES = 200
_MOST_NAMED = 100
"""Sites that are asked for their names and networks at least, however few are listed."""
_WITNESSES = 5
"""Sites of a network by which it is said to be joined."""


class NothingKnownError(LookupError):
    """A tip that no site of the store carries, names or is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site to which the tip points."""

    site: str
    evidence: Evidence | None
    """What it shares with the tip; None when the tip is a value, which is all that is known to be shared."""
    bits: float
    probability: float
    """Of one hand with the tip, 0 to 1, after the prior."""
    linked: bool
    """Whether `samehand networks` would draw the link."""
    network: str
    """The network of the last clustering that it is a member of; empty for none, and where there is no link."""
    why: str = ""
    """What people decided, or why enough bits make no link; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A network of the last clustering that the tip belongs to, or would."""

    network: Network
    is_member: bool
    """Whether the tip is a member already."""
    by: tuple[str, ...]
    """Members that it is linked with, the strongest first."""
    bits: float
    """Of the strongest of these links."""


@dataclass(frozen=True, slots=True)
class Pivot:
    """What follows from a tip."""

    tip: str
    kinds: tuple[str, ...]
    """The kinds of the value; empty for a site."""
    crawled: bool
    """Whether the tip is a site that was looked at."""
    candidates: tuple[Candidate, ...]
    """The likeliest first; cut at the limit that was asked for."""
    count: int
    """How many there are without the limit."""
    joins: tuple[Joined, ...]
    """The strongest first; several when the tip would stand between networks."""
    values: tuple[SharedValue, ...]
    """What the tip carries that other sites carry too, with what it is worth and why; what is left out has 0 bits."""
    telling: tuple[SharedValue, ...]
    """What of the tip is worth looking for elsewhere: by which it could be linked, also what no other site here carries. Its bits
    are those that it is worth, or would be if one other site carried it."""
    crawl_next: tuple[Uncrawled, ...]


def pivot(store: Store, tip: str, *, site: str = "", verdicts: Verdicts | None = None, most: int = 50) -> Pivot:
    """Follows a tip through a store.

    Args:
        store: what was seen.
        tip: a value as it is stored, or a site.
        site: the site that the tip names, if it may name one: asked for before values are.
        verdicts: what people decided.
        most: how many candidates are listed.

    Raises:
        NothingKnownError: nothing of it is in the store.
    """
    near = neighbours(store)
    around = Surroundings(near, evidence_settings.load(), verdicts or Verdicts())
    number = near.site(site or tip)
    if number is not None:
        return _of_site(around, site or tip, number, verdicts or Verdicts(), most)
    found = near.values(tip, catalogue.kinds().keys() - _NAMED_BY)
    named = near.values(site or tip, _NAMED_BY)
    if not found and not named:
        raise NothingKnownError(f"{tip} is no site that was looked at, and no site carries it as a value.")
    return _of_values(around, tip, site, [Held(value, kind, tip, 0, 0) for value, kind in [*found, *named]], most)


def _of_site(around: Surroundings, name: str, number: int, verdicts: Verdicts, most: int) -> Pivot:
    worths = [around.worth(held) for held in around.held(number)]
    shared = [worth for worth in worths if worth.sites > 1]
    copies = _copies(around.store, name, number)
    counted = [worth for worth in shared if worth.bits > 0]
    near = _by_site(around.settings, number, counted)
    likeliest = sorted(near, key=lambda site: (-sum(share for _, share in near[site]), site))[: max(most, _MOST_NAMED)]
    found = [_candidate(around, name, site, near[site], copies, verdicts) for site in likeliest]
    found.sort(key=lambda one: (not one.linked, -one.bits, one.site))
    return Pivot(
        tip=name,
        kinds=(),
        crawled=True,
        candidates=tuple(found[:most]),
        count=len(near),
        joins=tuple(_joins(around.store, name, found)),
        values=tuple(_told(worth) for worth in sorted(shared, key=lambda one: (-one.bits, one.held.kind, one.held.text))),
        telling=tuple(_telling(around, worths)),
        crawl_next=tuple(uncrawled(around.store, name, [name, *(one.site for one in found if one.linked)])),
    )


def _of_values(around: Surroundings, tip: str, site: str, found: list[Held], most: int) -> Pivot:
    worths = [around.worth(held) if around.links(held.kind) else _plain(around, held) for held in found]
    best: dict[int, float] = {}
    for worth in worths:
        for holder in worth.holders or around.holders(worth.held.value)[:MOST_HOLDERS]:
            best[holder.site] = max(best.get(holder.site, 0.0), worth.bits)
    need = max(around.settings.links.bits, around.settings.links.strong_value_bits)
    chosen = sorted(best, key=lambda number: (-best[number], around.store.name(number)))
    candidates = [
        Candidate(
            name,
            None,
            best[one],
            around.settings.probability(best[one], independent=best[one] >= around.settings.links.strong_value_bits),
            best[one] >= need,
            _network_of(around.store, name),
        )
        for one in chosen[:most]
        if (name := around.store.name(one))
    ]
    return Pivot(
        tip=tip,
        kinds=tuple(dict.fromkeys(held.kind for held in found)),
        crawled=False,
        candidates=tuple(candidates),
        count=len(best),
        joins=tuple(_joins(around.store, "", candidates)),
        values=tuple(_told(worth) for worth in worths),
        telling=tuple(_told(worth) for worth in worths),
        crawl_next=tuple(uncrawled(around.store, site, [one.site for one in candidates])),
    )


def _plain(around: Surroundings, held: Held) -> Worth:
    """A value of a kind that never links, such as a redirect: who carries it is worth knowing all the same."""
    return Worth(
        held,
        catalogue.kinds()[held.kind].family,
        0.0,
        "a fact, not a tie",
        around.count(held.value),
        around.holders(held.value)[:MOST_HOLDERS],
    )


def _by_site(settings: Settings, tip: int, worths: Iterable[Worth]) -> dict[int, list[tuple[Worth, float]]]:
    """For each other site the values that it shares with the tip, as far as both carried them near enough in time."""
    gap = settings.dates.longest_gap_days * _DAY
    shared: defaultdict[int, list[Worth]] = defaultdict(list)
    for worth in worths:
        mine = worth.held
        for other in worth.holders:
            if other.site != tip and max(mine.first - other.last, other.first - mine.last) <= gap:
                shared[other.site].append(worth)
    return {site: _given(settings, found) for site, found in shared.items()}


def _given(settings: Settings, worths: list[Worth]) -> list[tuple[Worth, float]]:
    """What each value adds: of a family the strongest counts whole, the next one half, up to the ceiling (see evidence.py)."""
    rank: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, float] = defaultdict(float)
    given = []
    rule = settings.confirmed
    telling = {one.family for one in worths if one.bits >= settings.links.second_family_bits}
    confirms = {rule.by, rule.family} <= telling
    for one in sorted(worths, key=lambda one: (-one.bits, one.held.kind, one.held.text)):
        faded = one.bits * settings.combination.decay ** rank[one.family]
        ceiling = rule.bits if confirms and one.family == rule.family else settings.families[one.family]
        given.append((one, max(0.0, min(faded, ceiling - total[one.family]))))
        rank[one.family] += 1
        total[one.family] += faded
    return given


def _copies(store: Neighbours, name: str, number: int) -> frozenset[str]:
    """Sites that are copies of this one or that it copies: one is dressed in the other's files, and both bear one name."""
    mine = store.held(number)
    dressed_in = {one.text for one in mine if one.kind == "assets-from"}
    dressing = {
        store.name(holder.site)
        for value, _ in store.values(name, {"assets-from"})
        for holder in store.holders(value, _MOST_COPIES)
    }
    named = {one.value for one in mine if one.kind == "site-name"}
    namesakes = {store.name(holder.site) for value in named for holder in store.holders(value, _MOST_COPIES)}
    # An original whose menus name the other is no victim (see weights).
    naming = {
        store.name(holder.site) for value, _ in store.values(name, {"menu-link"}) for holder in store.holders(value, _MOST_COPIES)
    }
    in_menus = {one.text for one in mine if one.kind == "menu-link"}
    return frozenset((dressed_in - dressing - naming | dressing - dressed_in - in_menus) & namesakes - {name})


def _telling(around: Surroundings, worths: Iterable[Worth]) -> Iterator[SharedValue]:
    for one in worths:
        bits = one.bits if one.sites > 1 else around.alone(one.held)
        if bits > 0:
            yield replace(_told(one), bits=round(bits, 2))


def _candidate(
    around: Surroundings,
    tip: str,
    site: int,
    given: list[tuple[Worth, float]],
    copies: frozenset[str],
    verdicts: Verdicts,
) -> Candidate:
    name = around.store.name(site)
    bits = sum(share for _, share in given)
    judged = verdicts.get(Subject.LINK, tip, name)
    why = f"{judged.sentence}." if judged else ""
    linked = judged.answer is Answer.YES if judged else _is_link(around.settings, given, bits)
    if not judged and name in copies:
        linked, why = False, "One is a copy of the other: it bears its name and loads its files."
    a, b = Evidence.pair(tip, name)
    ranked = sorted(given, key=lambda one: (-one[1], one[0].held.kind, one[0].held.text))
    shared = tuple(_told(worth, share) for worth, share in ranked)
    return Candidate(
        site=name,
        evidence=Evidence(a, b, shared, round(bits, 2)),
        bits=round(bits, 2),
        probability=round(around.settings.probability(bits, independent=_is_independent(around.settings, given)), 4),
        linked=linked,
        network=_network_of(around.store, name) if linked else "",
        why=why,
    )


def _is_link(settings: Settings, given: list[tuple[Worth, float]], bits: float) -> bool:
    """As PairTable.linked says it: enough bits, and either one strong value or two families."""
    return bits >= settings.links.bits and _is_independent(settings, given)


def _is_independent(settings: Settings, given: list[tuple[Worth, float]]) -> bool:
    rule = settings.links
    of: defaultdict[str, float] = defaultdict(float)
    for one, share in given:
        of[one.family] += share
    origins = {
        "one origin" if name in rule.one_origin else name for name, share in of.items() if share >= rule.second_family_bits
    }
    return len(origins) >= 2 or max((one.bits for one, _ in given), default=0.0) >= rule.strong_value_bits


def _joins(store: Neighbours, tip: str, candidates: Iterable[Candidate]) -> Iterator[Joined]:
    """The networks that linked candidates are members of."""
    linked: defaultdict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.linked and one.network:
            linked[one.network].append(one)
    own = store.network(tip) if tip else None
    if own and own.id not in linked:
        yield Joined(own, True, (), 0.0)
    for found in sorted(linked.values(), key=lambda found: (-found[0].bits, -len(found))):
        network = store.network(found[0].site)
        if network:
            by = tuple(one.site for one in found[:_WITNESSES])
            yield Joined(network, bool(tip) and tip in network.sites, by, found[0].bits)


def _network_of(store: Neighbours, site: str) -> str:
    network = store.network(site)
    return network.id if network else ""


def _told(worth: Worth, given: float = inf) -> SharedValue:
    held, why = worth.held, worth.why
    if given < worth.bits - 0.05:
        reason = f"of {worth.bits:.1f} bits, since it comes together with others of its family"
        why = f"{why}; {reason}" if why else reason
    return SharedValue(
        kind=held.kind,
        value=held.text,
        sites=worth.sites,
        bits=round(min(given, worth.bits), 2),
        family=worth.family,
        why=why,
        background=background.load().count(held.kind, held.text),
    )
