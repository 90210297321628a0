"""A network as a drawing: its sites, the values that they share, and where each stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fingerprints.exports.dossier import Dossier, family_of, kind_of
from fingerprints.exports.sharing import defang, is_personal
from fingerprints.model import Network, Pointer, State
from fingerprints.report.layout import Points, apart, around, place
from fingerprints.terminal import iso, safe

_MOST_VALUES = 1500
"""Values drawn in one network, the strongest first; the tables have all."""
_MOST_PARTED = 400
"""Values up to which none is drawn over another: more would overlap anyhow."""
_MOST_SINGLES_OF_A_SITE = 12
_ENOUGH_BITS = 20.0
"""Bits from which on an edge pulls with all its strength."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Positions within -1 to 1."""

    sites: tuple[str, ...]
    points: Points
    values: tuple[tuple[str, str], ...]
    value_points: Points
    links: tuple[tuple[int, int, float], ...]
    """Numbers of two sites, and bits."""


def draw(dossier: Dossier, network: Network) -> Drawing:
    """Places the sites by their links, and each value among the sites that carry it."""
    sites = (*network.sites, *(site for site in network.candidates if site not in network.sites))
    number = {site: index for index, site in enumerate(sites)}
    links = tuple((number[one.a], number[one.b], one.bits) for one in network.links if one.a in number and one.b in number)
    shared = list(dossier.shared_values(network).items())[:_MOST_VALUES]
    edges = np.array([link[:2] for link in links], dtype=np.int64).reshape(-1, 2)
    weights = np.array([min(1.0, link[2] / _ENOUGH_BITS) for link in links])
    points = place(len(sites), edges, weights)
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for key, (_, carriers) in shared:
        groups.setdefault(carriers, []).append(key)
    spots: dict[tuple[str, str], Points] = {}
    for carriers, keys in groups.items():
        centre = points[[number[site] for site in carriers]].mean(axis=0)
        near = around(centre, len(keys), 0.03 + 0.012 * np.sqrt(len(keys)))
        spots.update(zip(keys, near, strict=True))
    values = tuple(key for key, _ in shared)
    value_points = np.array([spots[key] for key in values]).reshape(-1, 2)
    weighty = [index for index, (_, (value, _)) in enumerate(shared) if value.bits > 0]  # the others are hidden at first
    if weighty and len(weighty) <= _MOST_PARTED:
        value_points[weighty] = apart(value_points[weighty], 0.3 / np.sqrt(len(sites) + len(weighty)), points)
    return Drawing(sites, points, values, value_points, links)


def data(dossier: Dossier, network: Network, drawing: Drawing) -> dict[str, Any]:
    """What the page's script needs: compact, and only texts and numbers."""
    shared = dossier.shared_values(network)
    shown = defang if dossier.sharing.defang else str
    core, members = set(network.core), set(network.sites)
    role = {site: "core" if site in core else "associated" if site in members else "candidate" for site in drawing.sites}
    number = {key: index for index, key in enumerate(drawing.values)}
    site_number = {site: index for index, site in enumerate(drawing.sites)}
    singles = _singles(dossier, drawing, shared)
    why = {one.site: safe(_why(dossier, one, shown)) for one in network.pointers}
    return {
        "sites": [
            {
                "name": safe(site),
                "shown": safe(shown(site)),
                "role": role[site],
                "x": _round(x),
                "y": _round(y),
                "why": why.get(site, ""),
            }
            for site, (x, y) in zip(drawing.sites, drawing.points.tolist(), strict=True)
        ],
        "values": [
            _value(dossier, key, shared[key][0].bits, shared[key][0].why)
            | {"x": _round(x), "y": _round(y), "on": [site_number[site] for site in shared[key][1]]}
            for key, (x, y) in zip(drawing.values, drawing.value_points.tolist(), strict=True)
        ]
        + singles,
        "links": [
            [
                site_number[one.a],
                site_number[one.b],
                round(one.bits, 1),
                [[number[key], round(value.bits, 1)] for value in one.shared if (key := (value.kind, value.value)) in number],
            ]
            for one in network.links
        ],
        "seen": _sightings(dossier, drawing, [(value["kind"], value["value"]) for value in singles]),
    }


def _why(dossier: Dossier, one: Pointer, shown: Callable[[str], str]) -> str:
    """Why a site is a candidate, in a sentence."""
    value, other = one.strongest, dossier.network_of.get(one.site)
    told = f"{one.bits:.1f} bits with {shown(one.member)}, most by {value.kind} {value.value}, which {value.sites} sites carry."
    return f"{told} It is a member of {other.id}." if other else told


def _value(dossier: Dossier, key: tuple[str, str], bits: float, why: str) -> dict[str, Any]:
    kind, value = key
    known = kind_of(kind)
    return {
        "kind": kind,
        "title": safe(known.title if known else kind),
        "family": family_of(kind),
        "value": safe(value),
        "bits": round(bits, 1),
        "sites": dossier.count(kind, value),
        "why": safe(why),
        "traps": safe(known.traps if known else ""),
        "personal": is_personal(kind),
    }


def _singles(dossier: Dossier, drawing: Drawing, shared: dict[tuple[str, str], Any]) -> list[dict[str, Any]]:
    """Values that only one member carries: hidden at first, since they link nobody, and there to be looked at."""
    found = []
    for index, site in enumerate(drawing.sites):
        rows = [
            row
            for row in dossier.carried.get(site, ())
            if row.state is State.SEEN and (row.kind, row.value) not in shared and (kind := kind_of(row.kind)) and kind.links
        ][:_MOST_SINGLES_OF_A_SITE]
        spots = around(drawing.points[index], len(rows), 0.05).tolist() if rows else []
        for row, (x, y) in zip(rows, spots, strict=True):
            one = _value(dossier, (row.kind, row.value), 0.0, "only this site of the network carries it")
            found.append(one | {"x": _round(x), "y": _round(y), "on": [index]})
    return found


def _sightings(dossier: Dossier, drawing: Drawing, singles: list[tuple[str, str]]) -> list[list[Any]]:
    """A row a (value, site): numbers of both, page, where, excerpt, first and last seen, digest, WARC file and offset."""
    keys = [*drawing.values, *singles]
    site_number = {site: index for index, site in enumerate(drawing.sites)}
    wanted: dict[tuple[str, str], list[int]] = {}
    for index, key in enumerate(keys):
        wanted.setdefault(key, []).append(index)
    shown = defang if dossier.sharing.defang else str
    rows = []
    for site, index in site_number.items():
        for row in dossier.carried.get(site, ()):
            for place_of_value in wanted.get((row.kind, row.value), ()):
                capture = row.capture
                rows.append(
                    [
                        place_of_value,
                        index,
                        safe(shown(row.page_url)),
                        safe(row.where),
                        safe(row.excerpt),
                        iso(row.first_seen),
                        iso(row.last_seen),
                        capture.sha256 if capture else "",
                        safe(capture.file) if capture else "",
                        capture.offset if capture else -1,
                    ]
                )
    return rows


def _round(coordinate: float) -> float:
    return round(coordinate, 4)
