"""A colleague's CSV: columns of domains or addresses, of kinds and values, of decisions; or a bare list of domains."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from fingerprints.exports.tips._raw import Raw, Said, TipsError

_SITES = ("site", "domain", "hostname", "host", "url", "website", "a", "b", "a_page_url", "b_page_url", "page_url")
_ANSWERS = ("verdict", "answer", "decision")
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0", "shared")

_NAMES = {"site": 1, "link": 2, "value": 2}
"""How many names a decision has. Those on networks are left out: their ids are the sender's own."""


def read(text: str) -> Raw:
    """With a header that names a column of domains, those columns; without one, every cell that can be a domain.

    `samehand verdict --format csv` and `samehand export --format csv` write what is read here.

    Raises:
        TipsError: it is no CSV, or a decision is neither yes nor no.
    """
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise TipsError(f"It is no CSV: {error}.") from error
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not set(head) & {*_SITES, "about", "value"}:
        return Raw(sites=[_whole(cell) for row in rows for cell in row])
    raw = Raw()
    for number, row in enumerate(rows[1:], 2):
        cells = {name: _whole(cell) for name, cell in zip(head, row, strict=False) if cell.strip()}
        raw.sites += [cells[name] for name in _SITES if name in cells]
        if "kind" in cells and "value" in cells:
            raw.values.append((cells["kind"], cells["value"]))
        raw.verdicts += _decided(cells, number)
        raw.sites += [name for said in _decided(cells, number) if said.on != "value" for name in said.about]
    return raw


def _delimiter(text: str) -> str:
    """What stands oftenest in the first line: spreadsheets of many countries write semicolons."""
    line = text.partition("\n")[0]
    return max(",;\t", key=line.count)


def _whole(cell: str) -> str:
    """Without the quotation mark that keeps a spreadsheet from computing the cell."""
    return cell.strip().removeprefix("'")


def _decided(cells: Mapping[str, str], number: int) -> Iterator[Said]:
    answer = next((cells[name].lower() for name in _ANSWERS if name in cells), "")
    on = cells.get("on", "site").lower()
    if not answer or on not in _NAMES:
        return
    if answer not in (*_YES, *_NO):
        raise TipsError(f"Line {number}: the decision {answer!r} is neither yes nor no. Write one of them, or leave it empty.")
    about = cells["about"].split(" ", _NAMES[on] - 1) if "about" in cells else [cells.get(name, "") for name in _named(on, cells)]
    if all(about) and len(about) == _NAMES[on]:
        yield Said(on, tuple(about), answer in _YES, cells.get("by", ""), cells.get("note", cells.get("comment", "")))


def _named(on: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    names = {"value": ("kind", "value"), "link": ("a", "b")}
    return names.get(on) or (next((name for name in _SITES if name in cells), "site"),)
