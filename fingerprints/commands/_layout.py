"""Blocks of text for people: labels with text beside them, wrapped to the terminal's width, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from fingerprints.model import Pointer, State
from fingerprints.stores.base import Carried
from fingerprints.terminal import FAINT, STRONG, safe, show

GAP = 2


def text(content: str, style: str = "") -> Text:
    """Text that was fetched, or may have been: cleaned, and never read as mark-up."""
    return Text(safe(content), style=style)


def grid(rows: Iterable[tuple[str | Text, ...]], *, indent: int = 2, right: int = -1, widths: tuple[int, ...] = ()) -> Table:
    """Columns without lines. The last one takes what is left and is folded; the others fold where they must.

    Args:
        rows: of equal length; plain strings are cleaned.
        indent: spaces on the left.
        right: number of the column whose text stands at the right.
        widths: least widths of the first columns, so that several grids stand in line.
    """
    lines = [tuple(cell if isinstance(cell, Text) else text(cell) for cell in row) for row in rows]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
    if indent:
        table.add_column(width=indent - GAP if indent > GAP else 0)
    for number in range(len(lines[0]) if lines else 0):
        least = widths[number] if number < len(widths) else None
        table.add_column(justify="right" if number == right else "left", overflow="fold", min_width=least)
    for line in lines:
        table.add_row(*([""] if indent else []), *line)
    return table


def stacked(*lines: Text) -> Text:
    """Lines of one cell, one below the other."""
    return Text("\n").join(lines)


def sighting(row: Carried) -> None:
    """Writes where a value stands on a site: when and by what it was found, the page, and what stands around it."""
    state = "" if row.state is State.SEEN else f", {row.state}" + (f" from {row.copied_from}" if row.copied_from else "")
    head = text(f"  {row.site}")
    head.append_text(text(f"  {dates(row.first_seen, row.last_seen)}, {row.where}{state}", FAINT))
    show(head)
    show(text(f"    {row.page_url}"), whole=True)
    if row.excerpt:
        excerpt = text(row.excerpt, FAINT)
        excerpt.highlight_words([safe(row.value)], STRONG, case_sensitive=False)
        show(grid([(excerpt,)], indent=4))


def block(title: str, rows: Sequence[tuple[Text, ...]], total: int = 0) -> None:
    """A titled grid, and how many rows of `total` it leaves out; nothing where there is no row."""
    if not rows:
        return
    show("")
    show(text(title, STRONG))
    show(grid(rows))
    if total > len(rows):
        show(grid([(text(f"and {total - len(rows):,} more", FAINT),)]))


def pointed(one: Pointer) -> str:
    """Why a site is a candidate."""
    value = one.strongest
    return f"{one.bits:.1f} bits with {one.member}: {value.kind} {value.value} on {count(value.sites, 'site')}"


def names(sites: Iterable[str], most: int) -> Text:
    """Sites one after the other, up to `most` of them and how many more there are."""
    listed = list(sites)
    shown = text("  ".join(listed[:most]))
    if len(listed) > most:
        shown.append(f"  and {len(listed) - most:,} more", style=FAINT)
    return shown


def count(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: 1 site, 2 sites."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def percent(probability: float) -> str:
    """A probability; never 100 %, since evidence is not proof."""
    return ">99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def dates(first: object, last: object) -> str:
    """A span of days, or the one day."""
    begin, end = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    return begin if begin == end else f"{begin} to {end}"
