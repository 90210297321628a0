"""The stores on which the contract is tested. A new store joins by one more parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from fingerprints.stores.base import Store, open_store
from tests.elastic import server
from tests.elastic.conftest import folder

NewStore = Callable[[], Store]
_AT_ONCE = 2
"""Stores that one test has in use: a server holds a thousand indices, and hypothesis asks for fifty stores."""


@pytest.fixture(scope="session")
def emptied(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[server.Emptied]:
    """Stores on a real Elasticsearch."""
    with server.shared(folder(tmp_path_factory, worker_id)) as url:
        yield server.Emptied(url, "" if worker_id == "master" else worker_id)


@pytest.fixture(params=["sqlite", "elasticsearch"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    """Makes an empty store each time it is called; all are closed at the end."""
    numbers = count()
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield lambda: stack.enter_context(open_store(str(tmp_path / f"{next(numbers)}.db")))
            return
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
        yield make


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """An empty store."""
    return new_store()
