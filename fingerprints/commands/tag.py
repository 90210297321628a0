"""samehand tag: words that people put on sites, to sort their work."""

from __future__ import annotations

from typing import Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import DECIDE, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read, site_named
from fingerprints.commands.verdict import ByOption


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "tag",
        epilog=examples("tag wave-2 first.example second.example --by ann --store case.db", "tag --store case.db"),
        rich_help_panel=DECIDE,
    )(tag)


def tag(
    word: Annotated[str, typer.Argument(metavar="[TAG]", help="A word such as wave-2; without one, tags are listed.")] = "",
    site: Annotated[list[str] | None, typer.Argument(metavar="[SITE…]", help="The sites.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Take the tag off.")] = False,
    by: ByOption = "",
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """Put a tag on sites, or list what is tagged. It changes no evidence; samehand browse has it as a facet."""
    from fingerprints import tags

    with open_to_read(store):
        pass  # a tag on a store that is not there would be lost
    try:
        if not word:
            _list(tags.load(store), form)
        elif site:
            tags.put(store, word, map(site_named, site), by, on=not off)
        else:
            raise WrongCallError(f"Name the sites that {word} is about.")
    except tags.TagError as error:
        raise WrongCallError(str(error)) from error


def _list(held: dict[str, list[str]], form: Format) -> None:
    from fingerprints import terminal
    from fingerprints.commands._layout import grid

    if form is Format.JSONL:
        terminal.write_json({"site": site, "tags": words} for site, words in held.items())
    elif form is Format.CSV:
        terminal.write_csv(("site", "tags"), ((site, " ".join(words)) for site, words in held.items()))
    elif held:
        terminal.show(grid((site, " ".join(words)) for site, words in held.items()))
    else:
        terminal.warn("Nothing is tagged.")
