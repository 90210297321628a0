"""samehand captures: the WARC files of a store: a list, a package of them, and room."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read

if TYPE_CHECKING:
    from collections import Counter

    from fingerprints.retention import Retention

COLUMNS = ("file", "bytes", "written", "quarantine", "observations")


class Action(StrEnum):
    """What is done with them."""

    LIST = "list"
    PACK = "pack"
    PRUNE = "prune"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    calls = (
        "captures --store case.db",
        "captures pack --out case.wacz --store case.db",
        "captures prune --older-than 400 --dry-run --store case.db",
    )
    app.command("captures", epilog=examples(*calls), rich_help_panel=KEEP)(captures)


def captures(
    action: Annotated[Action, typer.Argument(help="list, pack (as WACZ), or prune (delete the oldest).")] = Action.LIST,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="pack: the .wacz to make.")] = None,
    older_than: Annotated[int, typer.Option(metavar="DAYS", min=0, help="prune: files last written before so many days.")] = 0,
    quota: Annotated[int, typer.Option(metavar="MB", min=0, help="prune: the oldest until all take no more than this.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="prune: say what would be deleted.")] = False,
    folder: Annotated[Path | None, typer.Option("--captures", metavar="DIR", help="Default: STORE.captures.")] = None,
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the WARC files of a store, pack them as WACZ, or make room. Files of the quarantine hold programs and are not packed.

    An observation whose file was deleted stays in the store and can no longer be proved: freeze what you publish before.
    """
    from fingerprints.captures import folder_of
    from fingerprints.retention import Retention, by_age

    place = folder or folder_of(store)
    files = by_age(list(place.glob("*.warc.gz")))
    if not files:
        raise FailedError(f"There are no captures in {place}. Name their folder with --captures.")
    if action is Action.PACK:
        _pack(files, out, store)
    elif action is Action.PRUNE:
        chosen = Retention(keep_days=older_than, most_megabytes=quota)
        if chosen.keeps_all:
            raise WrongCallError("prune needs --older-than DAYS or --quota MB.")
        prune(files, chosen, store, trial=dry_run)
    else:
        _list(files, store, form)


def _list(files: list[Path], store: str, form: Format) -> None:
    from fingerprints.commands._layout import grid
    from fingerprints.harmful import APART
    from fingerprints.terminal import iso, show, write_csv, write_json

    counted = _observations(store)
    rows = []
    for path in files:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        apart = "yes" if APART in path.name else "no"
        rows.append((path.name, path.stat().st_size, iso(written), apart, counted[path.name]))
    if form is Format.TABLE:
        show(grid([(*map(str, row),) for row in (COLUMNS, *rows)]))
    elif form is Format.CSV:
        write_csv(COLUMNS, rows)
    else:
        write_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])


def _observations(store: str) -> Counter[str]:
    """How many observations point into each file."""
    from collections import Counter

    with open_to_read(store) as opened:
        return Counter(row.capture.file for row in opened.carried() if row.capture is not None)


def _pack(files: list[Path], out: Path | None, store: str) -> None:
    from fingerprints.packing import PackError, pack
    from fingerprints.terminal import warn

    if out is None:
        raise WrongCallError("pack needs --out FILE.wacz.")
    try:
        answers = pack(files, out, Path(store).stem)
    except PackError as error:
        raise WrongCallError(str(error)) from error
    except OSError as error:
        raise FailedError(f"{out} cannot be made: {error.strerror or error}.") from error
    warn(f"{out}: {answers:,} answers, {out.stat().st_size:,} bytes.")


def prune(files: list[Path], retention: Retention, store: str, *, trial: bool = False) -> None:
    """Deletes what is too old or too much, and says how many observations lose their proof by it.

    Raises:
        FailedError: a file could not be deleted; what was deleted before it is told all the same.
    """
    from fingerprints.terminal import warn

    surplus = retention.surplus(files)
    counted = _observations(store) if surplus else {}
    gone = freed = lost = 0
    failed = ""
    for path in surplus:
        try:
            size = path.stat().st_size
            if not trial:
                path.unlink()
        except FileNotFoundError:  # another call makes room, too
            continue
        except OSError as error:
            failed = f"{path} cannot be deleted: {error.strerror or error}."
            break
        gone, freed, lost = gone + 1, freed + size, lost + counted[path.name]
    verb = "would be deleted" if trial else "deleted"
    files_told = "1 file" if gone == 1 else f"{gone} files"
    warn(f"{files_told} of {freed:,} bytes {verb}; {lost:,} observations {'would lose' if trial else 'lost'} their proof.")
    if failed:
        raise FailedError(failed)
