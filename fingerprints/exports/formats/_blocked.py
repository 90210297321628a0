"""Which sites a block list holds: only those that a person has confirmed with `yes`."""

from __future__ import annotations

from collections.abc import Callable

from fingerprints.exports.dossier import Dossier
from fingerprints.terminal import safe
from fingerprints.verdicts import Answer


def listed(dossier: Dossier, comment: str, line: Callable[[str], str], head: str = "") -> str:
    """A block list under comments that say how many sites it has; without verdicts it is empty, and says so.

    Args:
        dossier: what is told.
        comment: what a comment begins with in this format.
        line: what stands for a site.
        head: what the format needs after the comments.
    """
    sites = sorted(site for site, one in dossier.verdicts.items() if one.answer is Answer.YES)
    case = f" {safe(dossier.sharing.case)}" if dossier.sharing.case else ""
    told = f"{comment} {dossier.sharing.tlp.label}{case}: {len(sites)} sites with a reviewed verdict\n"
    if not sites:
        told += f"{comment} Evidence alone blocks nobody: a site is listed when a person has given the verdict yes on it.\n"
    return told + head + "".join(map(line, sites))
