"""samehand read: fingerprints saved pages into a store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import COLLECT, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_write

if TYPE_CHECKING:
    from fingerprints.commands._progress import ReadingProgress
    from fingerprints.commands._tally import Tally
    from fingerprints.saved import Reader
    from fingerprints.stores.base import Batch, Store
    from fingerprints.workers import Item

_PAGES_A_WRITE = 200
_ONE_PROCESS_UP_TO = 8 * 2**20  # bytes of archives; starting more processes takes longer than reading these
_MOST_SENTENCES = 20


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "read",
        epilog=examples(
            "read pages.warc.gz --store case.db", "read saved-pages/ archive.wacz --store case.db", "read --again --store case.db"
        ),
        rich_help_panel=COLLECT,
    )(read)


def read(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="WARC files (.warc, .warc.gz), WACZ packages, folders of HTML with an index.csv."),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    again: Annotated[
        bool, typer.Option("--again", help="Say what is new in the store; without FILE, read STORE.captures.")
    ] = False,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one a core, and one for a small input.")] = 0,
    quiet: QuietOption = False,
) -> None:
    """Fingerprint saved pages. Reading a file again changes nothing, but with newer indicators, which may find more.

    index.csv has the columns path,url and, if known, fetched_at.
    """
    from fingerprints.commands._news import News
    from fingerprints.commands._progress import ReadingProgress
    from fingerprints.commands._tally import Tally
    from fingerprints.workers import rare_collections

    paths = files or (_captures(store) if again else [])
    if not paths:
        raise WrongCallError("Name the files to read; --again reads the captures of the store.")
    archives = [(path, _reader(path), _size(path)) for path in paths]
    total = sum(size for _, _, size in archives)
    tally = Tally()
    with open_to_write(store) as opened, ReadingProgress(total, quiet=quiet) as progress:
        news = News(opened) if again else None
        _begin(opened, paths)
        with rare_collections():
            _read_all(opened, archives, workers or _workers_for(total), tally, progress)
        if news is not None:
            news.show(opened)
    if not quiet:
        tally.show(store, progress.seconds)
    if tally.unreadable:
        raise typer.Exit(1)


def _captures(store: str) -> list[Path]:
    """The WARC files beside the store, oldest first by their names."""
    from fingerprints.captures import folder_of

    folder = folder_of(store)
    found = sorted(path for path in folder.glob("*.warc*") if path.is_file()) if folder.is_dir() else []
    if not found:
        raise WrongCallError(f"{folder} holds no captures. Name the files to read.")
    return found


def _reader(path: Path) -> Reader:
    from fingerprints.archive import ArchiveError
    from fingerprints.saved import reader_of

    try:
        return reader_of(path)
    except ArchiveError as error:
        raise WrongCallError(str(error)) from error


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
    return path.stat().st_size


def _workers_for(total: int) -> int:
    return 1 if total <= _ONE_PROCESS_UP_TO else (os.cpu_count() or 1)


def _begin(store: Store, files: list[Path]) -> None:
    import uuid
    from datetime import UTC, datetime

    from fingerprints.indicators import catalogue
    from fingerprints.model import Run

    names = " ".join(path.name for path in files)
    store.begin(Run(uuid.uuid4().hex, datetime.now(UTC), f"read {names}"[:500], catalogue.version()))


def _read_all(
    store: Store, archives: list[tuple[Path, Reader, int]], workers: int, tally: Tally, progress: ReadingProgress
) -> None:
    from concurrent.futures.process import BrokenProcessPool

    from fingerprints.workers import read_items

    waiting: list[Batch] = []
    try:
        for batch in read_items(_items(archives, tally, progress), workers):
            tally.add(batch)
            waiting.append(batch)
            if len(waiting) >= _PAGES_A_WRITE:
                store.write(_joined(waiting))
                waiting.clear()
    except BrokenProcessPool:
        raise FailedError(
            "A worker process was killed, perhaps for want of memory. What was read is stored; run again with fewer --workers."
        ) from None
    finally:
        if waiting:
            store.write(_joined(waiting))


def _joined(batches: list[Batch]) -> Batch:
    from fingerprints.stores.base import Batch

    return Batch(
        observations=tuple(one for batch in batches for one in batch.observations),
        coverage=tuple(look for batch in batches for look in batch.coverage),
        failures=tuple(failure for batch in batches for failure in batch.failures if failure.site),
    )


def _items(archives: list[tuple[Path, Reader, int]], tally: Tally, progress: ReadingProgress) -> Iterator[Item]:
    """Pages and failures of all archives; a file that breaks off is told and the others go on."""
    from fingerprints.archive import ArchiveError
    from fingerprints.model import Page

    behind = 0
    for path, reader, size in archives:
        try:
            for item in reader(path):
                if isinstance(item, Page):
                    progress.advance(path.name, behind + min(item.capture.offset if item.capture else 0, size))
                else:
                    _tell(item.error, tally, progress)
                yield item
        except ArchiveError as error:
            _tell(str(error), tally, progress)
        behind += size


def _tell(sentence: str, tally: Tally, progress: ReadingProgress) -> None:
    tally.unreadable += 1
    if tally.unreadable <= _MOST_SENTENCES:
        progress.say(sentence)
