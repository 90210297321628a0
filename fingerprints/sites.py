"""What a site is: the registrable domain, with the private part of the public suffix list on.

a.blogspot.com and b.blogspot.com are two sites; www.bbc.co.uk and news.bbc.co.uk are one. The list is the one that tldextract
bundles: nothing is fetched at run time. https://publicsuffix.org/list/
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]{1,255})(?:[/?#]|\Z)")
"""Nearly all addresses; to split them takes five times as long."""


class NotASiteError(ValueError):
    """The text names no site: no host, a bare suffix, a broken name."""


@cache
def _suffixes(*, private: bool = True) -> TLDExtract:
    from tldextract import TLDExtract  # it loads an HTTP client: a command that names a site of the store needs none of it

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private)


@lru_cache(maxsize=65536)
def site_of_host(host: str) -> str:
    """The site of a host name or an address.

    An internationalised name gives its ASCII form (xn--…). A public suffix that is itself a host (github.io) stands for itself.

    Raises:
        NotASiteError: the host is empty or no host name.
    """
    name = host.strip().rstrip(".").lower()
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        pass
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            raise NotASiteError(f"{host!r} is no host name: it cannot be written in ASCII (IDNA).") from None
    parts = _suffixes().extract_str(name)
    registrable = parts.top_domain_under_public_suffix
    if registrable:
        return registrable
    if parts.suffix and parts.suffix == name and "." in name:
        return name
    raise NotASiteError(f"{host!r} is no host name under a public suffix.")


def platform_of(site: str) -> str:
    """The private suffix that a site lives under (blogspot.com for a.blogspot.com), or an empty string."""
    if not _is_under_private(site.partition(".")[2]) and site not in _private_suffixes():
        return ""
    parts = _suffixes().extract_str(site)
    return parts.suffix if parts.is_private else ""


@lru_cache(maxsize=65536)
def _is_under_private(parent: str) -> bool:
    """Whether a name, or one that it ends in, is a private suffix. A million sites have a few thousand parents."""
    known = _private_suffixes()
    while parent and parent not in known:
        parent = parent.partition(".")[2]
    return bool(parent)


@cache
def _private_suffixes() -> frozenset[str]:
    public = _suffixes(private=False)
    private = set(_suffixes().tlds) - set(public.tlds)
    return frozenset(suffix.removeprefix("*.").removeprefix("!") for suffix in private)


def parts_of(host: str) -> tuple[str, str, str]:
    """(subdomain, label, public suffix) of a host name; the label is empty for an address or a bare suffix."""
    parts = _suffixes().extract_str(host)
    return parts.subdomain, parts.domain if parts.suffix else "", parts.suffix


def site_of(url: str) -> str:
    """The site of an absolute http(s) address.

    Raises:
        NotASiteError: the address has no host, or a broken one.
    """
    plain = _PLAIN.match(url)
    try:
        host = plain[1] if plain else urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise NotASiteError(f"{url!r} has no host.")
    return site_of_host(host)


def site_or_none(url: str) -> str | None:
    """As site_of, with None for an address without a site: for links found in pages, which are often broken."""
    try:
        return site_of(url)
    except NotASiteError:
        return None
