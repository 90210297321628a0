"""What the template fingerprints have in common: a simhash of the features that are a site's own.

What everyone has is left out first: class names, paths, files and phrases that come with public themes, page builders and
widgets. They are counted over unrelated sites and stand in config/common_features.tsv (`samehand features` makes such a table).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import cache
from itertools import islice
from urllib.parse import urlsplit

import mmh3
import numpy as np
from simhash import Simhash

from fingerprints import config
from fingerprints.model import Page, Role

FILE = "common_features.tsv"
_MOST = 1500
"""Features that a fingerprint is made of; a page with more is generated, and the rest changes little."""
_SHOWN = 8
_digest = mmh3.hash_bytes
_SIMHASH = Simhash(0)
"""Its sums over digests are what is used: to make one of features calls a function for each, and takes thrice as long."""


def common(sort: str) -> frozenset[str]:
    """The features of one sort (path, name, file, phrase, script) that many unrelated sites have.

    Raises:
        ConfigError: a row is not of the form.
    """
    return _all_common().get(sort, frozenset())


@cache
def _all_common() -> dict[str, frozenset[str]]:
    sorts: dict[str, set[str]] = {}
    for sort, feature, _owners in config.table(FILE, 3):
        sorts.setdefault(sort, set()).add(feature)
    return {sort: frozenset(features) for sort, features in sorts.items()}


def own_hash(text: bytes, sort: str) -> str | None:
    """The SHA-256 of a script or a style, or None for one that many unrelated sites have."""
    digest = hashlib.sha256(text).hexdigest()
    return None if digest[:16] in common(sort) else digest


def own(features: Collection[str], sort: str) -> dict[str, bytes]:
    """The features that are not everybody's, each with its digest.

    Their order does not depend on the page: the same few come first everywhere.
    """
    known = common(sort)
    ranked = {_digest(feature): feature for feature in features if feature not in known}
    return {ranked[digest]: digest for digest in sorted(ranked)[:_MOST]}


def fingerprint(page: Page, features: dict[str, bytes]) -> str:
    """The 64-bit simhash (Charikar 2002; package simhash) as 16 hex digits, with the part of the site that it is of.

    Front pages are laid out apart from all others, so the two are never compared: "front-…" and "inner-…".
    """
    as_others = page.role in (Role.RENDERED, Role.VARIANT) and urlsplit(page.final_url).path in ("", "/")
    place = "front" if page.role is Role.FRONT or as_others else "inner"
    return f"{place}-{_simhash(features.values())}"


def simhash(features: Iterable[str]) -> str:
    """The 64-bit simhash of features that count once each, as 16 hex digits."""
    return _simhash([_digest(feature) for feature in features])


def _simhash(digests: Collection[bytes]) -> str:
    halves = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)[:, :8]
    return np.packbits(_SIMHASH._sum_hashes([halves.tobytes()]) > len(digests) / 2).tobytes().hex()


def sample(features: Collection[str], noun: str) -> str:
    """By what the fingerprint was made, for a person: like pages show mostly the same few."""
    return f"{len(features)} {noun}, among them {', '.join(islice(features, _SHOWN))}"[:300]
