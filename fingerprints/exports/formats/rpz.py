"""A block list as a response policy zone (https://datatracker.ietf.org/doc/html/draft-vixie-dnsop-dns-rpz): "no such domain"."""

from __future__ import annotations

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._blocked import listed

ALL_SITES = True
"""Also sites that are in no network."""


def write(dossier: Dossier) -> str:
    """The zone. Its serial is the time of the latest sighting, so that the same store gives the same file."""
    soa = (
        f"$TTL 3600\n@ IN SOA localhost. root.localhost. {int(dossier.at.timestamp())} 3600 600 604800 3600\n@ IN NS localhost.\n"
    )
    return listed(dossier, ";", "{0} CNAME .\n*.{0} CNAME .\n".format, soa)
