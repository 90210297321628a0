"""samehand background: how common values are on the web, from a store of ordinary sites."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import DEFAULT_STORE, StoreOption, open_to_read

_HEAD = """\
# How many unrelated owners have sites that carry a value: kind, value, owners. A row "*, day, n" tells when the table was made
# and how many owners it looked at; a row "kind, *, n" how many of them have any value of the kind. Made by
# `samehand background build`.
"""


def register(app: typer.Typer) -> None:
    """Adds the command and its subcommands."""
    group = typer.Typer(help="How common values are on the web.")
    group.callback()(lambda: None)
    group.command("build", epilog=examples("background build --store ordinary.db --out background.tsv"))(build)
    group.command("agreement", epilog=examples("background agreement --owners owners.csv --store known.db --out evidence.toml"))(
        agreement
    )
    app.add_typer(group, name="background", rich_help_panel=SETUP)


def build(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The table to write.")] = Path("background.tsv"),
    owners: Annotated[
        Path | None,
        typer.Option("--owners", metavar="FILE", help="A CSV file (domain,owner): sites of one owner count once."),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Count how many owners of a store's sites carry each value. The store must hold ordinary sites, not suspects.

    The table is used once it lies, under the name background.tsv, in the folder that SAMEHAND_CONFIG names.
    """
    from datetime import UTC, datetime

    from fingerprints import background
    from fingerprints.terminal import warn

    with open_to_read(store) as opened:
        days = [site.last_seen for site in opened.sites()]
        made = max(days, default=datetime.now(UTC)).date().isoformat()
        rows = list(background.build(opened, made, _owners(owners) if owners else None))
    try:
        out.write_text(_HEAD + "".join(f"{kind}\t{value}\t{count}\n" for kind, value, count in rows), "utf-8")
    except OSError as error:
        raise FailedError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from error
    warn(f"{rows[0][2]:,} owners, {sum(1 for row in rows[1:] if row[1] != '*'):,} values of three or more of them, in {out}.")


def agreement(
    owners: Annotated[Path, typer.Option("--owners", metavar="FILE", help="A CSV file (domain,owner) of who runs which sites.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The settings to write.")] = Path("evidence.toml"),
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Estimate from known owners how often two sites of one hand share a value of each kind (m).

    The settings are used once they lie, under the name evidence.toml, in the folder that SAMEHAND_CONFIG names.
    """
    from fingerprints import evidence_settings
    from fingerprints.agreement import estimate
    from fingerprints.terminal import warn

    known = _owners(owners)
    with open_to_read(store) as opened:
        found = list(estimate(opened, known, evidence_settings.load()))
    lines = [
        f"# {one.owners} owner{'s' * (one.owners > 1)}, {one.pairs} pairs\n[kinds.{one.kind}]\nm = {one.m:.2f}\n" for one in found
    ]
    head = f"# How often two sites of one hand share a value, by {owners.name}. Made by `samehand background agreement`.\n"
    try:
        out.write_text("\n".join([head, *lines]), "utf-8")
    except OSError as error:
        raise FailedError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from error
    warn(f"m of {len(found):,} kinds in {out}.")


def _owners(file: Path) -> dict[str, str]:
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCallError(f"{file} cannot be read: {error}. Give a CSV file with the columns domain and owner.") from error
    if rows and not {"domain", "owner"} <= rows[0].keys():
        raise WrongCallError(f"{file} has no columns domain and owner in its first line. Add that line.")
    return {row["domain"].strip().lower(): row["owner"].strip() for row in rows}
