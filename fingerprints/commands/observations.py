"""samehand observations: every value of every site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read, site_named

if TYPE_CHECKING:
    from fingerprints.stores.base import Carried


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("observations")(observations)


def observations(
    kind: Annotated[str | None, typer.Option(help="Only values of this kind (see samehand indicators).")] = None,
    site: Annotated[str | None, typer.Option(metavar="DOMAIN", help="Only values of this site.")] = None,
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the values that sites carry, each with where it stood."""
    from fingerprints.commands import _rows

    domain = site_named(site) if site else None
    with open_to_read(store) as opened:
        rows = opened.carried(site=domain, kind=kind)
        if form is Format.TABLE:
            _show(rows)
        else:
            _rows.write(rows, form)


def _show(rows: Iterable[Carried]) -> None:
    """Blocks by site; written as they come, since a store may hold millions."""
    from itertools import groupby

    from fingerprints.terminal import STRONG, out, safe

    console = out()
    for site, carried in groupby(rows, key=lambda row: row.site):
        console.print(safe(site), style=STRONG)
        for line in _lines(carried):
            console.print(line, soft_wrap=True)


def _lines(carried: Iterable[Carried]) -> Iterator[str]:
    from fingerprints.terminal import safe

    for row in carried:
        state = "" if row.state == "seen" else f"  [{row.state}]"
        yield f"  {row.kind}  {safe(row.value)}{state}"
        yield f"      {row.first_seen:%Y-%m-%d}  {safe(row.page_url)}  {safe(row.where)}"
