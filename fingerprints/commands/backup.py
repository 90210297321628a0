"""samehand backup: a case in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_read


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("backup", epilog=examples("backup --store case.db --out case-2026-05-01.zip"), rich_help_panel=KEEP)(backup)


def backup(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The zip to make; it must not exist.")],
    store: StoreOption = DEFAULT_STORE,
    quiet: QuietOption = False,
) -> None:
    """Put the store, the verdicts on it and the log into one file, with their digests. A crawl may go on meanwhile.

    Captures (WARC files) are not in it: they lie in folders of their own and only grow.
    """
    from fingerprints import backups
    from fingerprints.stores.sqlite_file import SqliteFile
    from fingerprints.terminal import warn

    with open_to_read(store) as opened:
        if not isinstance(opened, SqliteFile):
            raise WrongCallError(
                f"{store} is a server: use Elasticsearch's snapshots. samehand merge copies a store into a file."
            )
        try:
            size = backups.make(opened, out)
        except backups.BackupError as error:
            raise WrongCallError(str(error)) from error
        except OSError as error:
            raise FailedError(f"{out} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        warn(f"{out}: {size:,} bytes. samehand restore {out} --store NEW.db makes a store of it.")
