"""A real Elasticsearch for these tests, and a name of its own for each test's store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from fingerprints.stores.elasticsearch_connection import Connection, path
from tests.elastic import server
from tests.elastic.stored_farm import StoredFarm, stored


def folder(factory: pytest.TempPathFactory, worker: str) -> Path:
    """The folder of this test run that all its workers share."""
    base = factory.getbasetemp()
    return base if worker == "master" else base.parent


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a server that runs."""
    with server.shared(folder(tmp_path_factory, worker_id)) as url:
        yield url


@pytest.fixture(scope="session")
def stored_farm(elasticsearch: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> StoredFarm:
    """A farm that was crawled into it and clustered; nobody changes it."""
    return stored(folder(tmp_path_factory, worker_id), elasticsearch)


@pytest.fixture
def location(elasticsearch: str) -> Iterator[str]:
    """The address of a store that does not exist yet; what a test makes of it is deleted, since a server holds a thousand indices."""
    made = f"{elasticsearch}/?prefix=s{uuid4().hex[:10]}"
    yield made
    connection = Connection(made)
    names = connection.ask("GET", path(connection.name("*")))
    if names:
        connection.ask("DELETE", path(",".join(names)))
    connection.close()
