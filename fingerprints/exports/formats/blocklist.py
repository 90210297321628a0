"""A list of domains for a resolver, one a line: only sites that a person has confirmed with `yes`."""

from __future__ import annotations

from fingerprints.exports.dossier import Dossier
from fingerprints.terminal import safe
from fingerprints.verdicts import Answer


def write(dossier: Dossier) -> str:
    """Domains under a comment that says how many; without verdicts the list is empty, and says so."""
    sites = sorted(site for site, one in dossier.verdicts.items() if one.answer is Answer.YES)
    case = f" {safe(dossier.sharing.case)}" if dossier.sharing.case else ""
    head = f"# {dossier.sharing.tlp.label}{case}: {len(sites)} sites with a reviewed verdict\n"
    if not sites:
        head += "# Evidence alone blocks nobody: a site is listed when a person has given the verdict yes on it.\n"
    return head + "".join(f"{site}\n" for site in sites)
