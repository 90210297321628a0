"""The records that probes write into a crawl's WARC, and how they are read back: what was seen, or why nothing was.

A record is a WARC resource whose named fields say the role (dns, tls, registration, archives) and the site. Its first line is a
JSON object with the probe, its outcome and a sentence; what follows is the probe's own: JSON objects, one a line, or for WHOIS
the answer as it came. RDAP and other answers over HTTP are no such records but responses, like every document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from fingerprints.model import Outcome, Page, Role

CONTENT_TYPE = "application/x-samehand-probe"
_MOST_LINES = 5_000
_LONGEST_LINE = 2_000_000
"""Bytes; a certificate of thousands of names in Base64 is a tenth of it."""
_TOLD = {outcome.value: outcome for outcome in Outcome}


class Line(NamedTuple):
    """One fact of a record and where it stands."""

    fact: dict[str, Any]
    start: int
    end: int


def encode(probe: str, outcome: Outcome, detail: str, facts: Iterable[Mapping[str, Any]] = (), text: bytes = b"") -> bytes:
    """A record's body.

    Args:
        probe: dns, tls, whois and so on.
        outcome: what came of it.
        detail: a sentence; needed for every outcome but READ, where it says what part failed.
        facts: one object a line.
        text: what follows them as it is.
    """
    head = {"probe": probe, "outcome": outcome.value, "detail": detail}
    lines = [json.dumps(line, ensure_ascii=True, separators=(",", ":")) for line in (head, *facts)]
    return "\n".join(lines).encode("ascii") + b"\n" + text


def outcome_of(page: Page) -> tuple[Outcome, str] | None:
    """What came of a probe and the sentence; None for a page that is no probe's record."""
    if not (page.role.is_probe or page.role is Role.PROFILES) or page.headers:
        return None
    head = head_of(page.body)
    outcome = _TOLD.get(str(head.get("outcome")))
    if outcome is None:
        return Outcome.FAILED, "The record of the probe cannot be read."
    return outcome, str(head.get("detail") or "")[:500]


def head_of(body: bytes) -> dict[str, Any]:
    """The first line's object; empty when the body is no record of a probe."""
    return next((line.fact for line in _objects(body, 1) if "probe" in line.fact), {})


def facts_of(body: bytes) -> Iterator[Line]:
    """The objects after the first line, with their byte offsets; lines that are none are passed over."""
    lines = _objects(body, _MOST_LINES)
    head = next(lines, None)
    if head is not None and "probe" in head.fact:
        yield from lines


def text_of(body: bytes) -> tuple[str, int]:
    """What follows the first line, and at which byte: for WHOIS."""
    start = body.find(b"\n") + 1
    return (body[start:].decode("utf-8", "replace"), start) if start and head_of(body) else ("", 0)


def _objects(body: bytes, most: int) -> Iterator[Line]:
    start = 0
    for _ in range(most):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        if body[start : start + 1] == b"{" and end - start <= _LONGEST_LINE:
            fact = json_object(body[start:end])
            if fact is not None:
                yield Line(fact, start, end)
        start = end + 1
        if start >= len(body):
            return


def json_object(line: bytes) -> dict[str, Any] | None:
    """The object that a line holds; None for a damaged one."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
