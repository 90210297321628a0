"""The stores on which the contract is tested: a new one joins by one file in made/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fingerprints.stores.base import Store
from tests.elastic import server
from tests.elastic.conftest import folder
from tests.fingerprints.stores import made

NewStore = Callable[[], Store]


@pytest.fixture(scope="session")
def emptied(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[server.Emptied]:
    """Stores on a real Elasticsearch."""
    with server.shared(folder(tmp_path_factory, worker_id)) as url:
        yield server.Emptied(url, "" if worker_id == "master" else worker_id)


@pytest.fixture(params=sorted(module.name for module in pkgutil.iter_modules(made.__path__)))
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    """Makes an empty store each time it is called; all are closed at the end."""
    with ExitStack() as stack:
        yield importlib.import_module(f"{made.__name__}.{request.param}").new_store(stack, request, tmp_path)


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """An empty store."""
    return new_store()
