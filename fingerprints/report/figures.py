"""The numbers behind the report's still pictures: bits that add up, times, and a small drawing of a network."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fingerprints import evidence_settings
from fingerprints.exports.dossier import Dossier
from fingerprints.model import Evidence, Network, State
from fingerprints.report.graph import Drawing

WIDTH = 100.0
"""Figures are as wide as this, in per cent of the place that they get."""
_MOST_ROWS = 24
_MOST_REGISTRATIONS = 60
_SHORTEST_SPAN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall, in per cent of its width."""

    label: str
    bits: float
    left: float
    width: float
    kind: str
    """prior, gain or total."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How the bits of one link add up, from the prior on."""

    steps: tuple[Step, ...]
    zero: float
    """Where even odds stand: left of it strangers are likelier."""
    probability: float


@dataclass(frozen=True, slots=True)
class Span:
    """When a value was seen, in per cent of the time shown."""

    label: str
    left: float
    width: float
    first: datetime
    last: datetime
    sites: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans on one axis."""

    first: datetime
    last: datetime
    spans: tuple[Span, ...]
    more: int
    """Values that are left out here for want of room."""


def waterfall(link: Evidence) -> Waterfall:
    """The prior, then each value's bits, then the total."""
    settings = evidence_settings.load()
    prior = settings.prior.bits
    gains = [one for one in link.shared if one.bits > 0]
    scale = WIDTH / max(prior, link.bits)
    steps = [Step("prior odds: most pairs are of strangers", -prior, 0.0, prior * scale, "prior")]
    at = 0.0
    for one in gains:
        steps.append(Step(f"{one.kind} {one.value}", one.bits, at * scale, one.bits * scale, "gain", one.why))
        at += one.bits
    zero = prior * scale
    net = at - prior
    left, right = min(zero, at * scale), max(zero, at * scale)
    steps.append(Step("odds of one hand", net, left, right - left, "total" if net > 0 else "short"))
    return Waterfall(tuple(steps), zero, settings.probability(link.bits))


def timeline(dossier: Dossier, network: Network) -> Timeline | None:
    """When the network's shared values were seen; None when all of it is of one time, so that a picture would tell nothing."""
    shared = dossier.shared_values(network)
    rows: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for site in network.sites:
        for row in dossier.carried.get(site, ()):
            if (row.kind, row.value) in shared and row.state is State.SEEN:
                rows.setdefault((row.kind, row.value), []).append((row.first_seen, row.last_seen))
    if not rows:
        return None
    first = min(begin for spans in rows.values() for begin, _ in spans)
    last = max(end for spans in rows.values() for _, end in spans)
    if last - first < _SHORTEST_SPAN:
        return None
    chosen = [key for key in shared if key in rows][:_MOST_ROWS]
    return Timeline(first, last, tuple(_span(key, rows[key], first, last) for key in chosen), len(rows) - len(chosen))


_REGISTERED = "registration-day"


def registrations(dossier: Dossier, network: Network) -> Timeline | None:
    """When the members' domains were registered, as far as a registry said so; None when it said nothing."""
    found = []
    for site in network.sites:
        for row in dossier.carried.get(site, ()):
            if row.kind == _REGISTERED and row.state is State.SEEN:
                day, _, registrar = row.value.partition(" ")
                with suppress(ValueError):  # of a store that was made elsewhere
                    found.append((datetime.fromisoformat(day).replace(tzinfo=UTC), site, registrar))
    if not found:
        return None
    found.sort()
    first, last = found[0][0], max(found[-1][0], found[0][0] + timedelta(days=1))
    rows = found[:_MOST_REGISTRATIONS]
    spans = (
        Span(site, (WIDTH - 1) * ((day - first) / (last - first)), 1.0, day, day, 1, registrar) for day, site, registrar in rows
    )
    return Timeline(first, found[-1][0], tuple(spans), len(found) - len(rows))


def _span(key: tuple[str, str], spans: list[tuple[datetime, datetime]], first: datetime, last: datetime) -> Span:
    begin, end = min(one for one, _ in spans), max(two for _, two in spans)
    whole = last - first
    left = WIDTH * ((begin - first) / whole)
    width = max(0.6, WIDTH * ((end - begin) / whole))
    return Span(f"{key[0]} {key[1]}", min(left, WIDTH - width), width, begin, end, len(spans))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as circles and lines in a square of 200 units."""

    circles: tuple[tuple[float, float, float, str], ...]
    """x, y, radius, role."""
    lines: tuple[tuple[float, float, float, float, float], ...]
    """x and y of both ends, width."""


_MOST_LINES = 1500


def picture(network: Network, drawing: Drawing) -> Picture:
    """For paper, for the overview, and for where nothing can be drawn by a script."""
    points = [(100 + 88 * x, 100 + 88 * y) for x, y in drawing.points.tolist()]
    radius = max(1.2, min(6.0, 26.0 / max(1.0, len(points)) ** 0.5))
    core, members = set(network.core), set(network.sites)
    circles = tuple(
        (round(x, 1), round(y, 1), round(radius, 1), "core" if site in core else "associated" if site in members else "candidate")
        for site, (x, y) in zip(drawing.sites, points, strict=True)
    )
    lines = tuple(
        (*(round(part, 1) for part in (*points[a], *points[b])), round(0.4 + min(bits, 40) / 30, 2))
        for a, b, bits in drawing.links[:_MOST_LINES]
    )
    return Picture(circles, lines)
