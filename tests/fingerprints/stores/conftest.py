"""The stores on which the contract is tested. A new store joins by one more parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from fingerprints.stores.base import Store, open_store

NewStore = Callable[[], Store]


@pytest.fixture(params=["sqlite"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    """Makes an empty store each time it is called; all are closed at the end."""
    numbers = count()
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_store(str(tmp_path / f"{next(numbers)}.db")))


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """An empty store."""
    return new_store()
