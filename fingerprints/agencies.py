"""Values that an agency may have brought to its customers: a doubt that lowers them, and no verdict.

An agency puts its own accounts (a tag manager, analytics, a consent account, its theme and server) on the sites of customers that
have nothing to do with each other. Two signs tell of it. Sites that carry a value name one company as their maker; operators sign
their sites in the same words. Or sites that carry it have other owners by two sorts of signs: purses (accounts of which one hand
has one for all of its sites) and holders (who stands in the imprint), of either hardly two the same. Of ten owners with three
public news sites or more that have purses none has more than three. Mailboxes, pages on social networks and recommendation
widgets say nothing here: under one owner they differ from site to site as well (of 30 owners with Facebook pages one in a hundred
pairs shares one).

What an agency may have brought counts as one family with one ceiling, and with the template and the server as one origin: it does
not link by itself, and it supports what else two sites share (an advertising account, a mailbox, an owner).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fingerprints.entries import BySite, Entries, of_value
from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.rarity import shared_values
from fingerprints.stores.base import Matrix

if TYPE_CHECKING:  # where a single value is looked at, arrays are not needed, and take longer to load than the rest
    import numpy as np
    from numpy.typing import NDArray

FAMILY = "agency"
CREDIT = "made-by"
ACCOUNT, PROPERTY = "google-analytics", "google-analytics-property"
_FEWEST_CREDITED = 2


def doubt(matrix: Matrix, entries: Entries, settings: Settings) -> None:
    """Moves the values that an agency may have brought into its family, and caps them at its ceiling.

    Args:
        matrix: names sites and values.
        entries: the agency's family is among theirs.
        settings: what an agency brings, and how it is told.
    """
    found = _contradicted(matrix, entries, settings) | _credited(matrix, entries, settings)
    for index, reason in (found | _properties(matrix, entries, found)).items():
        entries.bits[index] = min(float(entries.bits[index]), settings.families[FAMILY])
        entries.family[index] = entries.families.index(FAMILY)
        entries.why[index] = reason


def brought(kind: str, value: str, family: str, maker: str, settings: Settings) -> bool:
    """Whether an agency brings such a value to the sites that it makes, or the value says no more than who made the site.

    Args:
        kind, value, family: what is shared.
        maker: the agency's own site; empty where it is not known.
    """
    if family in settings.agency.brings or kind in settings.agency.brings:
        return True
    if not maker:
        return False
    names_it = value == maker if kind == "menu-link" else maker in value.split() if kind == "mutual-link" else False
    return names_it or (kind == "email" and value.endswith((f"@{maker}", f".{maker}")))


def account_of(value: str) -> str:
    """The account of a Google Analytics property: UA-1234 of UA-1234-5."""
    return value.rpartition("-")[0]


def credit_note(count: int, of: int, maker: str) -> str:
    """Why a value may be its maker's."""
    return f"perhaps an agency's: {count} of its {of} sites name {maker} as who made them"


def owners_note(owners: int, sites: int, of: int) -> str:
    """Why a value may be an agency's whose customers have other owners."""
    accounts = f"of its {of} sites {sites} have {owners} advertising or payment accounts"
    return f"perhaps an agency's: {accounts}, and hardly two imprints name the same holder"


def _brought(matrix: Matrix, entries: Entries, settings: Settings) -> NDArray[np.bool_]:
    """The values that count for something and that an agency brings."""
    import numpy as np

    brings = np.array([name in settings.agency.brings for name in entries.families], dtype=bool)[entries.family]
    for kind in settings.agency.brings:
        span = matrix.kinds().get(kind, range(0))
        brings[span.start : span.stop] = True
    return np.asarray((entries.bits > 0) & brings)


def _credited(matrix: Matrix, entries: Entries, settings: Settings) -> dict[int, str]:
    """The values whose sites nearly all name one company as their maker; that company's own site counts with them."""
    import numpy as np

    makers = [index for index in matrix.kinds().get(CREDIT, ()) if entries.carriers[index] >= _FEWEST_CREDITED]
    if not makers:
        return {}
    found: dict[int, str] = {}
    by_site = BySite(entries.site, len(matrix.sites))
    for index in makers:
        maker = matrix.values[index][1]
        signed = {*entries.site[of_value(entries.value, index)].tolist(), *_number(matrix, maker)}
        carried = np.concatenate([entries.value[by_site.of(site)] for site in sorted(signed)])
        values, inside = np.unique(carried, return_counts=True)
        enough = (
            (inside >= 2) & (inside >= settings.agency.credited_share * entries.carriers[values]) & (entries.bits[values] > 0)
        )
        for number, count in zip(values[enough].tolist(), inside[enough].tolist(), strict=True):
            kind, text = matrix.values[number]
            if brought(kind, text, entries.families[entries.family[number]], maker, settings):
                found[number] = credit_note(count, int(entries.carriers[number]), maker)
    return found


