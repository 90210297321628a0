"""samehand find: the sites that carry a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, QuietOption, StoreOption, open_to_read

if TYPE_CHECKING:
    from fingerprints.stores.base import Store
    from fingerprints.stores.neighbours import Neighbours

_MOST_VALUES = 50
_MOST_SITES = 200
_SHORTEST_PART = 3
_ADDRESSES = ("dns-a", "spf-ip4", "dns-wildcard")
_LIKE = re.compile(r"(?:([a-z-]+-simhash)[: ])?((?:[a-z0-9]+-)*[0-9a-f]{16})~(\d{1,2})")


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
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A value, a part of one, kind:value, a range as 203.0.113.0/24.")],
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Find the sites that carry a value. What is no whole value is looked for as a part, in any case.

    Of a fingerprint with ~ and a number behind it (05c6e3fe9bd8a53f~3, as links show it) find those so many bits apart.
    """
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
    from fingerprints.stores.neighbours import neighbours

    exact = sorted({(row.kind, row.value) for row in store.carried(value=wanted)})
    if exact:
        return exact
    near = neighbours(store)
    found = _inside(near, wanted) or _alike(near, wanted)
    if found:
        return found
    kind, colon, rest = wanted.partition(":")
    if colon and any(True for _ in near.of_kinds([kind])):
        return _with_part(near, rest.strip(), kind)
    return _with_part(near, wanted)


def _inside(near: Neighbours, wanted: str) -> list[tuple[str, str]]:
    """The addresses in a range such as 203.0.113.0/24, or one address written in another way (2001:DB8::7)."""
    from ipaddress import ip_address, ip_network

    try:
        net = ip_network(wanted, strict=False)
    except ValueError:
        return []
    found = []
    for kind, value in near.of_kinds(_ADDRESSES):
        if "/" not in value:
            address = ip_address(value)
            if address.version == net.version and address in net:
                found.append((kind, value))
    return found


def _alike(near: Neighbours, wanted: str) -> list[tuple[str, str]]:
    """The fingerprints near one, written as links show groups of them: [KIND:][PLACE-]05c6e3fe9bd8a53f~BITS."""
    from fingerprints.hamming import FARTHEST, is_compared_by_distance
    from fingerprints.indicators import catalogue

    match = _LIKE.fullmatch(wanted)
    if match is None:
        return []
    kind, value, bits = match.groups()
    if int(bits) > FARTHEST:
        raise WrongCallError(f"Fingerprints that differ in {bits} bits have nothing in common. Give {FARTHEST} at the most.")
    kinds = [kind] if kind else [name for name in sorted(catalogue.kinds()) if is_compared_by_distance(name)]
    return [(name, found) for name in kinds for _, found in near.near(name, value, int(bits))]


def _with_part(near: Neighbours, part: str, of_kind: str = "") -> list[tuple[str, str]]:
    """Values that are this in another case or, if there are none, of which it is a part."""
    found = [pair for pair in near.matching(part) if of_kind in ("", pair[0])]
    same = [pair for pair in found if pair[1].lower() == part.lower()]
    if not same and len(part) < _SHORTEST_PART:
        raise WrongCallError(f"{part!r} is too short to look for. Give at least {_SHORTEST_PART} characters.")
    return same or found


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
