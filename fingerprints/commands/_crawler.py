"""The crawler's process: starting it, reading what it tells, stopping it with us. Nothing of the package crawler is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any

from fingerprints.commands._crawl_progress import CrawlProgress

_INTERRUPTED = 130


def run(arguments: Sequence[str], *, store: str, quiet: bool) -> int:
    """Runs a crawl to its end.

    Args:
        arguments: of python -m crawler.
        store: for the hint on what to do next.
        quiet: show errors only.

    Returns:
        The crawler's exit code; 130 whenever a stop was asked for, though the crawl was over by then, did not listen yet and
        was killed by it, or could not write its last pages, which it said itself: whoever calls begins nothing more.
    """
    reading, writing = os.pipe()
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603  (our own module, with arguments that are no shell's)
            [sys.executable, "-m", "crawler", f"--lifeline={reading}", *arguments],
            stdout=subprocess.PIPE if "--json" in arguments else None,
            pass_fds=(reading,),
            # Of its own, so that Ctrl-C reaches it once and through us.
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
    finally:
        os.close(reading)
    with CrawlProgress(store, quiet=quiet) as progress, _passed_on(process, progress) as passed:
        if process.stdout is not None:
            for event in _events(process.stdout):
                progress.tell(event)
        code = process.wait()
    os.close(writing)
    if code in (0, _INTERRUPTED):
        progress.end(time.monotonic() - began, stopped=code == _INTERRUPTED)
    if passed:
        return _INTERRUPTED
    return code if code >= 0 else 128 - code


@contextmanager
def _passed_on(process: subprocess.Popen[str], progress: CrawlProgress) -> Iterator[list[int]]:
    """While it runs, Ctrl-C and a polite kill are the crawler's: it ends what is under way, a second one ends it at once.

    Gives the signals that were passed on.
    """
    passed: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        passed.append(number)
        process.send_signal(signal.SIGTERM)  # to the crawler they are one; of Ctrl-C a Python that is starting tells a traceback
        progress.stopping()

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield passed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _events(stream: IO[str]) -> Iterator[dict[str, Any]]:
    for line in stream:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
