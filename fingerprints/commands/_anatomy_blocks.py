"""One network taken apart, as blocks of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from fingerprints import terminal
from fingerprints.anatomy import Anatomy, Member, Pillar
from fingerprints.commands._layout import block, count, names, percent, pointed, stacked, text
from fingerprints.stores.history import NetworkEvent
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_MOST_MEMBERS = 80
_MOST_PILLARS = 20
_MOST_PIECE = 12
_MOST_EVENTS = 20
_MOST_NOTES = 8


def show(found: Anatomy) -> None:
    """Writes it to stdout."""
    network = found.network
    title = text(network.id, STRONG)
    title.append(f"  {count(len(network.sites), 'site')}  ", style=STRONG)
    title.append(f"confidence {percent(network.confidence)}", style=GOOD if network.confidence > 0.95 else WARN)
    terminal.show(title)
    block("Members", [_member(one) for one in found.members[:_MOST_MEMBERS]], len(found.members))
    block("Held together by", [_pillar(one) for one in found.pillars[:_MOST_PILLARS]], len(found.pillars))
    if found.weakest:
        lines = [(text(f"{found.weakest.bits:.1f} bits"), text(found.weakest.sentence))]
        if found.cut:
            lines.append((text(""), _names("without it these fall off: ", found.cut)))
        block("Weakest link", lines, len(lines))
    block("Belongs to two networks", [(text(one.sentence, WARN),) for one in found.overlaps[:_MOST_NOTES]], len(found.overlaps))
    breaking = [(one, one.pieces) for one in found.pillars if one.pieces]
    block("Falls apart without", [(line,) for one, pieces in breaking for line in _broken(one, pieces)], 0)
    grown = [(text(_day(one.first_seen)), text(one.site)) for one in found.timeline[:_MOST_MEMBERS]]
    block("First seen", grown, len(found.timeline))
    block("What became of it", [_event(found, number) for number in range(len(found.events))][-_MOST_EVENTS:], 0)
    block("Notes", [(text(note, FAINT),) for note in network.notes[:_MOST_NOTES]], len(network.notes))


def _member(one: Member) -> tuple[Text, ...]:
    told = text(one.site, STRONG)
    if one.strongest:
        other = one.strongest.b if one.strongest.a == one.site else one.strongest.a
        told.append_text(text(f"  {count(one.links, 'link')}; {one.strongest.bits:.1f} bits with {other}", FAINT))
    if one.elsewhere:
        told.append_text(text(f"  a member of {one.elsewhere}", FAINT))
    if one.pointer:
        told = stacked(told, text(pointed(one.pointer), FAINT))
    return text(one.role, FAINT), told


def _pillar(one: Pillar) -> tuple[Text, ...]:
    value = one.value
    told = text(f"{value.kind} ")
    told.append_text(text(value.value, STRONG))
    background = f", {value.background} in the background table" if value.background >= 0 else ""
    counts = text(f"{one.inside} inside, {one.outside} outside{background}; {count(one.links, 'link')}", FAINT)
    return text(f"{value.bits:.1f} bits"), stacked(told, counts)


def _broken(one: Pillar, pieces: Sequence[tuple[str, ...]]) -> Iterator[Text]:
    sizes = ", ".join(f"{len(piece):,}" for piece in pieces[:_MOST_PIECE]) + (", …" if len(pieces) > _MOST_PIECE else "")
    line = text(f"{one.value.kind} ")
    line.append_text(text(one.value.value, STRONG))
    line.append_text(text(f"  it falls into {count(len(pieces), 'part')} of {sizes}", FAINT))
    yield line


def _event(found: Anatomy, number: int) -> tuple[Text, ...]:
    one = found.events[number]
    said = one.fate.value if one.network == found.network.id else f"{one.network} {one.fate.value} here"
    other = f" {one.other}" if one.other and one.network == found.network.id else ""
    told = _names(f"{said}{other}: ", one.sites)
    return text(_day(one.at)), stacked(told, text(_cause_line(one), FAINT)) if one.cause else told


def _cause_line(event: NetworkEvent) -> str:
    """Its cause: what links them now, or what did until then."""
    return f"{'held before by' if event.fate.is_loss else 'since'}: {event.cause}"


def _names(begin: str, sites: Sequence[str]) -> Text:
    line = text(begin, FAINT)
    line.append_text(names(sites, _MOST_PIECE))
    return line


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "unknown"
