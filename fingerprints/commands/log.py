"""samehand log: who did what with a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read

if TYPE_CHECKING:
    from fingerprints.casebook import Entry

COLUMNS = ("at", "by", "what", "about")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("log", epilog=examples("log --store case.db --format csv"), rich_help_panel=KEEP)(log)


def log(store: StoreOption = DEFAULT_STORE, form: FormatOption = Format.TABLE) -> None:
    """Show what was done with a case, oldest first: runs, verdicts, exports, merges, and what was forgotten."""
    from fingerprints import casebook
    from fingerprints.verdicts import VerdictError

    with open_to_read(store) as opened:
        try:
            found = list(casebook.entries(store, opened))
        except (casebook.CasebookError, VerdictError) as error:
            raise WrongCallError(str(error)) from error
    _write(found, form)


def _write(found: list[Entry], form: Format) -> None:
    from fingerprints import terminal
    from fingerprints.commands._layout import grid, text
    from fingerprints.terminal import iso

    rows = [(iso(one.at), one.by, one.what, one.about) for one in found]
    if form is Format.JSONL:
        terminal.write_json(dict(zip(COLUMNS, row, strict=True)) for row in rows)
    elif form is Format.CSV:
        terminal.write_csv(COLUMNS, rows)
    elif rows:
        terminal.show(grid((text(at, terminal.FAINT), by, what, about) for at, by, what, about in rows))
    else:
        terminal.warn("Nothing was noted yet.")
