"""samehand import answers: what other services said to the queries that samehand pivot prints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.commands._errors import FailedError, WrongCallError

if TYPE_CHECKING:
    from fingerprints.model import Observation
    from fingerprints.stores.base import Store

_A_BATCH = 5_000
_MOST_BYTES = 500_000_000


def text_of(file: Path) -> str:
    """A file of bounded size.

    Raises:
        WrongCallError: it cannot be read, is too large, or no text.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise WrongCallError(f"{file} has more than {_MOST_BYTES:,} bytes. Split it.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCallError(f"{file} cannot be read: {error}. Give a text file in UTF-8.") from error


def keep(store: Store, found: Iterable[Observation]) -> int:
    """Stores observations a batch at a time, and gives their number.

    Raises:
        FailedError: the store cannot be written.
    """
    from fingerprints.stores.base import Batch, StoreError

    rest, kept = iter(found), 0
    while rows := tuple(islice(rest, _A_BATCH)):
        try:
            store.write(Batch(rows))
        except StoreError as error:
            raise FailedError(str(error)) from error
        kept += len(rows)
    return kept


def note(store: str, about: str) -> None:
    """Writes into the log of the case what was taken in."""
    from fingerprints import casebook

    try:
        casebook.note(store, "import", about)
    except casebook.CasebookError as error:
        raise FailedError(str(error)) from error


def take(file: Path, store: str, kind: str, value: str, source: str, *, quiet: bool) -> None:
    """Keeps what a service answered.

    Args:
        file: the answer.
        store: where it goes.
        kind, value: what was asked for, where the answer is a list of domains.
        source: who answered; empty for the service whose format it is.
        quiet: errors only.
    """
    from fingerprints import answers
    from fingerprints.commands._layout import count
    from fingerprints.commands._options import open_to_write
    from fingerprints.terminal import warn

    try:
        found = answers.read(text_of(file), kind, value)
    except answers.AnswersError as error:
        raise WrongCallError(f"{file}: {error}") from error
    service = source or found.service or "a list"
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with open_to_write(store) as opened:
        keep(opened, answers.observations(found.found, f"{service}, {file.name}", written))
    sites = {one.site for one in found.found}
    note(store, f"answers of {service} in {file}: {len(found.found)} values of {len(sites)} sites")
    if not quiet:
        warn(f"{count(len(found.found), 'value')} of {count(len(sites), 'site')} kept, by {service}.")
        if found.unread:
            warn(f"{count(found.unread, 'row')} that name no site, or nothing that is looked for, were left out.")
