"""A block list for blockers in browsers (https://adguard.com/kb/general/ad-filtering/create-own-filters/)."""

from __future__ import annotations

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._blocked import listed

ALL_SITES = True
"""Also sites that are in no network."""


def write(dossier: Dossier) -> str:
    """The list."""
    return listed(dossier, "!", "||{}^$all\n".format)
