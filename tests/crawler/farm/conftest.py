"""The small world, planned and served once a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.farm import Farm, serve
from crawler.farm.build import build
from crawler.farm.plan import Plan
from crawler.farm.world import load
from tests.crawler.farm.client import SMALL, Client


@pytest.fixture(scope="session")
def plan() -> Plan:
    return build(load(SMALL), seed=1)


@pytest.fixture(scope="session")
def farm() -> Iterator[Farm]:
    with serve(SMALL, seed=1) as served:
        yield served


@pytest.fixture(scope="session")
def client(farm: Farm) -> Client:
    return Client(farm)
