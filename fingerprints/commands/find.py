"""samehand find: the sites that carry a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, QuietOption, StoreOption, open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fingerprints.stores.base import Store

_MOST_VALUES = 50
_MOST_SITES = 200
_SHORTEST_PART = 3


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "find",
        epilog=examples(
            "find pub-1234567890123456 --store case.db",
            "find adsense:pub-1234567890123456 --store case.db",
            "find 203.0.113.0/24 --store case.db",
        ),
        rich_help_panel=ASK,
    )(find)


def find(
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="A value, a part of one, kind:value, or a range as 203.0.113.0/24.")
    ],
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Find the sites that carry a value. What is no whole value is looked for as a part, in any case."""
    from fingerprints.commands import _rows

    wanted = value.strip()
    if not wanted:
        raise WrongCallError("VALUE is empty. Give an identifier, such as UA-12345.")
    with open_to_read(store) as opened:
        pairs = _matching(opened, wanted)
        if not pairs:
            raise FailedError(f"No site of {store} carries {wanted}, as a whole or as a part of a value.")
        rows = (row for kind, text in pairs for row in opened.carried(kind=kind, value=text))
        if form is not Format.TABLE:
            _rows.write(rows, form)
            return
        _show(opened, pairs[:_MOST_VALUES])
    if len(pairs) > _MOST_VALUES and not quiet:
        from fingerprints.terminal import warn

        warn(f"{len(pairs) - _MOST_VALUES:,} more values match. Give more of it, or --format jsonl for all.")


def _matching(store: Store, wanted: str) -> list[tuple[str, str]]:
    """(kind, value) that are meant: exactly this value or, if there is none, all that it is a part of."""
    exact = sorted({(row.kind, row.value) for row in store.carried(value=wanted)})
    if exact:
        return exact
    values = store.matrix().values
    inside = _inside(values, wanted)
    if inside:
        return inside
    kind, colon, rest = wanted.partition(":")
    if colon and any(kind == name for name, _ in values):
        of_kind = [(name, value) for name, value in values if name == kind]
        same = [pair for pair in of_kind if pair[1].lower() == rest.strip().lower()]
        return same or _with_part(of_kind, rest.strip())
    same = [pair for pair in values if pair[1].lower() == wanted.lower()]
    return same or _with_part(values, wanted)


def _inside(values: Iterable[tuple[str, str]], wanted: str) -> list[tuple[str, str]]:
    """The addresses in a range such as 203.0.113.0/24, or one address written in another way (2001:DB8::7)."""
    from ipaddress import ip_address, ip_network

    try:
        net = ip_network(wanted, strict=False)
    except ValueError:
        return []
    found = []
    for kind, value in values:
        if kind in ("dns-a", "spf-ip4", "dns-wildcard") and "/" not in value:
            address = ip_address(value)
            if address.version == net.version and address in net:
                found.append((kind, value))
    return found


def _with_part(values: Iterable[tuple[str, str]], part: str) -> list[tuple[str, str]]:
    if len(part) < _SHORTEST_PART:
        raise WrongCallError(f"{part!r} is too short to look for. Give at least {_SHORTEST_PART} characters.")
    small = part.lower()
    return [pair for pair in values if small in pair[1].lower()]


def _show(store: Store, pairs: list[tuple[str, str]]) -> None:
    from itertools import islice

    from fingerprints.commands._layout import count, sighting, text
    from fingerprints.terminal import FAINT, STRONG, show

    for number, (kind, value) in enumerate(pairs):
        if number:
            show("")
        rows = list(islice(store.carried(kind=kind, value=value), _MOST_SITES + 1))
        more = len(rows) > _MOST_SITES
        title = text(f"{kind} {value}", STRONG)
        title.append(f"  on more than {_MOST_SITES} sites" if more else f"  on {count(len(rows), 'site')}", style=FAINT)
        show(title)
        for row in rows[:_MOST_SITES]:
            sighting(row)
