"""Writing to a terminal, a pipe or a file: what was fetched is hostile there too.

Control characters (and with them escape sequences), bidirectional marks and other invisible characters never go out as they are.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_HARMLESS = re.compile(r"[\x20-\x7e]*")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, formats (bidirectional marks, joiners, tags), private and broken ones, and line ends."""
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

_NO_LINKS = ("dumb", "linux")
"""Terminals that would show the escape sequence of a link, or nothing."""

WARN = "yellow"
GOOD = "green"
FAINT = "bright_black"
STRONG = "bold"


def safe(text: str) -> str:
    """The text with U+FFFD for each character that a terminal would obey or not show."""
    if _HARMLESS.fullmatch(text):
        return text
    return "".join("\ufffd" if _is_unseen(character) else character for character in text)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second: 2024-05-01T12:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def json_line(row: object) -> str:
    """One line of JSON in which what `safe` replaces is escaped, so that the values are whole and the terminal is safe."""
    text = json.dumps(row, ensure_ascii=False, separators=(", ", ": "))
    return text if _HARMLESS.fullmatch(text) else "".join(_escaped(character) for character in text)


def write_json(rows: Iterable[object]) -> None:
    """Writes one object a line to stdout, as they come."""
    for row in rows:
        sys.stdout.write(json_line(row) + "\n")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a header and rows to stdout; cells that a spreadsheet would compute get a quotation mark in front."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def out() -> Console:
    """Where tables go: stdout, in colour on a terminal unless NO_COLOR is set."""
    return _console(False)


def notes() -> Console:
    """Where progress, summaries and errors go: stderr."""
    return _console(True)


def show(what: RenderableType, *, whole: bool = False) -> None:
    """Writes a text or a table to stdout, wrapped to the width of the terminal and without blanks at the lines' ends.

    Args:
        what: its texts are clean (see safe).
        whole: leave the lines as they are: an address that is broken cannot be copied.
    """
    console = out()
    if console.is_terminal:
        console.print(what, soft_wrap=whole)
        return
    with console.capture() as captured:
        console.print(what, soft_wrap=whole)
    sys.stdout.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))


@cache
def _console(stderr: bool) -> Console:
    from rich.console import Console  # not needed for jsonl and csv

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def warn(sentence: str, link: Path | str | None = None) -> None:
    """One line on stderr.

    Args:
        sentence: the line.
        link: a path or an address of our own that stands in it: a click opens it, where the terminal can do that
            (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda).
    """
    line = safe(sentence)
    if link is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in _NO_LINKS:
        address = link.absolute().as_uri() if isinstance(link, Path) else link
        shown = safe(str(link))
        line = line.replace(shown, f"\x1b]8;;{address}\x1b\\{shown}\x1b]8;;\x1b\\", 1)
    sys.stderr.write(line + "\n")


def _cell(value: object) -> str:
    text = safe(str(value))
    return "'" + text if text.startswith(_FORMULA) else text


@cache
def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if not character.isascii() and _is_unseen(character) else _plain(character)


def _plain(character: str) -> str:
    return "\\u007f" if character == "\x7f" else character
