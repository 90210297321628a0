"""Which server answers for a domain's registration: RDAP by IANA's bootstrap file (RFC 9224), else WHOIS by a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.urls import normal
from fingerprints import config

RDAP_FILE = "rdap_bootstrap.json"
WHOIS_FILE = "whois_servers.tsv"


class Bootstrap:
    """Top-level domains and their servers."""

    def __init__(self, rdap: Mapping[str, str], whois: Mapping[str, str], published: str) -> None:
        self._rdap = rdap
        self._whois = whois
        self.published = published
        """When IANA published the file (ISO 8601)."""

    def rdap(self, domain: str) -> str | None:
        """The address to ask for a domain; None where there is no RDAP."""
        base = self._longest(self._rdap, domain)
        return normal(f"{base.rstrip('/')}/domain/{domain}") if base else None

    def whois(self, domain: str) -> str | None:
        """The host of the WHOIS server; None if it is not known."""
        return self._longest(self._whois, domain)

    def _longest(self, table: Mapping[str, str], domain: str) -> str | None:
        labels = domain.split(".")
        return next((table[name] for start in range(1, len(labels)) if (name := ".".join(labels[start:])) in table), None)


def load(folder: Path | None = None) -> Bootstrap:
    """The shipped files, or those of a folder where it has them.

    Raises:
        ConfigError: a file is not of its form.
    """
    rdap, published = _rdap(_newest(folder, RDAP_FILE))
    whois = dict(_whois(folder))
    return Bootstrap(rdap, whois, published)


def checked(data: bytes) -> tuple[dict[str, str], str]:
    """The servers of a bootstrap file by top-level domain, and when it was published.

    Raises:
        ValueError: it is no such file.
    """
    file: Any = json.loads(data)
    try:
        services = [(names, urls) for names, urls in file["services"]]
        found = {str(name).lower().strip("."): _preferred(urls) for names, urls in services for name in names if urls}
        return found, str(file.get("publication", ""))
    except (KeyError, TypeError, AttributeError):
        raise ValueError("it is no RDAP bootstrap file (RFC 9224)") from None


def _preferred(urls: list[str]) -> str:
    return next((url for url in urls if str(url).startswith("https://")), str(urls[0]))


def _newest(folder: Path | None, name: str) -> Path:
    if folder is not None and (folder / name).is_file():
        return folder / name
    return list(config.paths(f"hosting/{name}"))[-1]


def _rdap(path: Path) -> tuple[dict[str, str], str]:
    try:
        return checked(path.read_bytes())
    except (OSError, ValueError) as error:
        raise config.ConfigError(f"{path} cannot be used: {error}. Fetch it anew: samehand hosting refresh.") from None


def _whois(folder: Path | None) -> dict[str, str]:
    if folder is not None and (folder / WHOIS_FILE).is_file():
        lines = (folder / WHOIS_FILE).read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
        return {row[0]: row[1] for row in rows if len(row) >= 2}
    return {name: server for name, server, _source in config.table(f"hosting/{WHOIS_FILE}", 3)}
