"""What follows from a tip, as blocks of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from fingerprints import terminal
from fingerprints.commands._layout import block, count, grid, percent, text
from fingerprints.model import SharedValue
from fingerprints.outward import Query
from fingerprints.pivot import Candidate, Joined, Pivot
from fingerprints.surroundings import MOST_HOLDERS
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_MOST_SHARED = 3
_MOST_LEFT_OUT = 6
_MOST_NEXT = 20


def show(found: Pivot, number: int = 0) -> None:
    """Writes one to stdout; `number` says how many came before it."""
    if number:
        terminal.show("")
    terminal.show(_title(found))
    for joined in found.joins:
        terminal.show(grid([(_joined(joined),)]))
    block("Sites it points to", [_candidate(one) for one in found.candidates], found.count)
    left_out = [one for one in found.values if not one.bits > 0 and one.why]
    block("Shared, and left out", [(_value(one),) for one in left_out[:_MOST_LEFT_OUT]], len(left_out))
    crawl = [(text(one.domain, STRONG), text(one.why, FAINT)) for one in found.crawl_next[:_MOST_NEXT]]
    block("To crawl next", crawl, len(found.crawl_next))


def show_queries(queries: Iterable[Query]) -> None:
    """Writes them to stdout: what to type, and the address that asks it."""
    for one in queries:
        line = text(f"{one.service}  ", FAINT)
        line.append_text(text(one.query, STRONG))
        terminal.show(line)
        terminal.show(text(f"  {one.url}"), whole=True)


def _title(found: Pivot) -> Text:
    title = text(found.tip, STRONG)
    what = ", ".join(found.kinds) if found.kinds else "a site that was looked at"
    title.append_text(text(f"  {what}", FAINT))
    return title


def _joined(joined: Joined) -> Text:
    said = "is a member of" if joined.is_member else "would join" if joined.by else "points to"
    line = text(f"{said} ")
    line.append_text(text(joined.network.id, STRONG))
    line.append_text(text(f", {count(len(joined.network.sites), 'site')}"))
    if joined.by:
        line.append_text(text(f"; by {', '.join(joined.by)}", FAINT))
    return line


def _candidate(one: Candidate) -> tuple[Text, ...]:
    told = text(one.site, STRONG)
    if one.network:
        told.append_text(text(f"  {one.network}", FAINT))
    for line in _why(one):
        told.append("\n")
        told.append_text(text(line, FAINT))
    return text(f"{one.bits:.1f} bits"), text(percent(one.probability), GOOD if one.linked else WARN), told


def _why(one: Candidate) -> Iterator[str]:
    if one.why:
        yield one.why
    for value in (one.evidence.shared if one.evidence else ())[:_MOST_SHARED]:
        yield f"{value.kind} {value.value} on {_sites(value)}"


def _value(one: SharedValue) -> Text:
    line = text(f"{one.kind} {one.value}")
    line.append_text(text(f"  on {_sites(one)}: {one.why}", FAINT))
    return line


def _sites(one: SharedValue) -> str:
    return f"more than {MOST_HOLDERS:,} sites" if one.sites > MOST_HOLDERS else count(one.sites, "site")
