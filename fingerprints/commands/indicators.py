"""samehand indicators: the catalogue of what is looked for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._help import SETUP, examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fingerprints.indicators.base import Kind


class Form(StrEnum):
    """As the other commands' formats, and the table of the documentation."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


COLUMNS = ("kind", "family", "title", "example")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("indicators", epilog=examples("indicators", "indicators --format jsonl"), rich_help_panel=SETUP)(indicators)


def indicators(
    form: Annotated[
        Form, typer.Option("--format", help="For people, one JSON object or CSV row a line, or Markdown.")
    ] = Form.TABLE,
) -> None:
    """List the kinds of values that are looked for.

    With what each proves, and what makes strangers share it.
    """
    from fingerprints.indicators import catalogue
    from fingerprints.terminal import write_csv, write_json

    kinds = catalogue.kinds().values()
    rows = ((kind.name, kind.family, kind.title, kind.example) for kind in kinds)
    if form is Form.JSONL:
        write_json(dict(zip(COLUMNS, row, strict=True)) for row in rows)
    elif form is Form.CSV:
        write_csv(COLUMNS, rows)
    elif form is Form.MARKDOWN:
        typer.echo(markdown(kinds), nl=False)
    else:
        _show(kinds)


def markdown(kinds: Iterable[Kind]) -> str:
    """The catalogue as a table of Markdown, by family and name."""
    lines = ["| kind | family | what it is | example | what it is worth |", "|---|---|---|---|---|"]
    for kind in sorted(kinds, key=lambda kind: (kind.family, kind.name)):
        cells = (f"`{kind.name}`", kind.family, kind.title, f"`{kind.example}`", _worth(kind))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _show(kinds: Iterable[Kind]) -> None:
    from itertools import groupby

    from fingerprints.commands._layout import grid, stacked, text
    from fingerprints.terminal import FAINT, STRONG, show

    ordered = sorted(kinds, key=lambda kind: (kind.family, kind.name))
    width = max(len(kind.name) for kind in ordered)
    for family, members in groupby(ordered, key=lambda kind: kind.family):
        show(text(family, STRONG))
        rows = []
        for kind in members:
            body = stacked(text(f"{kind.title}, such as {kind.example}"), text(_worth(kind), FAINT))
            # On a terminal that knows links, a click on the kind opens where its format is documented.
            rows.append((text(kind.name, f"link {kind.source}" if kind.source.startswith("https://") else ""), body))
        show(grid(rows, widths=(width,)))


def _worth(kind: Kind) -> str:
    from fingerprints.indicators.base import Proof

    says = {
        Proof.CONTROL: "Proves control.",
        Proof.FACT: "A property of the site.",
        Proof.ASSERTION: "Asserted: anybody can paste it.",
    }
    links = "" if kind.links else " Links nobody."
    return says[kind.proves] + links + (f" {kind.traps}" if kind.traps else "")
