"""What reading a page costs: samehand read with everything on and written to a store, beside BeautifulSoup's parse alone.

python -m tests.bench.read [FILE.warc.gz]: in each round the pages are parsed by BeautifulSoup (lxml), then read by Samehand just as
`samehand read FILE --workers 1` does it; printed are the medians of the rounds, in milliseconds of CPU a page.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup

from fingerprints.archive import read_warc
from fingerprints.commands.read import read
from fingerprints.extract import extract
from fingerprints.model import Page
from tests.conftest import SHARED


def main() -> int:
    """Prints the figures; 2 when there are no pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "real" / "news.warc.gz")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if not chosen.file.is_file():
        print(f"{chosen.file} is not there: name a WARC file of real pages.", file=sys.stderr)
        return 2
    pages = [item for item in read_warc(chosen.file) if isinstance(item, Page)]
    print(f"{len(pages)} pages, {sum(len(page.body) for page in pages) / len(pages) / 1000:.0f} kB on average")
    for page in pages[:20]:
        extract(page)  # what is compiled and loaded once is no page's cost
    soup: list[float] = []
    ours: list[float] = []
    for _ in range(chosen.rounds):
        soup.append(_cpu(lambda: _parse(pages), len(pages)))
        ours.append(_cpu(lambda: _read(chosen.file), len(pages)))
    theirs, mine = statistics.median(soup), statistics.median(ours)
    print(f"BeautifulSoup (lxml), parse alone      {theirs:6.2f} ms a page")
    print(f"samehand read, everything and stored   {mine:6.2f} ms a page   ratio {mine / theirs:.2f}")
    return 0


def _cpu(work: Callable[[], None], pages: int) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) / pages * 1000


def _parse(pages: list[Page]) -> None:
    for page in pages:
        BeautifulSoup(page.body, "lxml")


def _read(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read([file], store=str(Path(folder) / "bench.db"), workers=1, quiet=True)


if __name__ == "__main__":
    sys.exit(main())
