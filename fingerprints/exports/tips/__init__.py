"""What others send: a MISP event, a STIX bundle or a CSV, as sites to look at and values to look for; nothing is believed.

Their verdicts are read too, and hold only when a person takes them over (samehand import --verdicts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fingerprints.exports.sharing import refang
from fingerprints.exports.tips import _misp, _stix, _table
from fingerprints.exports.tips._raw import Raw, Said, Seen, TipsError
from fingerprints.sites import NotASiteError, site_named, site_of

__all__ = ["Said", "Seen", "Tips", "TipsError", "read"]


@dataclass(frozen=True, slots=True)
class Tips:
    """What a file told."""

    sites: tuple[str, ...]
    """Sorted, each once."""
    values: tuple[tuple[str, str], ...]
    """(kind, value), sorted; the kind is what the sender called it."""
    seen: tuple[Seen, ...] = ()
    """Where the sender saw the values, sorted."""
    verdicts: tuple[Said, ...] = ()
    """What the sender decided, in the order of the file."""
    evidence: tuple[dict[str, Any], ...] = ()
    """Links with their evidence, where the file has them: in our extension of STIX, or on MISP's references between sites."""


def read(text: str) -> Tips:
    """Tells the format from the content.

    Raises:
        TipsError: it is none of them, or has neither a site nor a value in it.
    """
    start = text.lstrip("\ufeff \r\n\t")
    raw = _json(start) if start.startswith(("{", "[")) else _table.read(start)
    tips = Tips(
        sites=tuple(sorted(set(filter(None, map(_site, raw.sites))))),
        values=tuple(sorted({pair for pair in raw.values if all(pair)})),
        seen=tuple(sorted(set(raw.seen))),
        verdicts=tuple(_named(raw.verdicts)),
        evidence=tuple(raw.evidence),
    )
    if not (tips.sites or tips.values):
        raise TipsError(
            "It holds no domain and no value. Give a MISP event or a STIX bundle in JSON, or a CSV with a column of domains."
        )
    return tips


def _json(text: str) -> Raw:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TipsError(f"It begins like JSON and is none: {error}.") from error
    if isinstance(data, dict) and data.get("type") == "bundle":
        return _stix.read(data)
    return _misp.read(data)


def _named(verdicts: Iterable[Said]) -> Iterable[Said]:
    """Those whose sites are some, under the sites' own names."""
    for said in verdicts:
        names = said.about if said.on == "value" else tuple(map(_site, said.about))
        if all(names):
            yield said._replace(about=names)


def _site(text: str) -> str:
    plain = refang(text)
    if "." not in plain or " " in plain:
        return ""
    try:
        return site_of(plain) if "://" in plain else site_named(plain)
    except NotASiteError:
        return ""
