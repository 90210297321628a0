"""samehand report: a folder of pages about the networks of a store, to be read, printed and handed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SHARE, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_read, verdicts_on
from fingerprints.exports.sharing import Sharing, Tlp

CaseOption = Annotated[str, typer.Option("--case", metavar="NAME", help="The investigation's name.")]
TlpOption = Annotated[Tlp, typer.Option("--tlp", help="Who may see it (Traffic Light Protocol).")]
PersonalOption = Annotated[bool, typer.Option("--personal", help="Do not redact what can be about a person (e-mail addresses).")]
DefangOption = Annotated[bool, typer.Option("--defang/--no-defang", help="Write a[.]com, which no program makes a link of.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "report",
        epilog=examples(
            "report --store case.db --out report",
            'report n-db41b2b806 --store case.db --out one-network --case "Relay" --tlp green',
        ),
        rich_help_panel=SHARE,
    )(report)


def report(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write.")],
    network: Annotated[list[str] | None, typer.Argument(metavar="[NETWORK…]", help="Ids, or sites of the networks.")] = None,
    store: StoreOption = DEFAULT_STORE,
    case: CaseOption = "",
    tlp: TlpOption = Tlp.AMBER,
    personal: PersonalOption = False,
    defang: DefangOption = True,
    quiet: QuietOption = False,
) -> None:
    """Write a report that opens in a browser, from disk and without a network."""
    from fingerprints.exports.dossier import UnknownNetworkError, gather
    from fingerprints.report import pages

    if out.exists() and not out.is_dir():
        raise WrongCallError(f"{out} is a file. Name a folder with --out.")
    sharing = Sharing(case, tlp, personal, defang)
    with open_to_read(store) as opened:
        try:
            dossier = gather(opened, sharing, network or (), verdicts_on(store), everything=not network)
        except UnknownNetworkError as error:
            raise FailedError(str(error)) from error
        try:
            written = pages.write(dossier, out)
        except OSError as error:
            raise FailedError(f"{out} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        from fingerprints.commands._layout import count
        from fingerprints.terminal import warn

        told = f"{count(written.networks, 'network')} and {count(written.sites, 'site')}: open {written.index} in a browser."
        warn(told, written.index)
