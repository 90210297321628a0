"""samehand background: how common values are on the web, from a store of ordinary sites."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._options import DEFAULT_STORE, StoreOption, open_to_read

_HEAD = """\
# How many unrelated sites carry a value: kind, value, sites. A row "*, day, n" tells when the table was made and how many sites
# it looked at; a row "kind, *, n" how many of them carry any value of the kind. Made by `samehand background build`.
"""


def register(app: typer.Typer) -> None:
    """Adds the command and its subcommands."""
    group = typer.Typer(help="How common values are on the web.")
    group.callback()(lambda: None)
    group.command("build")(build)
    app.add_typer(group, name="background")


def build(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The table to write.")] = Path("background.tsv"),
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Count how many sites of a store carry each value. The store must hold ordinary sites, not suspects.

    The table is used once it lies, under the name background.tsv, in the folder that SAMEHAND_CONFIG names.
    """
    from datetime import UTC, datetime

    from fingerprints import background
    from fingerprints.terminal import warn

    with open_to_read(store) as opened:
        days = [site.last_seen for site in opened.sites()]
        made = max(days, default=datetime.now(UTC)).date().isoformat()
        rows = list(background.build(opened, made))
    try:
        out.write_text(_HEAD + "".join(f"{kind}\t{value}\t{count}\n" for kind, value, count in rows), "utf-8")
    except OSError as error:
        raise FailedError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from error
    warn(f"{rows[0][2]:,} sites, {sum(1 for row in rows if row[1] != '*') - 1:,} values on two sites or more, in {out}.")
