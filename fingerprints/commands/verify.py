"""samehand verify: checks a frozen finding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import PlainFormat, PlainFormatOption

if TYPE_CHECKING:
    from fingerprints.verification import Finding, Opened


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("verify", epilog=examples("verify first-post.frozen.zip"), rich_help_panel=KEEP)(verify)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What samehand freeze made.")],
    captures: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Where the whole WARC files lie, to check them as well.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The time-stamping authority's root certificate (PEM).")
    ] = None,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Check a frozen finding: its digests, that its links follow from its values and these from its records, its time stamp.

    A sentence for each thing; exits with 1 if one does not hold.
    """
    from fingerprints import verification
    from fingerprints.terminal import write_json

    for folder in captures or []:
        if not folder.is_dir():
            raise WrongCallError(f"--captures {folder} is no folder.")
    if authority is not None and not authority.is_file():
        raise WrongCallError(f"--authority {authority} is no file.")
    try:
        opened = verification.open_frozen(file)
        found = [*verification.verify(file, opened, captures or []), *_stamped(opened, authority)]
    except verification.VerifyError as error:
        raise WrongCallError(str(error)) from error
    except OSError as error:
        raise FailedError(f"{file} cannot be checked: {error.strerror or error}.") from error
    if form is PlainFormat.JSONL:
        write_json([{"what": one.what, "holds": one.holds, "sentence": one.sentence} for one in found])
    else:
        _show(opened, found)
    if not all(one.holds for one in found):
        raise typer.Exit(1)


def _stamped(opened: Opened, authority: Path | None) -> Iterator[Finding]:
    from fingerprints.exports import stamp
    from fingerprints.extras import MissingExtraError
    from fingerprints.verification import Finding

    if not opened.stamp:
        if authority is not None:
            yield Finding("time stamp", False, "There is no time stamp in it.")
        return
    try:
        if authority is not None:
            time = stamp.check(opened.stamp, opened.data, authority)
            yield Finding("time stamp", True, f"It was stamped at {time:%Y-%m-%d %H:%M:%S} UTC by the authority of {authority}.")
        else:
            time = stamp.time_of(opened.stamp, opened.data)
            said = f"It has a time stamp of {time:%Y-%m-%d %H:%M:%S} UTC over this manifest"
            yield Finding("time stamp", True, f"{said}; who made it was not checked (--authority).")
    except (stamp.StampError, MissingExtraError) as error:
        yield Finding("time stamp", False, str(error))


def _show(opened: Opened, found: list[Finding]) -> None:
    from fingerprints.commands._layout import grid, text
    from fingerprints.terminal import GOOD, WARN, show

    said = opened.manifest
    show(f"Network {said.get('network')}, frozen by {said.get('by')} at {said.get('made')}; manifest {opened.digest}")
    for one in found:
        show(grid([(text("holds  " if one.holds else "does not hold  ", GOOD if one.holds else WARN), one.sentence)]))
