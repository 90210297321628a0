"""All that a store knows of one site, gathered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fingerprints import hosting
from fingerprints.changes import Change, changes, quiet_kinds
from fingerprints.commands._rows import row
from fingerprints.commands.networks import link_row
from fingerprints.indicators import catalogue
from fingerprints.model import Coverage, Evidence, Failure, Network, Role
from fingerprints.stores.base import Carried, SiteSummary, Store
from fingerprints.stores.history import Past
from fingerprints.stores.neighbours import Neighbours, neighbours
from fingerprints.terminal import iso

MOST_COUNTED = 1000
"""Up to so many other sites are counted that carry a value; more are no evidence anyway."""
_FEW_HAVE = (
    Role.OTHER,
    Role.CONTAINER,
    Role.ASSET,
    Role.LOGO,
    Role.PORTRAIT,
    Role.PICTURE,
    Role.WORDPRESS,
    Role.MISSING,
    Role.REQUESTS,
    Role.SCREENSHOT,
    Role.VARIANT,
    Role.PROFILES,
)
"""Documents that are asked for only where a page of the site names them, and whose absence says nothing."""
_LOOKED_FOR = tuple(role for role in Role if role not in _FEW_HAVE)


@dataclass(frozen=True, slots=True)
class Portrait:
    """One site."""

    summary: SiteSummary
    documents: tuple[Coverage, ...]
    never_asked_for: tuple[Role, ...]
    """Sorts of documents of which none was looked at, for whatever reason."""
    values: tuple[tuple[Carried, int], ...]
    """Each value with the number of other sites that carry it, up to MOST_COUNTED."""
    failures: tuple[Failure, ...]
    network: Network | None
    """Of the last clustering; as a member. Without its links: see those of this site."""
    links: tuple[Evidence, ...]
    changes: tuple[Change, ...] = ()
    """What came and went, by crawls and by captures of web archives, oldest first; none from a store without history."""


def portrait(store: Store, site: str) -> Portrait | None:
    """What is known of the site; None if it was never looked at."""
    summary = store.site(site)
    if summary is None:
        return None
    documents = tuple(store.coverage(site))
    seen = {look.role for look in documents}
    near = neighbours(store)
    return Portrait(
        summary=summary,
        documents=documents,
        never_asked_for=tuple(role for role in _LOOKED_FOR if role not in seen),
        values=tuple((one, _others(near, one)) for one in list(store.carried(site=site))),
        failures=tuple(store.failures(site)),
        network=near.network(site),
        links=tuple(store.links(site)),
        changes=tuple(changes(store, site=site, quiet=quiet_kinds())) if isinstance(store, Past) else (),
    )


def family_of(kind: str) -> str:
    """The family of a kind; of one that this catalogue does not know, "unknown"."""
    known = catalogue.kinds().get(kind)
    return known.family if known else "unknown"


def as_row(found: Portrait) -> dict[str, Any]:
    """One object for machines."""
    return {
        "site": found.summary.site,
        "first_seen": iso(found.summary.first_seen),
        "last_seen": iso(found.summary.last_seen),
        "documents": [_document(look) for look in found.documents],
        "never_asked_for": [role.value for role in found.never_asked_for],
        "values": [
            row(one)
            | {"family": family_of(one.kind), "other_sites": others, "shared_by": hosting.why_shared(one.kind, one.value)}
            for one, others in found.values
        ],
        "failures": [
            {"kind": one.kind, "page_url": one.page_url, "error": one.error, "at": iso(one.at)} for one in found.failures
        ],
        "changes": [_change(one) for one in found.changes],
        "network": found.network.id if found.network else None,
        "links": [link_row(link) for link in found.links],
    }


def _others(near: Neighbours, one: Carried) -> int:
    found = near.values(one.value, {one.kind})
    return sum(near.count(value, MOST_COUNTED + 1, in_any_state=True) for value, _ in found) - 1


def _change(one: Change) -> dict[str, Any]:
    told = {"what": one.what.value, "kind": one.kind, "old": one.old, "new": one.new}
    return told | {"after": iso(one.after), "at": iso(one.at)}


def _document(look: Coverage) -> dict[str, Any]:
    return {
        "role": look.role.value,
        "url": look.url,
        "outcome": look.outcome.value,
        "status": look.status,
        "at": iso(look.at),
        "detail": look.detail,
    }
