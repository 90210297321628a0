"""A MISP event (https://www.misp-standard.org/rfc/misp-standard-core.html) of MISP's own kinds of objects.

A domain-ip object is a site, a favicon or tracking-id object a value; each page where a value stands is an address in its object,
with what was seen there in the comment. A link of two sites is a reference between their objects, its evidence in the comment.
The ids repeat.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid5

from fingerprints.exports.dossier import Dossier, kind_of
from fingerprints.exports.sharing import SAMEHAND
from fingerprints.model import Evidence, Network, SharedValue
from fingerprints.terminal import iso, safe
from fingerprints.verdicts import Answer

_OURS = uuid5(SAMEHAND, "misp")
_TRACKING_ID = ("tracking-id", "3681c62a-2c75-48d8-99f2-6a3444ce2393", "3", "Analytics and tracking ids")
_DOMAIN = ("domain-ip", "43b3b146-77eb-4931-b4cc-b66c60f28734", "11", "A site")
_FAVICON = ("favicon", "485892f1-a767-4e9b-b5f8-7f86d1308674", "1", "A favicon")
"""Name, UUID and version of templates, and what they describe: https://github.com/MISP/misp-objects/tree/main/objects"""
_ICON = "favicon-mmh3"


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
        "Object": [_site(dossier, site) for site in members]
        + [_value(dossier, network.id, *found) for network in dossier.networks for found in _values(dossier, network)],
    }
    return json.dumps({"Event": event}, ensure_ascii=False, indent=1) + "\n"


def _site(dossier: Dossier, site: str) -> dict[str, Any]:
    network = dossier.network_of[site]
    role = "core" if site in network.core else "associated"
    said = dossier.verdicts.get(site)
    comment = f"{role} of network {network.id}" + (f"; verdict {said.answer.value}" if said else "")
    confirmed = said is not None and said.answer is Answer.YES
    attributes = [_attribute(site, "domain", "domain", site, comment, category="Network activity", to_ids=confirmed)]
    if summary := dossier.summaries.get(site):
        attributes.append(_attribute(site, "datetime", "first-seen", iso(summary.first_seen), ""))
        attributes.append(_attribute(site, "datetime", "last-seen", iso(summary.last_seen), ""))
    made = _object(_DOMAIN, site, comment, attributes)
    made["ObjectReference"] = [_link(link) for link in network.links if link.a == site]
    return made


def _link(link: Evidence) -> dict[str, Any]:
    """What two sites share, as JSON in the comment: the one place that a reference has for it."""
    told = {
        "bits": link.bits,
        "shared": [
            {"kind": one.kind, "value": one.value, "bits": one.bits, "sites": one.sites, "family": one.family}
            for one in link.shared
        ],
    }
    return {
        "uuid": str(uuid5(_OURS, f"link {link.a} {link.b}")),
        "object_uuid": _object_id(link.a),
        "referenced_uuid": _object_id(link.b),
        "relationship_type": "related-to",
        "comment": safe(json.dumps(told, ensure_ascii=False)),
    }


def _values(dossier: Dossier, network: Network) -> list[tuple[SharedValue, tuple[str, ...]]]:
    """What members carry in common, and what links them without standing anywhere: templates that are near, not equal."""
    carried = dossier.shared_values(network)
    near: dict[tuple[str, str], tuple[SharedValue, set[str]]] = {}
    for link in network.links:
        for one in link.shared:
            if (one.kind, one.value) not in carried:
                near.setdefault((one.kind, one.value), (one, set()))[1].update((link.a, link.b))
    return [*carried.values(), *((one, tuple(sorted(sites))) for one, sites in near.values())]


def _value(dossier: Dossier, network: str, shared: SharedValue, sites: tuple[str, ...]) -> dict[str, Any]:
    known = kind_of(shared.kind)
    seed = f"{network} {shared.kind} {shared.value}"
    found = (dossier.sighting.get((site, shared.kind, shared.value)) for site in sites)
    rows = [row for row in found if row]
    worth = f"{shared.bits} bits, on {shared.sites} sites" + (f"; {shared.why}" if shared.why else "")
    if shared.kind == _ICON:
        attributes = [_attribute(seed, _ICON, _ICON, shared.value, worth)]
        page, form = "link", "link"
    else:
        attributes = [
            _attribute(seed, "text", "id", shared.value, worth),
            _attribute(seed, "text", "tracker", shared.kind, known.title if known else ""),
        ]
        if rows:
            attributes.append(_attribute(seed, "datetime", "first-seen", iso(min(row.first_seen for row in rows)), ""))
            attributes.append(_attribute(seed, "datetime", "last-seen", iso(max(row.last_seen for row in rows)), ""))
        attributes += [_attribute(seed, "hostname", "hostname", site, "") for site in sites]
        page, form = "url", "url"
    for row in rows:
        capture = f"; SHA-256 {row.capture.sha256}, {row.capture.file}:{row.capture.offset}" if row.capture else ""
        attributes.append(_attribute(seed, form, page, row.page_url, f"{row.where}: {row.excerpt}{capture}"))
    return _object(_FAVICON if shared.kind == _ICON else _TRACKING_ID, seed, f"network {network}", attributes)


def _object(template: tuple[str, str, str, str], seed: str, comment: str, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    name, identity, version, description = template
    return {
        "uuid": _object_id(seed),
        "name": name,
        "meta-category": "network",
        "template_uuid": identity,
        "template_version": version,
        "description": description,
        "comment": comment,
        "Attribute": attributes,
    }


def _object_id(seed: str) -> str:
    return str(uuid5(_OURS, seed))


def _attribute(
    seed: str, form: str, relation: str, value: str, comment: str, *, category: str = "Other", to_ids: bool = False
) -> dict[str, Any]:
    group = "Network activity" if form in ("hostname", "url", _ICON) else "External analysis" if form == "link" else category
    return {
        "uuid": str(uuid5(_OURS, f"{seed} {form} {relation} {value}")),
        "type": form,
        "category": group,
        "object_relation": relation,
        "value": safe(value),
        "comment": safe(comment),
        "to_ids": to_ids,
        # A value that a whole platform carries would correlate everything with everything.
        "disable_correlation": relation not in ("id", "domain", _ICON),
    }
