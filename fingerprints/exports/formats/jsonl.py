"""A JSON object for each value of each link, with where it stands on either side. For machines: nothing is defanged."""

from __future__ import annotations

from datetime import datetime

from fingerprints.exports.dossier import Dossier, evidence_rows
from fingerprints.terminal import iso, json_line


def write(dossier: Dossier) -> str:
    """JSON lines; times in ISO 8601, UTC."""
    head = {"tlp": dossier.sharing.tlp.label, "case": dossier.sharing.case}
    lines = []
    for row in evidence_rows(dossier):
        plain = {name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
        lines.append(json_line({**head, **plain}) + "\n")
    return "".join(lines)
