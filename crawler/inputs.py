"""What a person gives a crawl: seeds as words, in files or on stdin; and the sentences that answer what cannot be used."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.seeds import Rejected, Seed, parse, read

MOST_BYTES = 200_000_000
"""Bytes of one list; ten million domains."""


class InputError(ValueError):
    """A list of seeds that cannot be read; the message says which and why."""


@dataclass(slots=True)
class Given:
    """What the lists hold, in their order and without repeats."""

    seeds: list[Seed] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def gather(words: Sequence[str], file: str = "") -> Given:
    """Reads seeds.

    Args:
        words: domains and addresses.
        file: a text or CSV file, - for stdin, or nothing.

    Raises:
        InputError: the file cannot be read.
    """
    found = [parse(word) for word in words if word.strip()]
    if file:
        found += read(_text(file))
    given = Given()
    for one in dict.fromkeys(found):
        if isinstance(one, Seed):
            given.seeds.append(one)
        else:
            given.rejected.append(one)
    return given


def told(rejected: Rejected) -> str:
    """The sentence about a seed that is left out."""
    return f"Left out {rejected.text!r}: {rejected.reason}."


def sentence(error: Exception) -> str:
    """What a person is told of an error that ends a crawl."""
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = " Free some space and run the same command again: it goes on where it stopped." if full else ""
        return f"{place}{error.strerror}.{hint}"
    return str(error)


def _text(file: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"The seeds in {file} cannot be read: {error.strerror}. Name a text or CSV file, or - for stdin."
        ) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"The list of seeds in {file} is larger than {MOST_BYTES} bytes. Split it.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
