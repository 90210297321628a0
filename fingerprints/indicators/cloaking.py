"""Whether a site shows some visitors something else: read from the record of a crawl with --profiles."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._probe import usable
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.probe_records import facts_of
from fingerprints.scan import Scan
from fingerprints.variants import differences

CLOAKING = Kind(
    name="shown-differently",
    family="operations",
    title="Shows visitors of one sort something else",
    example="from-search ids",
    source="https://developers.google.com/search/docs/essentials/spam-policies#cloaking",
    proves=Proof.FACT,
    links=False,
    traps="Translations, versions for telephones, tests of two versions, paywalls that let visitors from search engines in.",
)


def _read(scan: Scan) -> Iterator[Found]:
    for one in differences(facts_of(scan.body)):
        if usable(one.profile) and one.told.isprintable():
            yield Found(CLOAKING, f"{one.profile} {one.what}", one.line.start, one.line.end, one.told[:300])


KINDS = (CLOAKING,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.PROFILES})),)
