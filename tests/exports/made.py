"""A small network with an account, an address of a person and a formula, as an export is given it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fingerprints.exports import formats
from fingerprints.exports.dossier import Dossier, gather
from fingerprints.exports.sharing import Sharing, Tlp
from fingerprints.verdicts import Verdicts
from tests.fingerprints.made_stores import store_of

ACCOUNT, MAIL, FORMULA = "pub-4827150936620417", "jane.doe@harbourpost.info", "=HYPERLINK(1)"
VALUES = (("adsense", ACCOUNT), ("email", MAIL), ("disqus", FORMULA))
SITES = ("a-post.com", "b-post.net", "c-post.org")


def dossier_of(folder: Path, *, personal: bool = True, verdicts: Verdicts | None = None, sites: Sequence[str] = SITES) -> Dossier:
    """The three sites of one network among strangers."""
    with store_of(folder, dict.fromkeys(sites, VALUES), strangers=3) as store:
        return gather(store, Sharing("Relay", Tlp.GREEN, personal), verdicts=verdicts)


def text_of(form: str, dossier: Dossier) -> str:
    """An export that is a text."""
    written = formats.writer(form)(dossier)
    assert isinstance(written, str)
    return written
