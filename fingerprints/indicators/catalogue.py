"""Every kind and every rule there is: collected from the files of this folder, with no list to keep."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from functools import cache
from pathlib import Path

from fingerprints import indicators, kinds_cache
from fingerprints.indicators.base import Kind, Rule

_NOT_INDICATORS = frozenset({"base", "catalogue"})
_VIEWS = ("scan", "dom", "elements", "element_names", "extract")
"""The files beside this folder that say what the rules get to see of a page."""


@cache
def module_names() -> tuple[str, ...]:
    """The indicator files, sorted; a name that begins with an underscore is a helper."""
    found = (module.name for module in pkgutil.iter_modules(indicators.__path__))
    return tuple(sorted(name for name in found if name not in _NOT_INDICATORS and not name.startswith("_")))


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name, sorted by name.

    To load all indicators takes longer than most commands do their work, so what they declare is kept in a cache.

    Raises:
        ValueError: two files define one name.
    """
    kept = kinds_cache.read()
    if kept is None:
        kept = _declared()
        kinds_cache.write(kept)
    return kept


def _declared() -> dict[str, Kind]:
    collected: dict[str, Kind] = {}
    for name in module_names():
        for kind in importlib.import_module(f"{indicators.__name__}.{name}").KINDS:
            if kind.name in collected:
                raise ValueError(f"The kind {kind.name} is defined twice, the second time in indicators/{name}.py.")
            collected[kind.name] = kind
    return dict(sorted(collected.items()))


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their files."""
    return tuple(rule for name in module_names() for rule in importlib.import_module(f"{indicators.__name__}.{name}").RULES)


@cache
def version() -> str:
    """Twelve hex digits that change whenever a rule may find something else: a digest of the files that find values."""
    digest = hashlib.sha256()
    folder = Path(indicators.__path__[0])
    for path in (*sorted(folder.glob("*.py")), *(folder.parent / f"{name}.py" for name in _VIEWS)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
