"""What a parser of HTML is given of a page, so that a hostile one costs it seconds and not hours. Pure.

HTML asks two questions whose answers take longer the more there is: at each <div> whether a <p> is open somewhere above it, and
at each attribute whether its tag has one of that name. Both cost the square of their number, which no real page has.
https://html.spec.whatwg.org/multipage/parsing.html#has-an-element-in-button-scope
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import islice

import hyperscan

from fingerprints.automaton import automaton

MOST_TAGS = 30_000
"""So many elements one in another cost a second, 600,000 (three megabytes) six minutes."""
MOST_ATTRIBUTES = 5000
"""Of one tag: so many cost a thirtieth of a second, 300,000 (three megabytes) two minutes. Real tags have fewer than 100."""
_SHORTEST = 2 * MOST_ATTRIBUTES
"""Bytes that so many attributes take at least."""
_BETWEEN = b" \t\n\r\f/\"'"
"""What stands between two attributes: blanks, a slash, or the quote that ends the first."""
_TAG = re.compile(rb"<[a-zA-Z]")
_QUOTES = (b'"', b"'")
_OPEN = tuple(rb"=\s*%b[^%b>]*>" % (quote, quote) for quote in _QUOTES)
"""A quoted value may begin here that holds a >, up to the first."""
_REST = re.compile(rb"(?:\"[^\"]*+\"|'[^']*+')(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?)*+")
"""Such a value, and what follows it up to the > that ends its tag."""
_VALUES = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_PLAIN_VALUES = re.compile(rb"=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')")
"""Quoted values in which no tag begins."""
_MOST_LOOKED = 4
"""Times its own length for which a page is looked through."""


def beginning(body: bytes, most_tags: int | None = None) -> bytes:
    """The page up to the first tag that may have too many attributes, and up to so many tags.

    What begins a tag and what a quote ends is for the parser to say. So each place is looked at where either may be: a page
    cannot hide a long tag by making us read its quotes in another way than the parser does.
    """
    if len(body) > _SHORTEST:
        body = body[: min((*_long_runs(body), *_long_rests(body)), default=len(body))]
    if most_tags is not None and body.count(b"<") > most_tags:
        body = body[: next(islice(re.finditer(b"<", body), most_tags, None)).start()]
    return body


def _long_runs(body: bytes) -> Iterator[int]:
    """Where the first tag begins that goes on for too long before any >, quoted or not."""
    at = 0
    while len(body) - at > _SHORTEST:
        close = body.rfind(b">", at, at + _SHORTEST + 1)  # nothing up to the last one within reach is long
        if close < 0:
            close = body.find(b">", at)
            part = body[at:close] if close >= 0 else body[at:]
            tag = _TAG.search(part)
            if tag is not None and _is_crowded(part[tag.start() :], _PLAIN_VALUES):
                yield at + tag.start()
                return
            if close < 0:
                return
        at = close + 1


def _long_rests(body: bytes) -> list[int]:
    """Where a tag has a quoted > behind which it goes on for too long: the first such place, or none.

    Two values, in quotes of either sort, may hold the same >: the first is then the earlier one.
    """
    room = _MOST_LOOKED * len(body)
    found: list[int] = []
    until = 0

    def hit(number: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
        nonlocal room, until
        if found and end > until:
            return True
        opened = body.rfind(_QUOTES[number], 0, end)
        rest = _REST.match(body, opened)
        if rest is None:
            return None
        size = rest.end() - rest.start()
        room -= size
        if room < 0 or (size > _SHORTEST and _is_crowded(b"=" + rest[0], _VALUES)):
            found.append(body.rfind(b"=", 0, opened))
            until = end
        return None

    with suppress(hyperscan.ScanTerminated):
        _openings().scan(body, match_event_handler=hit)
    return found


@cache
def _openings() -> hyperscan.Database:
    return automaton(_OPEN)


def _is_crowded(part: bytes, values: re.Pattern[bytes]) -> bool:
    return _blanks(part) >= MOST_ATTRIBUTES and _blanks(values.sub(b'""', part)) >= MOST_ATTRIBUTES


def _blanks(part: bytes) -> int:
    return len(part) - len(part.translate(None, _BETWEEN))
