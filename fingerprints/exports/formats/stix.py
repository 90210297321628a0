"""A STIX 2.1 bundle (https://docs.oasis-open.org/cti/stix/v2.1/): an infrastructure a network, its domains,
and the links between them with their evidence in a property extension. The same store gives the same ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.sharing import SAMEHAND, Tlp
from fingerprints.model import Evidence
from fingerprints.terminal import iso, safe
from fingerprints.verdicts import Verdict

_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of observables' ids (STIX 2.1, section 2.9)."""
_OURS = uuid5(SAMEHAND, "stix")
EXTENSION = f"extension-definition--{uuid5(_OURS, 'evidence 1')}"
"""Fixed: made of nothing but SAMEHAND, so that every installation's bundles speak of the same extension."""
_DEFINITION = (
    "On a relationship between two domain-name objects: network (text, the network's id), site_a and site_b (domains), "
    "bits (number, log2 of the likelihood ratio of one hand against strangers), and shared, a list of objects with kind, value, "
    "family (text), bits (number), sites (integer, how many of the sender's sites carry it) and seen, a list of objects with "
    "site, page_url, where, excerpt, sha256 and warc (text), first_seen and last_seen (timestamp)."
)
"""STIX 2.1, section 7.3: the definition of an extension is an address or, as here, plain text. There is no domain."""
_IDENTITY = f"identity--{uuid5(_OURS, 'samehand')}"
_BORN = "2026-01-01T00:00:00.000Z"
# TLP 2.0 as OASIS publishes it: https://github.com/oasis-open/cti-stix-common-objects, extension-definition 60a3c5c5.
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_BORN = "2022-10-01T00:00:00.000Z"
_TLP = {
    Tlp.CLEAR: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def write(dossier: Dossier) -> str:
    """The bundle as JSON."""
    objects = list(_objects(dossier))
    named = uuid5(_OURS, json.dumps(objects, sort_keys=True))
    return json.dumps({"type": "bundle", "id": f"bundle--{named}", "objects": objects}, ensure_ascii=False, indent=1) + "\n"


def _objects(dossier: Dossier) -> Iterator[dict[str, Any]]:
    tlp = dossier.sharing.tlp
    marking = f"marking-definition--{_TLP[tlp]}"
    yield {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking,
        "created": _TLP_BORN,
        "name": tlp.label,
        "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.value}},
    }
    yield _head("identity", _IDENTITY, _BORN) | {"name": "Samehand", "identity_class": "system"}
    yield _head("extension-definition", EXTENSION, _BORN) | {
        "created_by_ref": _IDENTITY,
        "name": "Evidence that two sites are administered by the same hand",
        "description": "What two sites share: each value with its bits, how many sites carry it, and where it was seen.",
        "schema": _DEFINITION,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }
    at = _moment(dossier.at)
    for site in sorted(dossier.network_of):
        yield {"type": "domain-name", "spec_version": "2.1", "id": _domain(site), "value": site, "object_marking_refs": [marking]}
        if site in dossier.verdicts:  # a yes: a site on which a person said no is in no network
            yield _opinion(dossier, dossier.verdicts[site], marking)
    for network in dossier.networks:
        infrastructure = f"infrastructure--{uuid5(_OURS, network.id)}"
        yield _head("infrastructure", infrastructure, at) | {
            "created_by_ref": _IDENTITY,
            "name": safe(" ".join(filter(None, (dossier.sharing.case, network.id)))),
            "description": "Sites that evidence says are administered by the same hand. It does not say who owns them.",
            "confidence": round(100 * network.confidence),
            "object_marking_refs": [marking],
        }
        for site in network.sites:
            yield _relation(infrastructure, "consists-of", _domain(site), at, marking)
        for link in network.links:
            yield _relation(_domain(link.a), "related-to", _domain(link.b), at, marking) | {
                "description": safe(link.sentence),
                "extensions": {EXTENSION: {"extension_type": "property-extension", **_evidence(dossier, network.id, link)}},
            }


def _opinion(dossier: Dossier, said: Verdict, marking: str) -> dict[str, Any]:
    """A verdict on a site. Who gave it and why are for those only who may see personal data."""
    (site,) = said.about
    made = _head("opinion", f"opinion--{uuid5(_OURS, f'{site} {said.answer} {said.at.isoformat()}')}", _moment(said.at))
    made |= {
        "created_by_ref": _IDENTITY,
        "opinion": "agree",
        "object_refs": [_domain(site)],
        "object_marking_refs": [marking],
    }
    if dossier.sharing.personal:
        made |= {"authors": [safe(said.by)], "explanation": safe(said.note or "no reason given")}
    return made


def _head(kind: str, identity: str, at: str) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": identity, "created": at, "modified": at}


def _relation(source: str, kind: str, target: str, at: str, marking: str) -> dict[str, Any]:
    identity = f"relationship--{uuid5(_OURS, f'{source} {kind} {target}')}"
    return _head("relationship", identity, at) | {
        "created_by_ref": _IDENTITY,
        "relationship_type": kind,
        "source_ref": source,
        "target_ref": target,
        "object_marking_refs": [marking],
    }


def _evidence(dossier: Dossier, network: str, link: Evidence) -> dict[str, Any]:
    shared = []
    for one in link.shared:
        rows = [dossier.sighting.get((site, one.kind, one.value)) for site in (link.a, link.b)]
        seen = [
            {
                "site": row.site,
                "page_url": row.page_url,
                "where": row.where,
                "excerpt": safe(row.excerpt),
                "first_seen": _moment(row.first_seen),
                "last_seen": _moment(row.last_seen),
                "sha256": row.capture.sha256 if row.capture else "",
                "warc": f"{row.capture.file}:{row.capture.offset}" if row.capture else "",
            }
            for row in rows
            if row
        ]
        shared.append(
            {"kind": one.kind, "value": one.value, "bits": one.bits, "sites": one.sites, "family": one.family, "seen": seen}
        )
    return {"network": network, "site_a": link.a, "site_b": link.b, "bits": link.bits, "shared": shared}


def _domain(site: str) -> str:
    # RFC 8785's canonical JSON of the contributing properties.
    return f"domain-name--{uuid5(_OBSERVABLES, json.dumps({'value': site}, separators=(',', ':'), ensure_ascii=False))}"


def _moment(when: datetime) -> str:
    return iso(when).replace("Z", ".000Z")
