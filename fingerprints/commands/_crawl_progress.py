"""How far a crawl is: a bar on a terminal, now and then a line otherwise, nothing with --quiet."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fingerprints.commands._progress import SECONDS_A_LINE, Shown
from fingerprints.terminal import FAINT, STRONG, WARN, notes, safe, warn

if TYPE_CHECKING:
    from rich.progress import Progress

_MOST_SENTENCES = 20


class CrawlProgress(Shown):
    """Shows the events that the crawler tells."""

    def __init__(self, store: str, *, quiet: bool) -> None:
        self._store = store
        self._quiet = quiet
        if not quiet and notes().is_terminal:
            self._bar = _bar()
            self._task = self._bar.add_task("", total=None, pages=0, rate="", state="starting")
        self._said = time.monotonic()
        self._last: dict[str, Any] = {}
        self._sentences = 0
        self._stopping = ""

    def tell(self, event: dict[str, Any]) -> None:
        """Shows one event."""
        if self._stopping.strip():
            self._note(self._stopping, important=True)
            self._stopping = " "
        if event.get("event") == "note":
            self._note(str(event.get("text", "")), important=bool(event.get("important")))
            return
        self._last = event
        if self._bar:
            self._bar.update(
                self._task,
                total=event["sites"],
                completed=event["done"],
                pages=event["pages"],
                rate=f"{event['rate']:.1f}",
                state=_state(event),
            )
        elif not self._quiet and time.monotonic() - self._said >= SECONDS_A_LINE:
            self._said = time.monotonic()
            rate = f"{event['rate']:.1f} a second"
            warn(f"{event['done']} of {event['sites']} sites, {event['pages']} pages, {rate}; {_state(event)}")

    def stopping(self) -> None:
        """Says with the next event that a stop was asked for: in a signal handler nothing can be written."""
        self._stopping = self._stopping or "Stopping once what is under way has ended; Ctrl-C again stops at once."

    def end(self, seconds: float, *, stopped: bool) -> None:
        """Says what became of it."""
        if self._quiet or not self._last:
            return
        last, console = self._last, notes()
        console.print(
            f"{last['done']:,} of {last['sites']:,} sites crawled, {last['pages']:,} documents received in {seconds:.0f} s, "
            f"in {safe(self._store)}",
            style=STRONG,
        )
        if self._sentences > _MOST_SENTENCES:
            console.print(f"and {self._sentences - _MOST_SENTENCES:,} more sites that gave no front page.", style=WARN)
        unseen = [f"{number:,} {outcome}" for outcome, number in sorted(last["outcomes"].items()) if outcome != "read" and number]
        if unseen:
            console.print(f"Documents not read: {', '.join(unseen)}; samehand site DOMAIN tells why.", style=WARN)
        if stopped:
            console.print("Stopped. The same command goes on where it stopped.", style=WARN)
        else:
            console.print(f"Next: samehand networks --store {safe(self._store)}", style=FAINT)

    def _note(self, text: str, *, important: bool) -> None:
        self._sentences += not important
        if self._quiet or (not important and self._sentences > _MOST_SENTENCES):
            return
        if self._bar:
            self._bar.console.print(safe(text), soft_wrap=True)
        else:
            warn(text)


def _state(event: dict[str, Any]) -> str:
    parts = [f"{event['live']} under way", f"{event['waiting']} waiting"]
    if event["elsewhere"]:
        parts.append(f"{event['elsewhere']} with another crawl")
    return ", ".join(parts)


def _bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        MofNCompleteColumn(),
        TextColumn("sites", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[pages]} pages, {task.fields[rate]}/s; {task.fields[state]}", markup=False),
        TimeElapsedColumn(),
        console=notes(),
        expand=True,
        transient=True,
    )
