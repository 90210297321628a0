"""Empty stores in files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from fingerprints.stores.base import Store, open_store


def new_store(stack: ExitStack, request: pytest.FixtureRequest, folder: Path) -> Callable[[], Store]:
    """What makes one."""
    numbers = count()
    return lambda: stack.enter_context(open_store(str(folder / f"{next(numbers)}.db")))
