"""samehand export: networks and their evidence in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._options import DEFAULT_STORE, StoreOption, open_to_read, verdicts_on
from fingerprints.commands.report import CaseOption, DefangOption, PersonalOption, TlpOption
from fingerprints.exports.sharing import Sharing, Tlp

_EXAMPLES = """Examples:

  samehand export --format stix --store case.db --out case.json

  samehand export n-db41b2b806 --format csv --store case.db > one-network.csv
"""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export", epilog=_EXAMPLES)(export)


def export(
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="blocklist, csv, graphml, jsonl, misp or stix.")],
    network: Annotated[list[str] | None, typer.Argument(metavar="[NETWORK…]", help="Ids, or sites of the networks.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write; stdout without it.")] = None,
    store: StoreOption = DEFAULT_STORE,
    case: CaseOption = "",
    tlp: TlpOption = Tlp.AMBER,
    personal: PersonalOption = False,
    defang: DefangOption = True,
) -> None:
    """Write networks and their evidence for other tools. Personal data is redacted unless asked for."""
    from fingerprints.exports import formats
    from fingerprints.exports.dossier import UnknownNetworkError, gather

    if form not in formats.names():
        raise WrongCallError(f"--format {form} is not known. Give one of {', '.join(formats.names())}.")
    with open_to_read(store) as opened:
        try:
            dossier = gather(
                opened,
                Sharing(case, tlp, personal, defang),
                network or (),
                verdicts_on(store),
                everything=form == "blocklist" and not network,
            )
        except UnknownNetworkError as error:
            raise FailedError(str(error)) from error
    text = formats.writer(form)(dossier)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise FailedError(f"{out} cannot be written: {error.strerror}.") from error
