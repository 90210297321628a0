"""samehand features: learns from captures which parts of templates everyone has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import QuietOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.model import Page


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("features", epilog=examples("features ordinary.warc.gz > common_features.tsv"), rich_help_panel=SETUP)(features)


def features(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Captures of ordinary, unrelated sites.")],
    owners: Annotated[Path | None, typer.Option(metavar="CSV", help="domain,owner: the sites of one owner count once.")] = None,
    fewest: Annotated[int, typer.Option(min=2, help="Owners that make a part of a template common.")] = 12,
    quiet: QuietOption = False,
) -> None:
    """Print which parts of templates many unrelated sites have: themes, page builders, widgets.

    The table is used once it lies, under the name common_features.tsv, in the folder that SAMEHAND_CONFIG names.
    """
    from fingerprints.common_features import learn
    from fingerprints.terminal import warn

    sites: set[str] = set()
    rows = list(learn(_pages(files, sites), _owners(owners), fewest))
    typer.echo(f"# sort\tfeature\towners; made from {len(sites):,} sites, parts of {fewest} owners or more")
    for sort, feature, count in rows:
        typer.echo(f"{sort}\t{feature}\t{count}")
    if not quiet and not rows:
        warn(f"No part of a template is on {fewest} of these {len(sites):,} sites. Name more captures, or a smaller --fewest.")


def _pages(files: list[Path], sites: set[str]) -> Iterator[Page]:
    from fingerprints.archive import ArchiveError
    from fingerprints.model import Page
    from fingerprints.saved import reader_of

    for file in files:
        try:
            for page in reader_of(file)(file):
                if isinstance(page, Page) and page.role.is_page and page.status == 200:
                    sites.add(page.site)
                    yield page
        except ArchiveError as error:
            raise WrongCallError(str(error)) from error


def _owners(table: Path | None) -> dict[str, str]:
    import csv

    if table is None:
        return {}
    try:
        with table.open(encoding="utf-8", newline="") as file:
            return {row["domain"]: row["owner"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise WrongCallError(f"{table} is no table with the columns domain and owner ({error}).") from error
