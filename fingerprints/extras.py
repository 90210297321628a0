"""Optional parts: packages that only some uses need, and the one sentence that says how to get them."""

from __future__ import annotations

import importlib
from types import ModuleType


class MissingExtraError(RuntimeError):
    """An optional package is not installed; the message says what needs it and how it is installed."""


def need(module: str, extra: str, use: str) -> ModuleType:
    """Imports an optional package.

    Args:
        module: its dotted name.
        extra: the name of the extra in pyproject.toml that brings it.
        use: what needs it, as the beginning of a sentence ("Parquet").

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(f'{use} needs {package}, which is not installed. Run: pip install "samehand[{extra}]"') from error
