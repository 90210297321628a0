"""Empty stores on a real Elasticsearch, which are used again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from fingerprints.stores.base import Store, open_store
from tests.elastic import server

_AT_ONCE = 2
"""Stores that one test has in use: a server holds a thousand indices, and hypothesis asks for fifty stores."""


def new_store(stack: ExitStack, request: pytest.FixtureRequest, folder: Path) -> Callable[[], Store]:
    """What makes one."""
    pool: server.Emptied = request.getfixturevalue("emptied")
    used: list[tuple[str, Store]] = []

    def give_back(most: int) -> None:
        while len(used) > most:
            location, store = used.pop(0)
            store.close()
            pool.give(location)

    def make() -> Store:
        give_back(_AT_ONCE - 1)
        used.append((location := pool.take(), open_store(location)))
        return used[-1][1]

    stack.callback(give_back, 0)
    return make
