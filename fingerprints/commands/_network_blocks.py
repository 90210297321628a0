"""Networks as blocks of text: how many sites and how sure, what holds them together, who belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rich.text import Text

from fingerprints import terminal
from fingerprints.commands._layout import count, grid, names, percent, text
from fingerprints.model import Network, SharedValue
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_MOST_VALUES = 6
_MOST_SITES = 60
_MOST_NOTES = 4
_LABEL = 10  # the longest label, so that all blocks stand in line


def show(found: Iterable[Network]) -> None:
    """Writes them to stdout."""
    for number, network in enumerate(found):
        if number:
            terminal.show("")
        terminal.show(_title(network))
        terminal.show(grid(_rows(network), widths=(_LABEL,)))


def _title(network: Network) -> Text:
    title = text(network.id, STRONG)
    title.append(f"  {count(len(network.sites), 'site')}  ", style=STRONG)
    title.append(f"confidence {percent(network.confidence)}", style=GOOD if network.confidence > 0.95 else WARN)
    return title


def _rows(network: Network) -> Iterator[tuple[Text, Text]]:
    for number, line in enumerate(_held_by(network)):
        yield text("" if number else "held by", FAINT), line
    members = (("core", network.core), ("associated", network.associated), ("candidates", network.candidates))
    for label, sites in members:
        if sites:
            yield text(label, FAINT), names(sites, _MOST_SITES)
    for number, note in enumerate(network.notes[:_MOST_NOTES]):
        yield text("" if number else "note", FAINT), text(note, FAINT)
    if len(network.notes) > _MOST_NOTES:
        yield text(""), text(f"and {count(len(network.notes) - _MOST_NOTES, 'more note')}", FAINT)


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
