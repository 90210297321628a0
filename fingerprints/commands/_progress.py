"""How far a reading is: a bar on a terminal, now and then a line otherwise, nothing with --quiet."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fingerprints.terminal import notes, safe, warn

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS_A_LINE = 10.0


class Shown:
    """Something with a bar, which stands while the block runs; no bar, no block."""

    _bar: Progress | None = None

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()


class ReadingProgress(Shown):
    """Counts pages; knows how far it is by the bytes of the archives that lie behind."""

    def __init__(self, total_bytes: int, *, quiet: bool) -> None:
        self._total = total_bytes
        self._lines = not quiet
        if not quiet and notes().is_terminal:
            self._bar = _bar()
            self._task = self._bar.add_task("", total=total_bytes, pages=0, rate=0)
            self._lines = False
        self._began = self._said = time.monotonic()
        self.pages = 0

    @property
    def seconds(self) -> float:
        """Since the reading began."""
        return time.monotonic() - self._began

    def advance(self, name: str, done_bytes: int) -> None:
        """Counts one page of the archive `name`; `done_bytes` of all archives lie behind it."""
        self.pages += 1
        rate = self.pages / max(self.seconds, 0.001)
        if self._bar:
            self._bar.update(self._task, description=safe(name), completed=done_bytes, pages=self.pages, rate=round(rate))
        elif self._lines and time.monotonic() - self._said >= SECONDS_A_LINE:
            self._said = time.monotonic()
            percent = 100 * done_bytes // max(self._total, 1)
            warn(f"{name}: {self.pages} pages, {rate:.0f} a second, {percent} % of all files")

    def say(self, sentence: str) -> None:
        """A line on stderr that the bar does not overwrite; said with --quiet too."""
        if self._bar:
            self._bar.console.print(safe(sentence), soft_wrap=True)
        else:
            warn(sentence)


def _bar() -> Progress:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = ("{task.fields[pages]} pages", "{task.fields[rate]}/s")
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        *(TextColumn(text, markup=False) for text in columns),
        TimeRemainingColumn(),
        console=notes(),
        expand=True,
        transient=True,
    )
