"""Domains that serve scripts, styles, images and data to a good part of the web: what a site has from them says nothing of it."""

from __future__ import annotations

from functools import cache

from fingerprints import config

FILE = "third_parties.tsv"


@cache
def _services() -> frozenset[str]:
    return frozenset(domain for domain, _sites in config.table(FILE, 2))


def is_service(site: str) -> bool:
    """Whether this site is a third party of so many others that sharing it tells nothing.

    Raises:
        ConfigError: a row of the table is not of the form.
    """
    return site in _services()
