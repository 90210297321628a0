"""samehand site: all that is known of one site, and what is not."""

from __future__ import annotations

from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._options import DEFAULT_STORE, PlainFormat, PlainFormatOption, StoreOption, open_to_read, site_named


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("site")(site)


def site(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain, or any address of the site.")],
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Show all that is known of one site, and what is not."""
    from fingerprints.commands._portrait import as_row, portrait

    name = site_named(domain)
    with open_to_read(store) as opened:
        found = portrait(opened, name)
    if found is None:
        raise FailedError(f"{name} was never looked at: it is not in {store}. Crawl it first, or read saved pages of it.")
    if form is PlainFormat.JSONL:
        from fingerprints.terminal import write_json

        write_json([as_row(found)])
    else:
        from fingerprints.commands._portrait_blocks import show

        show(found)
