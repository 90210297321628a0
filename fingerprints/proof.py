"""Proof of an observation: its capture is looked up and checked, and the value is found in it again and shown in its page."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fingerprints.captures import Record, Standing, look_up
from fingerprints.extract import extract
from fingerprints.model import Capture, Observation, Page, Role
from fingerprints.scan import Scan
from fingerprints.stores.base import Carried

_AROUND = 160
"""Bytes shown on either side of the value."""
_KEPT = 8
"""Documents that stay read: the values of a site come from a few of them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the captures say of one observation."""

    carried: Carried
    proved: bool
    standing: Standing | None
    """Of the capture; None when the observation has none."""
    sentence: str
    record: Record | None = None
    place: str = ""
    """Where the value stands in the document, for a person: line and byte, or how it was computed."""
    before: str = ""
    """The document's text before the value, the value as it stands there, and the text behind it."""
    found: str = ""
    after: str = ""


def identity(carried: Carried) -> str:
    """A short name of an observation, made of what does not change: site, kind and value. 16 hex digits."""
    return hashlib.sha256("\0".join((carried.site, carried.kind, carried.value)).encode()).hexdigest()[:16]


class Prover:
    """Proves observations of one store."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._kept: OrderedDict[Capture, tuple[Record, dict[tuple[str, str], Observation]]] = OrderedDict()

    def prove(self, carried: Carried) -> Proof:
        """Looks an observation's capture up, and finds its value in it again."""
        if carried.capture is None:
            return Proof(carried, False, None, "It was read from a file that is no web archive, so no capture was kept.")
        record, values = self._read(carried.capture)
        if record.page is None:
            return Proof(carried, False, record.standing, record.sentence, record)
        again = values.get((carried.kind, carried.value))
        if again is None:
            sentence = f"{record.sentence} The value is not found in it by today's indicators."
            return Proof(carried, False, record.standing, sentence, record)
        if again.offset < 0:
            return Proof(carried, True, record.standing, record.sentence, record, _whole(record.page, again))
        return _shown(carried, record, record.page, again.offset)

    def _read(self, capture: Capture) -> tuple[Record, dict[tuple[str, str], Observation]]:
        if capture in self._kept:
            self._kept.move_to_end(capture)
            return self._kept[capture]
        record = look_up(capture, self._folders)
        found = extract(record.page).observations if record.page is not None else ()
        self._kept[capture] = (record, {(one.kind, one.value): one for one in found})
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[capture]


def _shown(carried: Carried, record: Record, page: Page, offset: int) -> Proof:
    body = Scan(page).body
    end = offset + _length(body, offset, carried.value)
    line = body.count(b"\n", 0, offset) + 1
    place = f"line {line}, byte {offset} of {len(body)}"
    return Proof(
        carried,
        True,
        record.standing,
        record.sentence,
        record,
        place,
        _text(body[max(0, offset - _AROUND) : offset]),
        _text(body[offset:end]),
        _text(body[end : end + _AROUND]),
    )


def _length(body: bytes, offset: int, value: str) -> int:
    """How many bytes the value takes in the page: as it is written, or the word at that place when it was normalised."""
    wanted = value.encode()
    if body[offset : offset + len(wanted)].lower() == wanted.lower():
        return len(wanted)
    at = offset
    while at < len(body) and at - offset < 200 and body[at : at + 1] not in (b'"', b"'", b"<", b">", b" ", b"\n", b"\r", b"\t"):
        at += 1
    return max(1, at - offset)


def _whole(page: Page, again: Observation) -> str:
    """How a value that stands at no place of the body came about."""
    if page.role.is_probe:
        return f"from the record of the {page.role.value} probe ({again.where})"
    if page.role is Role.FAVICON:
        return f"computed from the whole file of {len(page.body)} bytes ({again.where})"
    return f"from the headers of the answer or computed from the whole document of {len(page.body)} bytes ({again.where})"


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace").strip("\ufffd")
