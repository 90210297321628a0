"""Text → what to crawl. Lists from reports are defanged, repeated, in capitals, with ports and paths. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import urls
from fingerprints.sites import NotASiteError, site_of

COLUMNS = ("domain", "url", "site", "host", "hostname", "website")
"""Names of the column of a CSV file that holds the seeds, in the order of preference; without one, the first column does."""
LONGEST_LINE = 10_000
"""Characters; a longer line is no list of addresses."""

_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot|punkt)\s?[\])}]\s?|\[\.|\.\]|\\\.|。|．|｡", re.I)  # noqa: RUF001  (ideographic dots, RFC 3490)
_COLON = re.compile(r"[\[({]:(?://)?[\])}]//|[\[({]:[\])}]|[\[({]://[\])}]")
_SCHEME = re.compile(r"(?:h(?:xx|tt|\*\*|..)p|meow|http)(s?)\s?(?::/{0,3}|\[:\]/{0,3}|//)(?=\S)", re.I)
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,20})://", re.I)
_QUOTES = "\"'`<>,;“”„«»‘’"  # noqa: RUF001  (what surrounds an address in prose)
_WRAPPING = _QUOTES + "()[]{}"


@dataclass(frozen=True, slots=True)
class Seed:
    """One site to crawl, and perhaps one address of it to fetch as given."""

    site: str
    host: str
    """In ASCII, with the port where it was named: www.example.com, example.com:8080."""
    scheme: str = ""
    """http or https where it was named, otherwise empty."""
    url: str = ""
    """An address with a path or query, to be fetched as given; empty for a front page."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that names nothing to crawl."""

    text: str
    reason: str


def parse(text: str) -> Seed | Rejected:
    """What one entry of a list names.

    Args:
        text: a domain or an address, defanged or not.
    """
    shown = text.strip()[:100]
    if len(text) > LONGEST_LINE:
        return Rejected(shown, "the line is too long to be an address")
    entry = refang(text)
    if not entry:
        return Rejected(shown, "nothing is left of it")
    other = _OTHER_SCHEME.match(entry)
    if other and other[1].lower() not in ("http", "https"):
        return Rejected(shown, f"{other[1]} is not http or https")
    scheme = other[1].lower() if other else ""
    url = urls.normal(entry if other else f"http://{entry.lstrip('/')}")
    if url is None:
        return Rejected(shown, "it is no domain and no address")
    parts = urlsplit(url)
    try:
        site = site_of(url)
    except NotASiteError:
        return Rejected(shown, "it has no host under a public suffix")
    if not scheme and parts.path == "/" and not parts.query:
        return Seed(site, parts.netloc)
    has_path = parts.path != "/" or bool(parts.query)
    if has_path and not scheme:
        url = "https" + url.removeprefix("http")
    return Seed(site, parts.netloc, scheme, url if has_path else "")


def refang(text: str) -> str:
    """An entry as it was before somebody made it unclickable: hxxps[:]//a[.]b → https://a.b."""
    entry = text.replace("\ufeff", "").replace("\u200b", "").strip().strip(_QUOTES).strip()
    entry = _DOT.sub(".", entry)
    entry = _COLON.sub(lambda match: "://" if "//" in match[0] else ":", entry)
    scheme = _SCHEME.match(entry)
    if (scheme and not entry[: scheme.end()].lower().startswith("http")) or (scheme and "://" not in entry[: scheme.end()]):
        entry = f"http{scheme[1].lower()}://{entry[scheme.end() :].lstrip('/')}"
    return entry.strip().strip(_WRAPPING).strip()


def read(text: str) -> Iterator[Seed | Rejected]:
    """The entries of a list: one a line, or a CSV file. Repeats are left out; lines that begin with # are comments."""
    seen: set[Seed | Rejected] = set()
    for entry in _entries(text.removeprefix("\ufeff")):
        seed = parse(entry)
        if seed not in seen:
            seen.add(seed)
            yield seed


def _entries(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip("\ufeff \t").startswith("#")]
    separator = _separator(lines)
    if not separator:
        yield from (_uncommented(line) for line in lines)
        return
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    names = [cell.strip().lower() for cell in rows[0]]
    column = next((names.index(name) for name in COLUMNS if name in names), None)
    start = 0 if column is None else 1
    for row in rows[start:]:
        cell = row[column or 0] if len(row) > (column or 0) else ""
        if cell.strip():
            yield cell


def _uncommented(line: str) -> str:
    return re.split(r"\s#", line, maxsplit=1)[0]


def _separator(lines: list[str]) -> str:
    """The separator of a CSV file, or nothing for a plain list. A single column with a known name is a CSV file, too."""
    if not lines:
        return ""
    first = lines[0].lower()
    for separator in (",", ";", "\t"):
        cells = [cell.strip().strip('"') for cell in first.split(separator)]
        if any(cell in COLUMNS for cell in cells):
            return separator
    return next((separator for separator in ("\t", ",", ";") if all(separator in line for line in lines)), "")


def by_site(seeds: Iterable[Seed]) -> dict[str, list[Seed]]:
    """Seeds by their site, in the order in which the sites were first named."""
    grouped: dict[str, list[Seed]] = {}
    for seed in seeds:
        grouped.setdefault(seed.site, []).append(seed)
    return grouped
