"""A row for each value that a site carries, for Maltego's import of tables: two entities and the link between them.

Map `site` to the entity maltego.Domain, `value` to the type that `entity` names, and the rest to properties of the link.
Addresses are left whole, since Maltego looks them up; formulas are defused.
"""

from __future__ import annotations

import csv
import io
from ipaddress import ip_address

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.sharing import defused
from fingerprints.terminal import iso

_HEAD = (
    "site",
    "entity",
    "value",
    "kind",
    "label",
    "bits",
    "sites",
    "network",
    "page_url",
    "first_seen",
    "last_seen",
    "tlp",
    "case",
)
_ENTITIES = {"email": "maltego.EmailAddress", "phone": "maltego.PhoneNumber"}
# Maltego's standard entities: https://pypi.org/project/maltego-transforms-std-entities/; this one is shown as "Tracking Code".
_OTHERWISE = "maltego.UniqueIdentifier"


def write(dossier: Dossier) -> str:
    """CSV with a header, in UTF-8."""
    target = io.StringIO()
    output = csv.writer(target, lineterminator="\n")
    output.writerow(_HEAD)
    for network in dossier.networks:
        for (kind, value), (shared, sites) in dossier.shared_values(network).items():
            for site in sites:
                seen = dossier.sighting[site, kind, value]
                found = (entity(kind, value), value, kind, f"{kind}, {shared.bits} bits", shared.bits, shared.sites, network.id)
                when = (seen.page_url, iso(seen.first_seen), iso(seen.last_seen))
                row = (site, *found, *when, dossier.sharing.tlp.label, dossier.sharing.case)
                output.writerow(defused(cell) if isinstance(cell, str) else cell for cell in row)
    return target.getvalue()


def entity(kind: str, value: str) -> str:
    """The name of Maltego's entity that a value is."""
    try:
        return f"maltego.IPv{ip_address(value).version}Address"
    except ValueError:
        return _ENTITIES.get(kind, _OTHERWISE)
