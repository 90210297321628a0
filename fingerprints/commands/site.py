"""samehand site: all that is known of one site, and what is not."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    PlainFormat,
    PlainFormatOption,
    StoreOption,
    open_to_read,
    site_named,
    sites_known,
)

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("site", epilog=examples("site first-post.example --store case.db"), rich_help_panel=ASK)(site)


def site(
    domain: Annotated[
        str, typer.Argument(metavar="DOMAIN", autocompletion=sites_known, help="A domain, or any address of the site.")
    ],
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Show all that is known of one site, and what is not."""
    from fingerprints.commands._portrait import as_row, portrait

    # To find the site in an address takes the list of public suffixes: not needed for a name as it stands in the store.
    name = domain if _DOMAIN.fullmatch(domain) else site_named(domain)
    with open_to_read(store) as opened:
        found = portrait(opened, name) or portrait(opened, name := site_named(domain))
    if found is None:
        raise FailedError(f"{name} was never looked at: it is not in {store}. Crawl it first, or read saved pages of it.")
    if form is PlainFormat.JSONL:
        from fingerprints.terminal import write_json

        write_json([as_row(found)])
    else:
        from fingerprints.commands._portrait_blocks import show

        show(found)
