"""One address asked for as different visitors: what each was shown, and whether that is more than chance. Pure.

A record of the comparison (Role.PROFILES) is a probe's record: a line for each answer, with the profile, the round, and what the
answer came to. Every profile is asked twice, so that what varies by itself (headlines, advertising, a number of the request) is
known before anything is called a difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import mmh3

from fingerprints.indicators import catalogue
from fingerprints.model import Observation, Outcome, Page, State
from fingerprints.probe_records import Line
from fingerprints.scripts import text_of
from fingerprints.sites import site_or_none

_NO_IDS = frozenset({"software", "template", "text", "hosting", "favicon", "habit", "operations"})
"""Families whose values are no account of anybody's: they differ with every headline."""
_WORD = re.compile(r"\w+", re.UNICODE)
_SKETCH = 128
"""Smallest hashes of a text's word triples: two sketches give the share of common ones within some 0.04."""
_FEWEST = 40
"""Hashes of a text that is compared at all."""
_ALIKE, _APART = 0.7, 0.4
"""Shares of common triples: of two answers to one visitor at the least, of answers to two visitors at the most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer."""

    profile: str
    outcome: str
    target: str
    """The site to which it sends the visitor; empty when it sends nowhere else."""
    ids: frozenset[tuple[str, str]]
    words: frozenset[int]
    line: Line


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one visitor is shown and the crawl's own profile is not, or the other way round."""

    profile: str
    what: str
    """redirect, ids or text."""
    told: str
    """Both sides, for a person."""
    line: Line


def fact_of(page: Page, observations: Iterable[Observation], outcome: Outcome, detail: str, number: int) -> dict[str, Any]:
    """The line of an answer.

    Args:
        page: as archived, with its profile.
        observations: what was found in it.
        outcome: of looking at it.
        detail: a sentence for every outcome but READ.
        number: of the round.
    """
    kinds = catalogue.kinds()
    seen = {(one.kind, one.value) for one in observations if one.state is State.SEEN}
    ids = sorted((kind, value) for kind, value in seen if kinds[kind].family not in _NO_IDS and kinds[kind].links)
    target = site_or_none(page.header("location")) if 300 <= page.status < 400 else None
    return {
        "profile": page.profile,
        "round": number,
        "status": page.status,
        "outcome": outcome.value,
        "detail": detail,
        "target": target if target and target != page.site else "",
        "ids": ids[:200],
        "words": _sketch(page.body),
        "record": [page.capture.file, page.capture.offset] if page.capture else None,
    }


def differences(lines: Iterable[Line]) -> Iterator[Difference]:
    """What profiles were shown that the first one was not, each kind of difference once a profile."""
    shown: dict[str, list[Shown]] = defaultdict(list)
    for line in lines:
        one = _shown(line)
        if one is not None:
            shown[one.profile].append(one)
    profiles = list(shown)
    base = shown[profiles[0]] if profiles else []
    for name in profiles[1:]:
        if len(base) > 1 and len(shown[name]) > 1 and all(_says_something(one) for one in (*base, *shown[name])):
            yield from _compare(base, shown[name])


def _compare(base: list[Shown], other: list[Shown]) -> Iterator[Difference]:
    name, line = other[0].profile, other[0].line
    here, there = {one.target for one in base}, {one.target for one in other}
    if len(here) == 1 and len(there) == 1 and here != there:
        told = f"sent to {min(there) or 'nowhere'}; {base[0].profile}: {min(here) or 'nowhere'}"
        yield Difference(name, "redirect", told, line)
        return
    more = frozenset.intersection(*(one.ids for one in other)) - frozenset.union(*(one.ids for one in base))
    less = frozenset.intersection(*(one.ids for one in base)) - frozenset.union(*(one.ids for one in other))
    if more or less:
        yield Difference(name, "ids", f"shown only to it: {_listed(more)}; only to {base[0].profile}: {_listed(less)}", line)
    if all(len(one.words) >= _FEWEST for one in (*base, *other)):
        own = min(_common(base[0], base[1]), _common(other[0], other[1]))
        across = max(_common(one, two) for one in base for two in other)
        if own >= _ALIKE and across <= _APART:
            yield Difference(name, "text", f"{across:.0%} of its text in common with what {base[0].profile} is shown", line)


def _says_something(one: Shown) -> bool:
    """A wall, an error or a missing page is no other face of the site."""
    return one.outcome == Outcome.READ.value or bool(one.target)


def _listed(ids: frozenset[tuple[str, str]]) -> str:
    shown = ", ".join(f"{kind} {value}" for kind, value in sorted(ids)[:3])
    return (shown + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")) or "nothing"


def _common(one: Shown, other: Shown) -> float:
    """The share of common word triples (Broder, On the resemblance and containment of documents, 1997)."""
    smallest = sorted(one.words | other.words)[:_SKETCH]
    both = one.words & other.words
    return sum(word in both for word in smallest) / max(1, len(smallest))


def _sketch(body: bytes) -> list[int]:
    words = _WORD.findall(text_of(body).decode("utf-8", "replace").lower())
    triples = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
    return sorted(mmh3.hash(triple, signed=False) for triple in triples)[:_SKETCH]


def _shown(line: Line) -> Shown | None:
    fact = line.fact
    profile = fact.get("profile")
    if not isinstance(profile, str):
        return None
    ids = fact.get("ids")
    pairs = (tuple(map(str, one)) for one in ids if isinstance(one, list) and len(one) == 2) if isinstance(ids, list) else ()
    words = fact.get("words")
    numbers = frozenset(one for one in words if isinstance(one, int)) if isinstance(words, list) else frozenset()
    found = frozenset((one[0], one[1]) for one in pairs)
    return Shown(profile, str(fact.get("outcome")), str(fact.get("target") or ""), found, numbers, line)
