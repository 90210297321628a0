"""samehand browse: the store in a browser, with facets, questions and links from value to sites to network to evidence."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SHARE, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_read, verdicts_on


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "browse", epilog=examples("browse --store case.db", "browse --store case.db --copy case-tables.db"), rich_help_panel=SHARE
    )(browse)


def browse(
    store: StoreOption = DEFAULT_STORE,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="On 127.0.0.1, which nobody else can reach.")] = 8001,
    copy: Annotated[
        Path | None, typer.Option("--copy", metavar="FILE", help="Keep the tables in a new SQLite file, and serve nothing.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Browse the store in Datasette: a copy of this moment, for reading only, until Ctrl-C. Personal data is shown."""
    from fingerprints.terminal import warn

    if copy is not None:
        _write(store, copy)
        if not quiet:
            warn(f"{copy} is written: open it with any tool that reads SQLite.")
        return
    with TemporaryDirectory(prefix="samehand-") as folder:
        made = Path(folder) / "case.db"
        _write(store, made)
        if not quiet:
            address = f"http://127.0.0.1:{port}/case"
            warn(f"Open {address} in a browser; Ctrl-C ends it.", address)
        _serve(made, port)


def _write(store: str, target: Path) -> None:
    import sqlite3

    from fingerprints.exports.browse import tables

    if target.exists():
        raise WrongCallError(f"{target} exists. Name a new file with --copy.")
    with open_to_read(store) as opened:
        try:
            tables.write(opened, verdicts_on(store), target, _tags(store))
        except sqlite3.Error as error:
            raise FailedError(f"{target} cannot be written: {error}.") from error


def _tags(store: str) -> dict[str, list[str]]:
    from fingerprints import tags

    try:
        return tags.load(store)
    except tags.TagError as error:
        raise WrongCallError(str(error)) from error


def _serve(copy: Path, port: int) -> None:
    from fingerprints.exports.browse import server
    from fingerprints.extras import MissingExtraError

    try:
        server.serve(copy, port)
    except MissingExtraError as error:
        raise WrongCallError(str(error)) from error
    except SystemExit as error:  # so uvicorn ends when it cannot have the port; it has said why
        raise FailedError(f"Port {port} cannot be used. Name another one with --port.") from error
