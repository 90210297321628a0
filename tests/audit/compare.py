"""The audit beside what the extractors find: what is wrong, what is missing, and where a value's state is read in another way."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from fingerprints.archive import read_warc
from fingerprints.extract import extract
from fingerprints.model import Failure, Observation, Page, Role

HERE = Path(__file__).parent
PAGES = "news.warc.gz"
"""Name of the file of real pages in ../shared/real."""
KINDS = (
    "google-analytics",
    "google-analytics-4",
    "google-tag-manager",
    "adsense",
    "meta-pixel",
    "facebook-app",
    "comscore",
    "yandex-metrica",
    "disqus",
    "email",
)
"""The kinds that were audited."""


class Key(NamedTuple):
    """What makes two sightings one: a value counts as found when all three agree."""

    url: str
    kind: str
    value: str


class Audited(NamedTuple):
    """One line of values.tsv."""

    state: str
    offset: int
    """Byte offset in the page's body of the first place with that state."""
    note: str


class Found(NamedTuple):
    """One value of the extractors, with what a person needs to find it in the page."""

    state: str
    offset: int
    where: str
    excerpt: str


@dataclass
class Comparison:
    """The audit and the extractors' answer for the same pages."""

    audited: dict[Key, Audited]
    found: dict[Key, Found]
    failures: list[str] = field(default_factory=list)
    """Rules that raised, as "kind, page: what"."""
    kind: str = ""
    """The kind that this is about; empty for all."""

    @property
    def right(self) -> list[Key]:
        """Values that both have."""
        return sorted(self.audited.keys() & self.found.keys())

    @property
    def wrong(self) -> list[Key]:
        """Values that the extractors give and the audit does not have."""
        return sorted(self.found.keys() - self.audited.keys())

    @property
    def missed(self) -> list[Key]:
        """Values of the audit that the extractors do not give."""
        return sorted(self.audited.keys() - self.found.keys())

    @property
    def other_state(self) -> list[Key]:
        """Values of both whose state differs."""
        return [key for key in self.right if self.audited[key].state != self.found[key].state]

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1.0 when nothing was found."""
        return len(self.right) / len(self.found) if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the audit that was found; 1.0 when the audit is empty."""
        return len(self.right) / len(self.audited) if self.audited else 1.0

    def of_kind(self, kind: str) -> Comparison:
        """The same for one kind."""
        return Comparison(
            {key: value for key, value in self.audited.items() if key.kind == kind},
            {key: value for key, value in self.found.items() if key.kind == kind},
            kind=kind,
        )


def compare(folder: Path) -> Comparison:
    """Reads the real pages in this folder and puts the extractors' answer beside the audit."""
    found: dict[Key, Found] = {}
    failures: list[str] = []
    for page in pages(folder):
        extraction = extract(page)
        found.update(_found(page, extraction.observations))
        failures += [
            f"{failure.kind}, {failure.page_url}: {failure.error}" for failure in extraction.failures if failure.kind in KINDS
        ]
    return Comparison(audit(), found, failures)


def audit(file: Path = HERE / "values.tsv") -> dict[Key, Audited]:
    """The lines of values.tsv."""
    return {
        Key(line["url"], line["kind"], line["value"]): Audited(line["state"], int(line["offset"]), line["note"])
        for line in _lines(file)
    }


def rejected(file: Path = HERE / "rejected.tsv") -> dict[Key, str]:
    """The lines of rejected.tsv: a look-alike, and why it is no value."""
    return {Key(line["url"], line["kind"], line["text"]): line["why"] for line in _lines(file)}


def pages(folder: Path) -> Iterator[Page]:
    """The real pages as pages of unknown place in their site, so that every extractor for pages reads them."""
    for page in read_warc(folder / PAGES):
        if isinstance(page, Failure):
            raise TypeError(f"{page.page_url}: {page.error}")
        yield replace(page, role=Role.OTHER)


def hidden(address: str) -> str:
    """An e-mail address as the audit keeps it: people's addresses do not belong into a repository."""
    return "sha256:" + hashlib.sha256(address.lower().encode()).hexdigest()


def _found(page: Page, observations: Iterable[Observation]) -> Iterator[tuple[Key, Found]]:
    for one in observations:
        if one.kind in KINDS:
            value = hidden(one.value) if one.kind == "email" else one.value
            yield Key(page.url, one.kind, value), Found(one.state.value, one.offset, one.where, one.excerpt)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
