"""samehand hosting: the lists by which a crawl looks at hosting. Fetching is the crawler's, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._help import SETUP, examples


def register(app: typer.Typer) -> None:
    """Adds the command."""
    group = typer.Typer(help="The lists by which a crawl looks at how sites are hosted.", no_args_is_help=True)
    group.command("refresh", epilog=examples("hosting refresh --dir hosting"))(refresh)
    app.add_typer(group, name="hosting", rich_help_panel=SETUP)


def refresh(
    as_table: Annotated[
        str, typer.Option(metavar="URL|FILE", help="Ranges of addresses with AS numbers, as iptoasn.com has.")
    ] = "",
    rdap_bootstrap: Annotated[str, typer.Option(metavar="URL|FILE", help="IANA's list of registries.")] = "",
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Keep them here; crawl then takes --hosting-data DIR.")
    ] = None,
) -> None:
    """Fetch the table of AS numbers and IANA's list of registries anew. A list that cannot be had stays as it is."""
    arguments = [f"--as-table={as_table}", f"--rdap-bootstrap={rdap_bootstrap}", *([f"--dir={folder}"] if folder else [])]
    code = subprocess.run([sys.executable, "-m", "crawler.probes.refresh", *arguments], check=False).returncode  # noqa: S603
    if code:
        raise typer.Exit(code)
