"""A MISP event (https://www.misp-standard.org/rfc/misp-standard-core.html): a domain a site, a tracking-id object a value.

Each page where a value stands is a url attribute of its object, with what was seen there in the comment. The ids repeat.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid5

from fingerprints.exports.dossier import Dossier, kind_of
from fingerprints.exports.sharing import SAMEHAND
from fingerprints.model import Network, SharedValue
from fingerprints.terminal import iso, safe
from fingerprints.verdicts import Answer

_OURS = uuid5(SAMEHAND, "misp")
# https://github.com/MISP/misp-objects/blob/main/objects/tracking-id/definition.json
_TEMPLATE = "3681c62a-2c75-48d8-99f2-6a3444ce2393"
_TEMPLATE_VERSION = "3"


def write(dossier: Dossier) -> str:
    """The event as JSON, unpublished."""
    sharing = dossier.sharing
    members = sorted(dossier.network_of)
    title = sharing.case or "Sites that evidence says are administered by the same hand"
    event = {
        "uuid": str(uuid5(_OURS, "\n".join([title, *members]))),
        "info": safe(title),
        "date": f"{dossier.at:%Y-%m-%d}",
        "timestamp": str(int(dossier.at.timestamp())),
        "distribution": "0",
        "threat_level_id": "4",
        "analysis": "1",
        "published": False,
        "Tag": [{"name": f"tlp:{sharing.tlp.value}"}],
        "Attribute": [_domain(dossier, site) for site in members],
        "Object": [
            _tracking_id(dossier, network.id, shared, sites)
            for network in dossier.networks
            for shared, sites in _values(dossier, network)
        ],
    }
    return json.dumps({"Event": event}, ensure_ascii=False, indent=1) + "\n"


def _domain(dossier: Dossier, site: str) -> dict[str, Any]:
    network = dossier.network_of[site]
    role = "core" if site in network.core else "associated"
    said = dossier.verdicts.get(site)
    comment = f"{role} of network {network.id}" + (f"; verdict {said.answer.value}" if said else "")
    confirmed = said is not None and said.answer is Answer.YES
    return _attribute(site, "domain", "", site, comment, category="Network activity", to_ids=confirmed)


def _values(dossier: Dossier, network: Network) -> list[tuple[SharedValue, tuple[str, ...]]]:
    """What members carry in common, and what links them without standing anywhere: templates that are near, not equal."""
    carried = dossier.shared_values(network)
    near: dict[tuple[str, str], tuple[SharedValue, set[str]]] = {}
    for link in network.links:
        for one in link.shared:
            if (one.kind, one.value) not in carried:
                near.setdefault((one.kind, one.value), (one, set()))[1].update((link.a, link.b))
    return [*carried.values(), *((one, tuple(sorted(sites))) for one, sites in near.values())]


def _tracking_id(dossier: Dossier, network: str, shared: SharedValue, sites: tuple[str, ...]) -> dict[str, Any]:
    known = kind_of(shared.kind)
    seed = f"{network} {shared.kind} {shared.value}"
    found = (dossier.sighting.get((site, shared.kind, shared.value)) for site in sites)
    rows = [row for row in found if row]
    worth = f"{shared.bits} bits, on {shared.sites} sites" + (f"; {shared.why}" if shared.why else "")
    attributes = [
        _attribute(seed, "text", "id", shared.value, worth),
        _attribute(seed, "text", "tracker", shared.kind, known.title if known else ""),
    ]
    if rows:
        attributes.append(_attribute(seed, "datetime", "first-seen", iso(min(row.first_seen for row in rows)), ""))
        attributes.append(_attribute(seed, "datetime", "last-seen", iso(max(row.last_seen for row in rows)), ""))
    attributes += [_attribute(seed, "hostname", "hostname", site, "") for site in sites]
    for row in rows:
        capture = f"; SHA-256 {row.capture.sha256}, {row.capture.file}:{row.capture.offset}" if row.capture else ""
        attributes.append(_attribute(seed, "url", "url", row.page_url, f"{row.where}: {row.excerpt}{capture}"))
    return {
        "uuid": str(uuid5(_OURS, seed)),
        "name": "tracking-id",
        "meta-category": "network",
        "template_uuid": _TEMPLATE,
        "template_version": _TEMPLATE_VERSION,
        "description": "Analytics and tracking ids",
        "comment": f"network {network}",
        "Attribute": attributes,
    }


def _attribute(
    seed: str, form: str, relation: str, value: str, comment: str, *, category: str = "Other", to_ids: bool = False
) -> dict[str, Any]:
    group = "Network activity" if form in ("hostname", "url") else category
    return {
        "uuid": str(uuid5(_OURS, f"{seed} {form} {relation} {value}")),
        "type": form,
        "category": group,
        "object_relation": relation or None,
        "value": safe(value),
        "comment": safe(comment),
        "to_ids": to_ids,
        # A value that a whole platform carries would correlate everything with everything.
        "disable_correlation": relation not in ("id", ""),
    }
