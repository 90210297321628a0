"""A block list as a hosts file (https://man7.org/linux/man-pages/man5/hosts.5.html), which knows no subdomains: www is added."""

from __future__ import annotations

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._blocked import listed

ALL_SITES = True
"""Also sites that are in no network."""


def write(dossier: Dossier) -> str:
    """The list."""
    return listed(dossier, "#", "0.0.0.0 {0} www.{0}\n".format)
