"""A list of domains for a resolver, one a line: only sites that a person has confirmed with `yes`."""

from __future__ import annotations

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._blocked import listed

ALL_SITES = True
"""Also sites that are in no network."""


def write(dossier: Dossier) -> str:
    """The list."""
    return listed(dossier, "#", "{}\n".format)
