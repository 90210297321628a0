"""A row for each value of each link, for spreadsheets: addresses defanged, formulas defused."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from fingerprints.exports.dossier import Dossier, evidence_rows
from fingerprints.exports.sharing import defang, defused
from fingerprints.terminal import iso

_ADDRESSES = ("a", "b", "a_page_url", "b_page_url")


def write(dossier: Dossier) -> str:
    """CSV with a header, in UTF-8; every row says its TLP and case."""
    target = io.StringIO()
    output = csv.writer(target, lineterminator="\n")
    for number, row in enumerate(evidence_rows(dossier)):
        told = {"tlp": dossier.sharing.tlp.label, "case": dossier.sharing.case, **row}
        if number == 0:
            output.writerow(told)
        output.writerow([_cell(dossier, name, value) for name, value in told.items()])
    return target.getvalue()


def _cell(dossier: Dossier, name: str, value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if not isinstance(value, str):
        return "" if value is None else value
    return defused(defang(value) if dossier.sharing.defang and name in _ADDRESSES else value)