def _number(matrix: Matrix, site: str) -> list[int]:
    """The number of a site; none when it was never looked at."""
    at = bisect_left(matrix.sites, site)
    return [at] if at < len(matrix.sites) and matrix.sites[at] == site else []


def _contradicted(matrix: Matrix, entries: Entries, settings: Settings) -> dict[int, str]:
    """The values whose sites have purses and holders, of either nearly each its own."""
    import numpy as np

    suspects = _brought(matrix, entries, settings) & (entries.carriers >= settings.agency.fewest_owners)
    suspects = _told_apart(matrix, entries, suspects, is_holder, settings)[2]
    owners, sites, other = _told_apart(matrix, entries, suspects, is_purse, settings)
    return {
        index: owners_note(int(owners[index]), int(sites[index]), int(entries.carriers[index]))
        for index in np.flatnonzero(other).tolist()
    }


def _told_apart(
    matrix: Matrix, entries: Entries, suspects: NDArray[np.bool_], is_sign: Callable[[str, Settings], bool], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """For each value how many owners its sites have by these signs, how many have one, and whether these tell them apart."""
    import numpy as np

    if not suspects.any():
        none = np.zeros(len(suspects), dtype=np.int64)
        return none, none, suspects
    owner = _owners(matrix, entries, is_sign, settings)
    mine = np.flatnonzero(suspects[entries.value] & (owner[entries.site] >= 0))
    value, of = entries.value[mine].astype(np.int64), owner[entries.site[mine]]
    sites = np.bincount(value, minlength=len(entries.bits))
    distinct = np.unique(value * len(matrix.sites) + of) // len(matrix.sites)
    owners = np.bincount(distinct, minlength=len(entries.bits))
    return owners, sites, suspects & differ(owners, sites, entries.carriers, settings)


def differ(owners: Any, sites: Any, of: Any, settings: Settings) -> Any:
    """Whether so many owners, on so many sites of a value with so many carriers, say that these are not of one hand.

    Numbers, or arrays of them for many values.
    """
    rule = settings.shared
    enough = (owners >= settings.agency.fewest_owners) & (owners >= rule.own_value_share * of)
    return enough & (owners >= (1 - rule.agreeing_share) * sites)


def _properties(matrix: Matrix, entries: Entries, found: dict[int, str]) -> dict[int, str]:
    """The properties of an agency's account: it has one for each customer, or one for a few of them."""
    of = ((index, found.get(account)) for index, account in (properties(matrix, entries.bits) if found else ()))
    return {index: property_note(matrix.values[index][1], reason) for index, reason in of if reason}


def properties(matrix: Matrix, bits: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """The Google Analytics properties that are worth something, each with the number of its account."""
    for index in matrix.kinds().get(PROPERTY, ()):
        number = matrix.number(ACCOUNT, account_of(matrix.values[index][1])) if bits[index] > 0 else None
        if number is not None:
            yield index, number


def property_note(value: str, reason: str) -> str:
    """Why a property counts no more than its account."""
    return f"of {account_of(value)}, {reason}"


def is_purse(kind: str, settings: Settings) -> bool:
    """Whether one hand usually has one account of this kind for all its sites, and somebody is paid by it."""
    known = catalogue.kinds().get(kind)
    rule = settings.of_kind(known) if known else None
    usual = rule is not None and (rule.m or 0) >= settings.agency.purse_m
    return usual and rule is not None and rule.links is True and rule.family in settings.agency.purses


def is_holder(kind: str, settings: Settings) -> bool:
    """Whether a value of this kind says who is responsible for a site."""
    return kind in settings.agency.holders


def _owners(matrix: Matrix, entries: Entries, is_sign: Callable[[str, Settings], bool], settings: Settings) -> NDArray[np.int64]:
    """For each site the number of its owner by signs of a sort, -1 for none: sites that share such a sign have one owner."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse import csgraph

    counts = np.zeros(len(matrix.values), dtype=bool)
    for kind, span in matrix.kinds().items():
        counts[span.start : span.stop] = is_sign(kind, settings)
    counts &= (entries.bits > 0) | (entries.carriers == 1)  # what links nobody is nobody's
    counts[[number for key in shared_values() if (number := matrix.number(*key)) is not None]] = False
    keep = counts[entries.value]
    site, value = entries.site[keep], entries.value[keep]
    sites = len(matrix.sites)
    used, sign = np.unique(value, return_inverse=True)
    graph = sparse.coo_matrix((np.ones(len(site), dtype=np.int8), (site, sign + sites)), (sites + len(used),) * 2)
    label = csgraph.connected_components(graph, directed=False)[1][:sites].astype(np.int64)
    _, numbered = np.unique(label, return_inverse=True)
    return np.where(np.isin(np.arange(sites), site), numbered, -1)
