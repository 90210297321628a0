"""samehand network: one network taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    PlainFormat,
    PlainFormatOption,
    StoreOption,
    open_to_read,
    site_named,
    sites_known,
)

if TYPE_CHECKING:
    from datetime import datetime

    from fingerprints.anatomy import Anatomy, Member, Pillar
    from fingerprints.model import Network, Pointer
    from fingerprints.overlaps import Overlap
    from fingerprints.stores.base import Store


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("network", epilog=examples("network first-post.example --store case.db"), rich_help_panel=ASK)(network)


def network(
    identity: Annotated[
        str,
        typer.Argument(metavar="ID", autocompletion=sites_known, help="A network's id (n-…), or a site that is a member of it."),
    ],
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Take a network apart: its members, the values that hold it together, its weakest link, and how it grew."""
    from fingerprints.anatomy import anatomy, fate_of

    with open_to_read(store) as opened:
        wanted = _identity(opened, identity.strip())
        found = anatomy(opened, wanted)
        fate = None if found else fate_of(opened, wanted)
    if found is None:
        later = f" It {fate.fate.value}{f' into {fate.other}' if fate.other else ''} on {fate.at:%Y-%m-%d}." if fate else ""
        raise FailedError(f"{store} holds no network {wanted}.{later} samehand networks finds and lists them.")
    if form is PlainFormat.JSONL:
        from fingerprints.terminal import write_json

        write_json([as_row(found)])
    else:
        from fingerprints.commands._anatomy_blocks import show

        show(found)


def network_named(store: Store, text: str, location: str) -> Network:
    """The stored network of this id, or of this site.

    Raises:
        WrongCallError, FailedError: there is none.
    """
    wanted = _identity(store, text.strip())
    found = next((one for one in store.networks() if one.id == wanted), None)
    if found is None:
        raise FailedError(f"{location} holds no network {wanted}. samehand networks finds and lists them.")
    return found


def _identity(store: Store, text: str) -> str:
    """The id that is meant: it stands there, or that of the network of a site."""
    from fingerprints.stores.neighbours import neighbours

    if not text:
        raise WrongCallError("ID is empty. Give a network's id, which samehand networks prints.")
    if text.startswith("n-") and "." not in text:
        return text
    site = site_named(text)
    network = neighbours(store).network(site)
    if network is None:
        raise FailedError(
            f"{site} is a member of no network of the last samehand networks. samehand pivot {site} shows what is near."
        )
    return network.id


def as_row(found: Anatomy) -> dict[str, Any]:
    """One object for machines."""
    from fingerprints.commands.networks import link_row

    return {
        "id": found.network.id,
        "confidence": found.network.confidence,
        "members": [_member_row(one) for one in found.members],
        "held_by": [_pillar_row(one) for one in found.pillars],
        "weakest": link_row(found.weakest) | {"cuts_off": list(found.cut)} if found.weakest else None,
        "timeline": [{"site": one.site, "first_seen": _iso(one.first_seen)} for one in found.timeline],
        "events": [
            {
                "at": _iso(one.at),
                "fate": one.fate.value,
                "network": one.network,
                "other": one.other or None,
                "sites": list(one.sites),
                "cause": one.cause or None,
            }
            for one in found.events
        ],
        "overlaps": [_overlap_row(one) for one in found.overlaps],
        "links": [link_row(link) for link in found.network.links],
        "notes": list(found.network.notes),
    }


def _member_row(one: Member) -> dict[str, Any]:
    strongest = one.strongest
    other = (strongest.b if strongest.a == one.site else strongest.a) if strongest else None
    return {
        "site": one.site,
        "role": one.role,
        "links": one.links,
        "strongest_with": other,
        "bits": round(strongest.bits, 3) if strongest else 0.0,
        "points_here": _pointer_row(one.pointer) if one.pointer else None,
        "member_of": one.elsewhere or None,
        "first_seen": _iso(one.first_seen),
        "last_seen": _iso(one.last_seen),
    }


def _pointer_row(one: Pointer) -> dict[str, Any]:
    from fingerprints.commands._rows import shared_row

    return {"with": one.member, "bits": one.bits, "strongest": shared_row(one.strongest), "links": one.links}


def _overlap_row(one: Overlap) -> dict[str, Any]:
    """A site that belongs to two networks."""
    pointer = one.pointer
    tied = {"links": pointer.links, "of": one.of, "with": pointer.member, "bits": pointer.bits}
    return {"site": one.site, "member_of": one.home, "also": one.also, **tied, "sentence": one.sentence}


def _pillar_row(one: Pillar) -> dict[str, Any]:
    value = one.value
    return {
        "kind": value.kind,
        "value": value.value,
        "family": value.family,
        "inside": one.inside,
        "outside": one.outside,
        "background": value.background if value.background >= 0 else None,
        "bits": round(value.bits, 3),
        "links": one.links,
        "why": value.why,
        "first_seen": _iso(one.first_seen),
        "falls_into": [list(piece) for piece in one.pieces],
    }


def _iso(moment: datetime | None) -> str | None:
    from fingerprints.terminal import iso

    return iso(moment) if moment else None
