"""samehand import: what a colleague sends, as seeds for the next crawl."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._options import QuietOption

_EXAMPLES = """Example:

  samehand import event.json --out seeds.txt
"""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("import", epilog=_EXAMPLES)(import_)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A MISP event, a STIX bundle or a CSV.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The seeds file to write; stdout without it.")] = None,
    quiet: QuietOption = False,
) -> None:
    """Read the sites of a MISP event, a STIX bundle or a CSV as seeds. They are tips: nothing is stored as seen."""
    from fingerprints.commands._layout import count
    from fingerprints.exports import tips
    from fingerprints.terminal import warn

    try:
        found = tips.read(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCallError(f"{file} cannot be read: {error}. Give a text file.") from error
    except tips.TipsError as error:
        raise WrongCallError(f"{file}: {error}") from error
    text = "".join(f"{site}\n" for site in found.sites)
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise WrongCallError(f"{out} cannot be written: {error.strerror}. Name another file.") from error
    if not quiet:
        warn(f"{count(len(found.sites), 'site')} and {count(len(found.values), 'value')} in {file}.")
