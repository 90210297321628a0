"""samehand observations: every value of every site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read, site_named

if TYPE_CHECKING:
    from rich.text import Text

    from fingerprints.stores.base import Carried


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "observations",
        epilog=examples(
            "observations --site first-post.example --store case.db", "observations --kind adsense --store case.db --format csv"
        ),
        rich_help_panel=ASK,
    )(observations)


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
    """Sites with their pages, and below each page its values; written as they come, since a store may hold millions."""
    from itertools import groupby

    from fingerprints.commands._layout import grid, text
    from fingerprints.terminal import FAINT, STRONG, show

    for site, carried in groupby(rows, key=lambda row: row.site):
        show(text(site, STRONG))
        by_page = sorted(carried, key=lambda row: row.page_url)
        width = max(len(row.kind) for row in by_page)
        for page, values in groupby(by_page, key=lambda row: row.page_url):
            show(text(f"  {page}", FAINT), whole=True)
            show(grid([_line(row) for row in values], indent=4, widths=(width,)))


def _line(row: Carried) -> tuple[Text, Text]:
    from fingerprints.commands._layout import dates, text
    from fingerprints.terminal import FAINT

    state = "" if row.state == "seen" else f", {row.state}"
    body = text(row.value)
    body.append_text(text(f"  {dates(row.first_seen, row.last_seen)}, {row.where}{state}", FAINT))
    return text(row.kind), body
