"""samehand restore: a store from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import QuietOption, open_to_read


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("restore", epilog=examples("restore case-2026-05-01.zip --store again.db"), rich_help_panel=KEEP)(restore)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What samehand backup made.")],
    store: Annotated[str, typer.Option("--store", metavar="PATH", help="The store to make; it must not exist.")],
    quiet: QuietOption = False,
) -> None:
    """Make a store of a backup, after its digests were checked. Nothing is written over."""
    from fingerprints import backups
    from fingerprints.terminal import warn

    if not file.is_file():
        raise WrongCallError(f"There is no file {file}. Name what samehand backup made.")
    try:
        made = backups.restore(file, Path(store))
    except backups.BackupError as error:
        raise WrongCallError(str(error)) from error
    except OSError as error:
        raise FailedError(f"{store} cannot be made: {error.strerror or error}.") from error
    open_to_read(store).close()
    if not quiet:
        warn(f"Made {', '.join(made)}.")
