"""What probes there are, what each gives away to the site that is looked at, and what a probe hands back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fingerprints.model import Role

if TYPE_CHECKING:
    from crawler.http.client import Exchange

GIVES_AWAY = {
    "dns": "Questions to the resolver about the site's names. The site's name servers see the resolver, not us; questions for "
    "mail keys (DKIM) and for a name that does not exist tell them that somebody looks closely.",
    "registration": "A question to the registry, and to the registrar that it names (RDAP), or to the WHOIS server. The site's "
    "owner is not told.",
    "archives": "The site's name, to each source that config/hosting/sources.toml turns on. The site's owner is not told.",
    "tls": "One connection to the site's port 443 from our address, closed after the handshake.",
    "jarm": "Ten more connections to port 443 with odd handshakes, which intrusion detection knows as a scan. So it is on only "
    "when it is asked for.",
}
"""Each probe and what looking with it gives away."""

PASSIVE = frozenset({"dns", "registration", "archives"})
"""Probes that ask others than the site's own servers."""
DEFAULT = ("dns", "registration", "tls", "archives")


@dataclass(frozen=True, slots=True)
class Note:
    """What a probe saw, as the body of a record of fingerprints.probe_records."""

    role: Role
    uri: str
    """What was looked at: dns:example.com, tls://example.com:443."""
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer over HTTP that a probe got."""

    role: Role
    exchange: Exchange


Seen = Note | Fetched
"""What a probe hands back."""


def parse(text: str) -> tuple[str, ...]:
    """The probes that a text as "dns,tls" names; "all", "none" or an empty text are known as well.

    Raises:
        ValueError: there is no such probe.
    """
    names = [name for part in text.split(",") if (name := part.strip().lower())]
    if names in ([], ["none"]):
        return ()
    if names == ["all"]:
        return tuple(GIVES_AWAY)
    for name in names:
        if name not in GIVES_AWAY:
            raise ValueError(f"there is no probe {name!r}; name some of {', '.join(GIVES_AWAY)}, or none, or all")
    return tuple(dict.fromkeys(names))
