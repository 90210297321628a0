"""A web and a name server for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crawler.names import Names, naming
from tests.crawler.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as served:
        yield served


@pytest.fixture
def names() -> Iterator[Names]:
    with naming() as served:
        yield served
