"""In what two stores differ, times and run ids and the places of records in WARC files apart."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from itertools import islice
from typing import Any

from fingerprints.model import Network
from fingerprints.stores.base import Store

_LEFT_OUT = frozenset({"first_seen", "last_seen", "at", "capture"})
_REPR = reprlib.Repr()
_REPR.maxstring, _REPR.maxdict = 200, 20
_Fact = tuple[tuple[str, ...], dict[str, Any]]
"""What a fact is about, by which facts are sorted, and what it says."""


def differences(one: Store, other: Store, limit: int = 20) -> list[str]:
    """Sentences that say what one store has and the other has not, or has otherwise; none when the stores are equal.

    Compared are sites, what they carry, coverage, failures and networks. Both stores are read once, side by side.

    Args:
        limit: most sentences that are wanted.
    """
    return list(islice(_all(one, other), limit))


def _all(one: Store, other: Store) -> Iterator[str]:
    for name, facts in _FACTS.items():
        yield from _compare(name, facts(one), facts(other))


def _compare(name: str, one: Iterator[_Fact], other: Iterator[_Fact]) -> Iterator[str]:
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield f"{name} {_about(left)}: only in the first store"
            left = next(one, None)
        elif left is None or right[0] < left[0]:
            yield f"{name} {_about(right)}: only in the second store"
            right = next(other, None)
        else:
            yield from (f"{name} {_about(left)}: {change}" for change in _changes(left[1], right[1]))
            left, right = next(one, None), next(other, None)


def _changes(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    for name in one:
        if one[name] != other[name]:
            yield f"{name} is {_REPR.repr(one[name])} in the first store, {_REPR.repr(other[name])} in the second"


def _about(fact: _Fact) -> str:
    """Its key on one line, fit for a terminal: some of it was written by strangers."""
    return "".join(character if character.isprintable() else "\ufffd" for character in " ".join(fact[0]))


def _facts(rows: Iterable[Any], *key: str) -> Iterator[_Fact]:
    for row in rows:
        content = {name: _plain(value) for name, value in asdict(row).items() if name not in _LEFT_OUT}
        yield tuple(str(content.pop(name)) for name in key), content


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _by_id(networks: Iterable[Network]) -> list[Network]:
    return sorted(networks, key=lambda network: network.id)


_FACTS: dict[str, Callable[[Store], Iterator[_Fact]]] = {
    "site": lambda store: _facts(store.sites(), "site"),
    "carried": lambda store: _facts(store.carried(), "site", "kind", "value"),
    "coverage": lambda store: _facts(store.coverage(), "site", "role", "url"),
    "failure": lambda store: _facts(store.failures(), "site", "kind", "page_url", "error"),
    "network": lambda store: _facts(_by_id(store.networks()), "id"),
}
