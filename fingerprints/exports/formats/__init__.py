"""The formats that a dossier is exported to: a file here with a function `write(dossier)` is one, under its own name.

It gives a text or bytes, the same for the same store. With `ALL_SITES = True` it is also told of sites that are in no network.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from fingerprints.exports.dossier import Dossier


def names() -> tuple[str, ...]:
    """All formats, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


def tells_of_all_sites(name: str) -> bool:
    """Whether a format also tells of sites that are in no network."""
    return getattr(importlib.import_module(f"{__name__}.{name}"), "ALL_SITES", False)


def writer(name: str) -> Callable[[Dossier], str | bytes]:
    """What writes a format.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in names():
        raise KeyError(name)
    write: Callable[[Dossier], str | bytes] = importlib.import_module(f"{__name__}.{name}").write
    return write
