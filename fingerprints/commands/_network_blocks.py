"""Networks as blocks of text: how many sites and how sure, what holds them together, who belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text

from fingerprints import terminal
from fingerprints.commands._layout import count, grid, names, percent, pointed, text
from fingerprints.model import Network, SharedValue
from fingerprints.networks import LEFT_OUT
from fingerprints.overlaps import overlaps_of
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_MOST_VALUES = 6
_MOST_SITES = 60
_MOST_NOTES = 4
_MOST_CANDIDATES = 5
_MOST_RELATED = 3
_MOST_OVERLAPS = 3
_LABEL = 10  # the longest label, so that all blocks stand in line


def show(found: Iterable[Network], command: str = "") -> None:
    """Writes them to stdout.

    Args:
        found: all networks, so that of a candidate it is known whether it is another one's member.
        command: what shows one network whole, with {} for its id; empty where nothing does.
    """
    networks = list(found)
    members = members_of(networks)
    for number, network in enumerate(networks):
        if number:
            terminal.show("")
        show_one(network, members, command)


def members_of(networks: Iterable[Network]) -> dict[str, Network]:
    """Site → the network that it is a member of."""
    return {site: network for network in networks for site in network.sites}


def show_one(network: Network, members: Mapping[str, Network], command: str = "") -> None:
    """Writes one to stdout; see show."""
    terminal.show(_title(network))
    terminal.show(grid(_rows(network, members, command), widths=(_LABEL,)))


def _title(network: Network) -> Text:
    title = text(network.id, STRONG)
    title.append(f"  {count(len(network.sites), 'site')}  ", style=STRONG)
    title.append(f"confidence {percent(network.confidence)}", style=GOOD if network.confidence > 0.95 else WARN)
    return title


def _rows(network: Network, members: Mapping[str, Network], command: str) -> Iterator[tuple[Text, Text]]:
    yield from _labelled("held by", _held_by(network))
    for label, sites in (("core", network.core), ("associated", network.associated)):
        if sites:
            yield text(label, FAINT), names(sites, _MOST_SITES)
    more = f": {command.format(network.id)}" if command else ""
    yield from _labelled("candidates", _candidates(network, members, more))
    yield from _labelled("overlaps", [text(one.sentence, WARN) for one in overlaps_of(network, members)][:_MOST_OVERLAPS])
    yield from _labelled("related", _related(network, members))
    yield from _labelled("note", _notes(network, more))


def _labelled(label: str, lines: Iterable[Text]) -> Iterator[tuple[Text, Text]]:
    for number, line in enumerate(lines):
        yield text("" if number else label, FAINT), line


def _candidates(network: Network, members: Mapping[str, Network], more: str) -> Iterator[Text]:
    """Those that are in no network, the strongest first, with the reason."""
    why = {one.site: one for one in network.pointers}
    alone = [site for site in network.candidates if site not in members]
    for site in alone[:_MOST_CANDIDATES]:
        line = text(site)
        if site in why:
            line.append_text(text(f"  {pointed(why[site])}", FAINT))
        yield line
    if len(alone) > _MOST_CANDIDATES:
        yield text(f"and {len(alone) - _MOST_CANDIDATES:,} more{more}", FAINT)


def _related(network: Network, members: Mapping[str, Network]) -> Iterator[Text]:
    """Networks whose members are candidates here: a line each, with the strongest that one of them shares."""
    why = {one.site: one for one in network.pointers}
    sites: dict[str, list[str]] = {}
    for site in network.candidates:
        if site in members:
            sites.setdefault(members[site].id, []).append(site)
    for other, near in list(sites.items())[:_MOST_RELATED]:
        line = text(other)
        line.append_text(text(f"  by {len(near):,} of its {count(len(members[near[0]].sites), 'site')}", FAINT))
        if near[0] in why:
            line.append_text(text(f", the strongest {near[0]}: {pointed(why[near[0]])}", FAINT))
        yield line
    if len(sites) > _MOST_RELATED:
        yield text(f"and {count(len(sites) - _MOST_RELATED, 'more network')}", FAINT)


def _notes(network: Network, more: str) -> Iterator[Text]:
    """What the network hangs on; of the values that link nobody one, and how many there are."""
    left_out = [note for note in network.notes if note.startswith(LEFT_OUT)]
    others = [note for note in network.notes if not note.startswith(LEFT_OUT)]
    for note in others[:_MOST_NOTES]:
        yield text(note, FAINT)
    if len(others) > _MOST_NOTES:
        yield text(f"and {count(len(others) - _MOST_NOTES, 'more note')}{more}", FAINT)
    if left_out:
        yield text(left_out[0], FAINT)
    if len(left_out) > 1:
        yield text(f"and {count(len(left_out) - 1, 'more value')} left out{more}", FAINT)


def _held_by(network: Network) -> Iterator[Text]:
    """The values that give the most bits over all links."""
    total: defaultdict[tuple[str, str], float] = defaultdict(float)
    example: dict[tuple[str, str], SharedValue] = {}
    for link in network.links:
        for shared in link.shared:
            total[shared.kind, shared.value] += shared.bits
            example[shared.kind, shared.value] = shared
    ranked = sorted(total, key=lambda key: (-total[key], key))
    for kind, value in ranked[:_MOST_VALUES]:
        line = text(f"{kind} ")
        line.append_text(text(value, STRONG))
        line.append(f"  on {count(example[kind, value].sites, 'site')}", style=FAINT)
        yield line
    if len(ranked) > _MOST_VALUES:
        yield text(f"and {count(len(ranked) - _MOST_VALUES, 'more value')}", FAINT)
