"""samehand export: networks and their evidence in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SHARE, examples
from fingerprints.commands._noted import noted
from fingerprints.commands._options import DEFAULT_STORE, StoreOption, open_to_read, verdicts_on
from fingerprints.commands.report import CaseOption, DefangOption, PersonalOption, TlpOption
from fingerprints.exports.sharing import Sharing, Tlp

_FOLDER = Path(__file__).parents[1] / "exports" / "formats"
_FORMATS = sorted(one.name for one in iter_modules([str(_FOLDER)]) if not one.name.startswith("_"))
"""As exports.formats.names() says, without what the formats need being loaded for --help."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "export",
        epilog=examples(
            "export --format stix --store case.db --out case.json",
            "export n-db41b2b806 --format csv --store case.db > one-network.csv",
        ),
        rich_help_panel=SHARE,
    )(export)


def export(
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            autocompletion=lambda: list(_FORMATS),
            help=f"{', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}.",
        ),
    ],
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
    from fingerprints.extras import MissingExtraError

    if form not in _FORMATS:
        raise WrongCallError(f"--format {form} is not known. Give one of {', '.join(_FORMATS)}.")
    with open_to_read(store) as opened:
        try:
            dossier = gather(
                opened,
                Sharing(case, tlp, personal, defang),
                network or (),
                verdicts_on(store),
                everything=formats.tells_of_all_sites(form) and not network,
            )
        except UnknownNetworkError as error:
            raise FailedError(str(error)) from error
    try:
        written = formats.writer(form)(dossier)
    except MissingExtraError as error:
        raise WrongCallError(str(error)) from error
    _put(written, out)
    if out is not None:
        noted(store, "export", f"{form} {tlp.label}{' with personal data' if personal else ''} to {out.name}")


def _put(written: str | bytes, out: Path | None) -> None:
    if out is None:
        typer.echo(written, nl=False)
        return
    try:
        out.write_bytes(written.encode() if isinstance(written, str) else written)
    except OSError as error:
        raise FailedError(f"{out} cannot be written: {error.strerror}.") from error
