"""64-bit fingerprints compared two by two. Without arrays, whose library takes longer to load than a command may take in all."""

from __future__ import annotations

from collections.abc import Iterable

BITS = 64
SUFFIXES = ("-simhash", "-phash")
"""What the names of kinds end in whose values are compared by distance."""
FARTHEST = 16
"""Largest distance that is asked for; beyond, too little is left that near fingerprints agree in."""


def distance(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return (one ^ other).bit_count()


def is_compared_by_distance(kind: str) -> bool:
    """Whether values of this kind are fingerprints."""
    return kind.endswith(SUFFIXES)


def parts(value: str) -> tuple[str, int]:
    """(part of the site, fingerprint) of a value: "inner-05c6e3fe9bd8a53f", or the sixteen digits alone.

    Raises:
        ValueError: it is no fingerprint.
    """
    place, _, digits = value.rpartition("-")
    if len(digits) != BITS // 4:
        raise ValueError(f"{value!r} is no fingerprint: it takes {BITS // 4} digits.")
    return place, int(digits, 16)


def within(wanted: str, values: Iterable[str], most: int) -> list[tuple[int, str]]:
    """(distance, value) of the values of the same part of a site that differ in at most `most` bits, the nearest first."""
    place, fingerprint = parts(wanted)
    apart = ((distance(fingerprint, other), value) for value in values for where, other in [parts(value)] if where == place)
    return sorted(found for found in apart if found[0] <= most)
