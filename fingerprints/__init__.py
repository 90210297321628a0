"""Fingerprints of web sites, and the networks of sites that they give away.

In a notebook:

    import fingerprints

    with fingerprints.open("case.db") as case:
        for network in case.networks:
            print(network.id, network.sites)
        frame = case.evidence_table().pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fingerprints.library import Case
    from fingerprints.library import open_case as open  # noqa: A004  (fingerprints.open is what a notebook writes)

__all__ = ["Case", "open"]
_NAMES = {"Case": "Case", "open": "open_case"}


def __getattr__(name: str) -> Any:
    """Loads the library when one of its names is asked for: the command and the crawler do not need it."""
    if name not in _NAMES:
        raise AttributeError(f"module 'fingerprints' has no attribute {name!r}")
    from fingerprints import library

    return getattr(library, _NAMES[name])
