"""What each page of the report shows, worked out before any HTML is written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.exports.dossier import Dossier, family_of, kind_of
from fingerprints.exports.sharing import is_personal
from fingerprints.lookalikes import Brands, Lookalike, known_brands
from fingerprints.model import Coverage, Evidence, Network, Outcome, Pointer, Role, SharedValue, State
from fingerprints.overlaps import Overlap, overlaps_of
from fingerprints.stores.base import Carried

_HOSTING = ("hosting",)
_ACCOUNTS = ("accounts", "contact", "donations", "payment", "wallet", "meta", "comments", "video")
_LOOKED_FOR = (Role.FRONT, Role.ARTICLE, Role.ABOUT, Role.ROBOTS, Role.ADS_TXT, Role.FEED, Role.SITEMAP, Role.FAVICON)
_NOT_SEEN = (Outcome.FAILED, Outcome.REFUSED, Outcome.BLOCKED, Outcome.NOT_LOOKED_AT)
_PLAIN = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_ALIKE = 4
"""Sites from which on a reason that they have in common is told once."""
MOST_LINKS = 40
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of a network."""

    shared: SharedValue
    title: str
    traps: str
    personal: bool
    members: tuple[str, ...]
    """The network's sites that carry it."""
    keystone: bool
    """Whether the network falls apart without it."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with where its values stand on both sides."""

    link: Evidence
    cards: tuple[tuple[SharedValue, Carried | None, Carried | None], ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What could not be looked at for one reason: one document, or one of each of many sites."""

    looks: tuple[Coverage, ...]
    why: str

    @property
    def text(self) -> str:
        """What a person can look for."""
        return f"{' '.join(look.site for look in self.looks)} {self.why}"


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site's page."""

    name: str
    network: Network | None
    role: str
    candidate_of: Network | None
    """The first network of which it is a candidate, when it is no network's member."""
    pointer: Pointer | None
    """Why it is one."""
    overlaps: tuple[Overlap, ...]
    """The networks that it belongs to beside its own."""
    likeness: Lookalike | None
    links: tuple[Evidence, ...]
    families: tuple[tuple[str, tuple[tuple[Carried, int], ...]], ...]
    """Family, and its values with how many other sites carry each; those that others carry come first."""
    read: tuple[Coverage, ...]
    missed: tuple[Missed, ...]
    absent: tuple[Coverage, ...]
    never: tuple[Role, ...]


def file_name(name: str) -> str:
    """A name of a file for a site or a network, whatever characters the name has."""
    if _PLAIN.fullmatch(name) and ".." not in name:
        return f"{name}.html"
    letters = re.sub(r"[^a-z0-9-]+", "-", name.lower())[:60].strip("-")
    return f"{letters}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.html"


def values(dossier: Dossier, network: Network, families: Iterable[str] = ()) -> list[ValueRow]:
    """The values that members share, strongest first; of some families only, or of all."""
    wanted = frozenset(families)
    rows = []
    for key, (shared, members) in dossier.shared_values(network).items():
        if wanted and shared.family not in wanted:
            continue
        known = kind_of(key[0])
        keystone = any(note.startswith(f"Falls apart without {key[0]} {key[1]},") for note in network.notes)
        title, traps = (known.title, known.traps) if known else (key[0], "")
        rows.append(ValueRow(shared, title, traps, is_personal(key[0]), members, keystone))
    return rows


def hosting(dossier: Dossier, network: Network) -> list[ValueRow]:
    """Where the sites live, as far as they share it."""
    return values(dossier, network, _HOSTING)


def accounts(dossier: Dossier, network: Network) -> list[tuple[str, list[Carried]]]:
    """Kind and its sightings: the accounts, contacts and wallets of members, shared or not."""
    found: dict[str, dict[str, Carried]] = {}
    for site in network.sites:
        for row in dossier.carried.get(site, ()):
            if family_of(row.kind) in _ACCOUNTS and row.state is State.SEEN:
                found.setdefault(row.kind, {}).setdefault(row.value, row)
    return [(kind, [rows[value] for value in sorted(rows)]) for kind, rows in sorted(found.items())]


def links(dossier: Dossier, network: Network) -> list[LinkRow]:
    """The strongest links, with the evidence of each."""
    return [_link(dossier, link) for link in network.links[:MOST_LINKS]]


def _link(dossier: Dossier, link: Evidence) -> LinkRow:
    def side(site: str, one: SharedValue) -> Carried | None:
        return dossier.sighting.get((site, one.kind, one.value))

    return LinkRow(link, tuple((one, side(link.a, one), side(link.b, one)) for one in link.shared))


def lookalikes(sites: Iterable[str]) -> dict[str, Lookalike]:
    """Site → the medium that its name imitates."""
    brands: Brands = known_brands()
    return {site: found for site in sites if (found := brands.find(site))}


def missed(looks: Iterable[Coverage]) -> list[Missed]:
    """What could not be looked at: failures first, what nobody tried last, and a reason that holds for many sites once."""
    found: dict[tuple[Outcome, Role, str], list[Coverage]] = {}
    for look in looks:
        if look.outcome in _NOT_SEEN:
            found.setdefault((look.outcome, look.role, look.detail or look.outcome.value), []).append(look)
    rows = []
    for (outcome, _, why), alike in found.items():
        groups = [tuple(alike)] if len({look.site for look in alike}) >= _ALIKE else [(look,) for look in alike]
        rows += [(_NOT_SEEN.index(outcome), Missed(group, why)) for group in groups]
    return [one for _, one in sorted(rows, key=lambda row: row[0])]


def outcomes(dossier: Dossier) -> Counter[str]:
    """How many documents came to which end."""
    return Counter(look.outcome.value for looks in dossier.looks.values() for look in looks)


def site_view(dossier: Dossier, name: str, likeness: Lookalike | None) -> SiteView:
    """All about one site."""
    network = dossier.network_of.get(name)
    near = None if network else next((one for one in dossier.networks if name in one.candidates), None)
    looks = dossier.looks.get(name, ())
    families: dict[str, list[tuple[Carried, int]]] = {}
    for row in dossier.carried.get(name, ()):
        others = max(0, dossier.count(row.kind, row.value) - (row.state is State.SEEN))
        families.setdefault(family_of(row.kind), []).append((row, others))
    seen_roles = {look.role for look in looks}
    return SiteView(
        name=name,
        network=network,
        role="core" if network and name in network.core else "associated" if network else "",
        candidate_of=near,
        pointer=next((one for one in near.pointers if one.site == name), None) if near else None,
        overlaps=tuple(one for one in overlaps_of(network, dossier.network_of) if one.site == name) if network else (),
        likeness=likeness,
        links=dossier.links_of.get(name, ()),
        families=tuple((family, tuple(sorted(rows, key=lambda row: not row[1]))) for family, rows in sorted(families.items())),
        read=tuple(look for look in looks if look.outcome is Outcome.READ),
        absent=tuple(look for look in looks if look.outcome is Outcome.ABSENT),
        missed=tuple(missed(looks)),
        never=tuple(role for role in _LOOKED_FOR if role not in seen_roles),
    )
