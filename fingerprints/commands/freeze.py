"""samehand freeze: what a publication about a network rests on, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_read, sites_known, verdicts_on


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "freeze",
        epilog=examples("freeze first-post.example --by ann --out first-post.frozen.zip --store case.db"),
        rich_help_panel=KEEP,
    )(freeze)


def freeze(
    identity: Annotated[
        str, typer.Argument(metavar="NETWORK", autocompletion=sites_known, help="A network's id (n-…), or a member of it.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to make; it must not exist.")],
    by: Annotated[str, typer.Option("--by", envvar="SAMEHAND_BY", metavar="NAME", help="Who freezes it.")] = "",
    captures: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Where WARC files lie, besides STORE.captures and its folder.")
    ] = None,
    timestamp: Annotated[
        str, typer.Option(metavar="URL", help="A time-stamping authority (RFC 3161), which is shown a digest alone.")
    ] = "",
    store: StoreOption = DEFAULT_STORE,
    quiet: QuietOption = False,
) -> None:
    """Freeze what is known of a network, with the records that prove it. samehand verify checks it years later.

    The file holds the network, its links and the observations that they rest on, the captures' records, verdicts, runs,
    settings and tables, and the SHA-256 of each. Exits with 1 if a record was not found; the file is made all the same.
    """
    from fingerprints import frozen
    from fingerprints.commands.evidence import folders_of
    from fingerprints.commands.network import network_named
    from fingerprints.terminal import warn

    with open_to_read(store) as opened:
        network = network_named(opened, identity, store)
        try:
            done = frozen.freeze(opened, store, network, verdicts_on(store), out, by, folders_of(store, captures or []))
        except frozen.FreezeError as error:
            raise WrongCallError(str(error)) from error
        except OSError as error:
            raise FailedError(f"{out} cannot be written: {error.strerror or error}.") from error
    if timestamp:
        _stamp(out, timestamp)
    if not quiet:
        warn(
            f"{out}: {len(network.sites)} sites, {len(network.links)} links, {done.observations} observations, "
            f"{done.records} records. SHA-256 of the manifest: {done.digest}. samehand verify {out} checks it."
        )
    for sentence in done.missing[:10]:
        warn(sentence)
    if done.missing:
        raise typer.Exit(1)


def _stamp(out: Path, url: str) -> None:
    from fingerprints.exports import stamp
    from fingerprints.extras import MissingExtraError
    from fingerprints.frozen import add_stamp
    from fingerprints.verification import open_frozen

    try:
        add_stamp(out, stamp.ask(url, open_frozen(out).data))
    except (stamp.StampError, MissingExtraError) as error:
        raise FailedError(f"{out} is made, without a time stamp. {error}") from error
