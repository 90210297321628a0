"""What one value is worth, found out from the sites around it alone: as weights.weigh says it of all values at once.

Whether a value is a vendor's is told by its sites. Of many carriers a sample is looked at, spread evenly over them, so that
one site is answered for in milliseconds; `samehand networks` looks at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import log2

from fingerprints import agencies, background, hosting
from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Proof
from fingerprints.rarity import (
    SMALL_STORE,
    SUPPORTING_BITS,
    TELLING_BITS,
    WEAK_FAMILIES,
    bits_of,
    shared_values,
    why_nobody,
)
from fingerprints.stores.neighbours import Held, Holder, Neighbours
from fingerprints.verdicts import Answer, Subject, Verdicts

MOST_HOLDERS = 2000
"""A value on more sites is not followed from one of them."""
_SAMPLE = 24
"""Sites of a value that are looked at to tell whether it is a vendor's."""
_COMMONER = 3
"""A value that is so many times commoner supports nothing (see weights)."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What sharing a value says."""

    held: Held
    family: str
    bits: float
    why: str
    sites: int
    """How many sites carry it; one more than MOST_HOLDERS when there are more."""
    holders: tuple[Holder, ...] = ()
    """These sites, the one that was asked about included; none when they are too many or it is the only one."""


class Surroundings:
    """Asks a store as little as it can, and nothing twice."""

    def __init__(self, store: Neighbours, settings: Settings, verdicts: Verdicts) -> None:
        self.store = store
        self.settings = settings
        self._verdicts = verdicts
        self._table = background.load()
        self._listed = shared_values()
        self._all: dict[int, list[Held]] = {}
        self._held: dict[int, list[Held]] = {}
        self._whose: dict[int, bool] = {}
        self._holders: dict[int, tuple[Holder, ...]] = {}
        self._carriers: dict[int, frozenset[int]] = {}
        self._counts: dict[int, int] = {}
        self._bits: dict[int, tuple[float, str]] = {}
        self._families: dict[str, str | None] = {}

    def held(self, site: int) -> list[Held]:
        """What a site carries, of kinds that can link."""
        if site not in self._held:
            self._all[site] = self.store.held(site)
            self._held[site] = [one for one in self._all[site] if self.links(one.kind)]
        return self._held[site]

    def count(self, value: int) -> int:
        """How many sites carry a value; one more than MOST_HOLDERS says that there are more."""
        if value not in self._counts:
            exact = value in self._holders or self._rejected
            self._counts[value] = len(self.holders(value)) if exact else self.store.count(value, MOST_HOLDERS + 1)
        return self._counts[value]

    def _up_to(self, value: int, most: int) -> int:
        """How many sites carry a value, if no more than `most`; else a number above it, for which not all are counted."""
        if value in self._counts or value in self._holders or self._rejected:
            return self.count(value)
        found = self.store.count(value, most + 1)
        if found <= most:
            self._counts[value] = found
        return found

    def holders(self, value: int) -> tuple[Holder, ...]:
        """The sites that carry a value, without those that people took out; up to one more than MOST_HOLDERS."""
        if value not in self._holders:
            found = self.store.holders(value, MOST_HOLDERS + 1)
            self._holders[value] = tuple(one for one in found if one.site not in self._rejected)
        return self._holders[value]

    def carriers(self, value: int) -> frozenset[int]:
        """The numbers of these sites."""
        if value not in self._carriers:
            self._carriers[value] = frozenset(one.site for one in self.holders(value))
        return self._carriers[value]

    def worth(self, held: Held) -> Worth:
        """What sharing this value says of two sites."""
        family, count = self._family(held.kind) or "", self.count(held.value)
        if not 2 <= count <= MOST_HOLDERS:
            listed = self._base(held)[1] or "too common to follow from one site"
            why = f"on more than {MOST_HOLDERS:,} sites: {listed}" if count > MOST_HOLDERS else ""
            return Worth(held, family, 0.0, why, count)
        holders = self.holders(held.value)
        bits, why = self._base(held)
        verdict = self._verdicts.get(Subject.VALUE, held.kind, held.text)
        if verdict:
            raw = self._rarity(held)[0] if verdict.answer is Answer.YES else 0.0
            return Worth(held, family, raw, verdict.sentence, count, holders)
        if bits > 0:
            doubt = self._dissent(held, holders) or self._of_nobody(held, holders)
            doubt = doubt or (self._hosting(held, holders) if family == hosting.FAMILY else "")
            if doubt:
                bits, why = 0.0, doubt
            elif perhaps := self._agency(held, holders):
                family, bits, why = agencies.FAMILY, min(bits, self.settings.families[agencies.FAMILY]), perhaps
        return Worth(held, family, bits, why, count, holders)

    def alone(self, held: Held) -> float:
        """What a value that only one site carries would be worth if a second one carried it."""
        if self._listed.get((held.kind, held.text)) or why_nobody(held.kind, held.text):
            return 0.0
        rule = self.settings.of_kind(catalogue.kinds()[held.kind])
        return bits_of(held.kind, held.text, 2, rule, self._table, self.settings)[0]

    def links(self, kind: str) -> bool:
        """Whether values of a kind can link."""
        return self._family(kind) is not None

    def _family(self, kind: str) -> str | None:
        """The family of a kind that can link; None for others. Of hundreds of kinds a site has a few dozen."""
        if kind not in self._families:
            known = catalogue.kinds().get(kind)
            rule = self.settings.of_kind(known) if known else None
            self._families[kind] = (rule.family or "") if rule and rule.links else None
        return self._families[kind]

    @cached_property
    def _rejected(self) -> frozenset[int]:
        names = (one.about[0] for one in self._verdicts.all(Subject.SITE) if one.answer is Answer.NO)
        return frozenset(number for name in names if (number := self.store.site(name)) is not None)

    @cached_property
    def _sites(self) -> int:
        return max(1, self.store.sites())

    def _base(self, held: Held) -> tuple[float, str]:
        """Bits by rarity and lists, before the value's sites are looked at."""
        if held.value not in self._bits:
            listed = self._listed.get((held.kind, held.text)) or why_nobody(held.kind, held.text)
            self._bits[held.value] = (0.0, listed) if listed else self._rarity(held)
        return self._bits[held.value]

    def _rarity(self, held: Held) -> tuple[float, str]:
        carriers = self.count(held.value)
        if carriers < 2:
            return 0.0, ""
        kind = catalogue.kinds()[held.kind]
        bits, why = bits_of(held.kind, held.text, carriers, self.settings.of_kind(kind), self._table, self.settings)
        if kind.proves is Proof.FACT:
            bits = max(0.0, min(bits, log2(self._sites / carriers)))
        return bits, why

    def _dissent(self, held: Held, holders: tuple[Holder, ...]) -> str:
        """Why the value is a vendor's: its sites disagree in what else they have (see weights). Empty when it is not."""
        rule = self.settings.shared
        if len(holders) < rule.fewest_sites:
            return ""
        sample = _spread(holders, _SAMPLE)
        with_own = sum(self._has_own(site, held, len(holders)) for site in sample)
        own = with_own / len(sample)
        beside = self._beside(held, sample)
        agree = sum(any(self._supports(one) for one in found) for found in beside.values()) / len(sample)
        of = f"{len(holders)} sites" if len(sample) == len(holders) else f"{len(sample)} of its {len(holders)} sites"
        if len(holders) >= rule.many_sites and _coherence(beside, self._tells) <= rule.coherence:
            return f"a vendor's or an agency's: hardly two of {of} agree in anything else"
        beside_own = with_own >= rule.fewest_own and own >= rule.vendor_own_share
        if beside_own and agree <= rule.vendor_agreeing_share:
            return f"a vendor's or an agency's: {own:.0%} of {of} have another of their own, {agree:.0%} agree in anything else"
        return ""

    def _of_nobody(self, held: Held, holders: tuple[Holder, ...]) -> str:
        """Why the account of a property links nobody, and it with it. Empty for other values."""
        if held.kind != agencies.PROPERTY:
            return ""
        of = self._account(held, holders[0].site)
        if of is None:
            return ""
        bits, why = self._base(of)
        why = why if not bits else self._dissent(of, self.holders(of.value))
        return agencies.property_note(held.text, why) if why else ""

    def _account(self, held: Held, site: int) -> Held | None:
        """The account of a property on a site that carries it."""
        account = agencies.account_of(held.text)
        return next((one for one in self.held(site) if (one.kind, one.text) == (agencies.ACCOUNT, account)), None)

    def _agency(self, held: Held, holders: tuple[Holder, ...]) -> str:
        """Why an agency may have brought the value to its customers (see agencies). Empty when nothing says so."""
        sample = _spread(holders, _SAMPLE)
        makers = Counter(maker for site in sample for maker in self._makers(site))
        family = self._family(held.kind) or ""
        for maker, count in sorted(makers.items(), key=lambda one: (-one[1], one[0])):
            if count < max(2, self.settings.agency.credited_share * len(sample)):
                break
            if agencies.brought(held.kind, held.text, family, maker, self.settings):
                return agencies.credit_note(count, len(sample), maker)
        if held.kind == agencies.PROPERTY:
            of = self._account(held, sample[0])
            worth = self.worth(of) if of else None
            return agencies.property_note(held.text, worth.why) if worth and worth.family == agencies.FAMILY else ""
        if agencies.brought(held.kind, held.text, family, "", self.settings):
            return self._contradicted(sample, len(holders))
        return ""

    def _makers(self, site: int) -> set[str]:
        """The companies that the site names as its maker, and the site itself; those that one site alone names are left out."""
        self.held(site)
        named = {one.text for one in self._all[site] if one.kind == agencies.CREDIT and self.store.count(one.value, 2) > 1}
        return named | {self.store.name(site)}

    def _contradicted(self, sample: list[int], carriers: int) -> str:
        """Why the sites have other owners: each a purse and a holder of its own."""
        if carriers < self.settings.agency.fewest_owners:
            return ""
        purses, with_purse = self._owners(sample, agencies.is_purse)
        holders, with_holder = self._owners(sample, agencies.is_holder)
        found = (purses, with_purse), (holders, with_holder)
        apart = all(agencies.differ(owners, sites, len(sample), self.settings) for owners, sites in found)
        return agencies.owners_note(purses, with_purse, len(sample)) if apart else ""

    def _owners(self, sample: list[int], is_sign: Callable[[str, Settings], bool]) -> tuple[int, int]:
        """How many owners the sites have by signs of a sort, and how many sites have such a sign."""
        owners: list[set[int]] = []
        sites = 0
        for site in sample:
            mine = {one.value for one in self.held(site) if is_sign(one.kind, self.settings) and self._says_whose(one)}
            sites += bool(mine)
            together = mine.union(*(owner for owner in owners if owner & mine))
            owners = [*(owner for owner in owners if not owner & mine), *([together] if mine else [])]
        return len(owners), sites

    def _says_whose(self, held: Held) -> bool:
        """Whether a value is not everybody's."""
        if held.value not in self._whose:
            listed = (held.kind, held.text) in self._listed
            self._whose[held.value] = not listed and (self.count(held.value) == 1 or self.worth(held).bits > 0)
        return self._whose[held.value]

    def _has_own(self, site: int, held: Held, carriers: int) -> bool:
        """Whether the site had, at the same time, another value of this kind that at most half as many sites carry."""
        of_kind = [one for one in self.held(site) if one.kind == held.kind]
        mine = next((one for one in of_kind if one.value == held.value), held)
        rarest = min((self.count(one.value) for one in of_kind if one is not mine), default=carriers)
        if 2 * rarest > carriers:
            return False
        own = [one for one in of_kind if one is not mine and self.count(one.value) == rarest]
        slack = self.settings.shared.slack
        return min(one.first for one in own) <= mine.last + slack and max(one.last for one in own) + slack >= mine.first

    def _beside(self, held: Held, sample: list[int]) -> dict[int, list[Held]]:
        """For each site of the sample what else it shares with another carrier: of another kind, about as rare, not by chance."""
        carriers = self.carriers(held.value)
        together: dict[int, bool] = {}
        found: dict[int, list[Held]] = {}
        for site in sample:
            found[site] = []
            for one in self.held(site):
                if one.kind == held.kind:
                    continue
                if one.value not in together:
                    together[one.value] = self._meets(one, carriers)
                if together[one.value]:
                    found[site].append(one)
        return found

    def _meets(self, other: Held, carriers: frozenset[int]) -> bool:
        most = min(_COMMONER * len(carriers), MOST_HOLDERS)
        if not 2 <= self._up_to(other.value, most) <= most or not self._base(other)[0] > 0:
            return False
        with_other = self.holders(other.value)
        both = len(carriers & self.carriers(other.value))
        expected = len(with_other) * len(carriers) / max(self._sites, SMALL_STORE)
        more = both >= 2 * expected or 2 * both >= len(with_other) + len(carriers) - both
        return both >= 2 and more and self._is_settled(other, with_other)

    def _is_settled(self, held: Held, holders: tuple[Holder, ...]) -> bool:
        """Whether few of its sites have another of their own: a vendor may bring several ids at once."""
        sample = _spread(holders, _SAMPLE // 4)
        own = sum(self._has_own(site, held, len(holders)) for site in sample)
        return own <= self.settings.shared.settled_own_share * len(sample)

    def _supports(self, held: Held) -> bool:
        return self._base(held)[0] >= SUPPORTING_BITS and self._family(held.kind) not in WEAK_FAMILIES

    def _tells(self, held: Held) -> bool:
        return self._base(held)[0] >= TELLING_BITS

    def _hosting(self, held: Held, holders: tuple[Holder, ...]) -> str:
        """Why a trait of hosting ties nobody: most of its sites share nothing that strangers do not."""
        carriers = self.carriers(held.value)
        sample = _spread(holders, _SAMPLE)
        tied = sum(any(self._ties(one, carriers) for one in self.held(site)) for site in sample) / len(sample)
        if tied >= hosting.MOST:
            return ""
        return f"shared hosting: {tied:.0%} of its sites belong together by anything but hosting"

    def _ties(self, held: Held, carriers: frozenset[int]) -> bool:
        strong = self._family(held.kind) not in WEAK_FAMILIES and self._base(held)[0] >= hosting.STRONG_BITS
        if not strong or not 2 <= self.count(held.value) <= MOST_HOLDERS:
            return False
        return len(carriers & self.carriers(held.value)) >= 2


def _spread(holders: tuple[Holder, ...], most: int) -> list[int]:
    """Up to `most` of the sites, evenly from first to last: the same for the same store."""
    if len(holders) <= most:
        return [one.site for one in holders]
    return [holders[number * len(holders) // most].site for number in range(most)]


def _coherence(beside: dict[int, list[Held]], tells: Callable[[Held], bool]) -> float:
    """Of the pairs of these sites the share that agree in something that tells anything."""
    count: dict[int, int] = {}
    for found in beside.values():
        for one in found:
            if tells(one):
                count[one.value] = count.get(one.value, 0) + 1
    sites = len(beside)
    return sum(both * (both - 1) for both in count.values()) / (sites * (sites - 1))
