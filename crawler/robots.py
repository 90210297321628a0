"""robots.txt: what it allows us, and how slowly (RFC 9309). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

from crawler.urls import normal

MOST_BYTES = 512_000
"""Bytes of a robots.txt that are read; RFC 9309, 2.5 asks for at least 500 KiB."""
_MOST_SITEMAPS = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows."""

    text: str = ""
    """The file; empty allows everything."""
    closed: str = ""
    """Why nothing may be asked, as a sentence; empty when the file decides."""

    def refusal(self, url: str, name: str) -> str:
        """Why this address may not be asked, or an empty string if it may."""
        if self.closed:
            return self.closed
        if self.text and not _parsed(self.text).can_fetch(url, name):
            return f"robots.txt of {urlsplit(url).hostname} does not allow {urlsplit(url).path[:200]} to {name}."
        return ""

    def delay(self, name: str) -> float:
        """Its Crawl-delay in seconds; 0 without one."""
        if not self.text:
            return 0.0
        return float(_parsed(self.text).crawl_delay(name) or 0.0)

    def sitemaps(self) -> list[str]:
        """The sitemaps that it names."""
        if not self.text:
            return []
        found = (normal(url) for url in list(_parsed(self.text).sitemaps)[: 10 * _MOST_SITEMAPS])
        return [url for url in dict.fromkeys(found) if url][:_MOST_SITEMAPS]


ALLOW_ALL = Rules()


def rules_of(status: int, body: bytes, host: str) -> Rules:
    """The rules that an answer to /robots.txt stands for: 4xx allows everything, 5xx nothing (RFC 9309, 2.3.1)."""
    if 200 <= status < 300:
        return Rules(body[:MOST_BYTES].decode("utf-8", "replace").replace("\x00", ""))
    if status == 429 or status >= 500:
        return Rules(closed=f"robots.txt of {host} answered {status}: what it allows is unknown, so nothing was asked.")
    return ALLOW_ALL


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
