"""What a site is: the registrable domain, with the private part of the public suffix list on; by config a host or a path.

a.blogspot.com and b.blogspot.com are two sites; www.bbc.co.uk and news.bbc.co.uk are one. The list is the one that tldextract
bundles: nothing is fetched at run time. https://publicsuffix.org/list/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fingerprints import config

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]{1,255})(?:[/?#]|\Z)")
"""Nearly all addresses; to split them takes five times as long."""


_FILE = "sites.tsv"
_LONGEST = 120
"""Characters of a segment of a path that can be a tenant's name."""
_IN_PATHS = "%!$&'()*+,;=:@-._~"
"""What stands in a path as it is (RFC 3986, 3.3); what is escaped already stays so."""
_FILES = frozenset({"robots.txt", "ads.txt", "app-ads.txt", "favicon.ico", "sitemap.xml", "feed", ".well-known"})
"""Files at fixed addresses: the platform's, and nobody's name."""


class NotASiteError(ValueError):
    """The text names no site: no host, a bare suffix, a broken name."""


@cache
def _suffixes(*, private: bool = True) -> TLDExtract:
    from tldextract import TLDExtract  # it loads an HTTP client: a command that names a site of the store needs none of it

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private)


def ascii_name(host: str) -> tuple[str, bool]:
    """A host in lower-case ASCII (IDNA) without trailing dot, and whether it is an IP address, which loses its brackets.

    Raises:
        UnicodeError: it cannot be written so.
    """
    name = host.strip().rstrip(".").lower()
    try:
        return str(ip_address(name.strip("[]"))), True
    except ValueError:
        return name if name.isascii() else name.encode("idna").decode("ascii"), False


@lru_cache(maxsize=65536)
def site_of_host(host: str) -> str:
    """The site of a host name or an address.

    An internationalised name gives its ASCII form (xn--…). A public suffix that is itself a host (github.io) stands for itself.

    Raises:
        NotASiteError: the host is empty or no host name.
    """
    try:
        name, address = ascii_name(host)
    except UnicodeError:
        raise NotASiteError(f"{host!r} is no host name: it cannot be written in ASCII (IDNA).") from None
    if address:
        return name
    parts = _suffixes().extract_str(name)
    registrable = parts.top_domain_under_public_suffix
    if registrable:
        rules = _parted()
        return _by_rule(name, registrable, rules) if registrable in rules else registrable
    if parts.suffix and parts.suffix == name and "." in name:
        return name
    raise NotASiteError(f"{host!r} is no host name under a public suffix.")


def platform_of(site: str) -> str:
    """The private suffix that a site lives under (blogspot.com for a.blogspot.com), or an empty string."""
    host, slash, _ = site.partition("/")
    if slash:
        return host
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
    site = site_of_host(host)
    depth = _depths().get(site, 0)
    return f"{site}{_tenant(url, depth)}" if depth else site


def site_named(text: str) -> str:
    """The site that a name without a scheme means: a host, or a host and a path.

    Raises:
        NotASiteError: it names none.
    """
    return site_of(f"https://{text}") if "/" in text else site_of_host(text)


def _by_rule(name: str, registrable: str, rules: Mapping[str, Mapping[str, int]]) -> str:
    """The longest name of the rules that a host ends in: with a depth it is the site, else the host itself is."""
    bare = name.removeprefix("www.")
    for ending in sorted(rules[registrable], key=len, reverse=True):
        if bare == ending or bare.endswith(f".{ending}"):
            return ending if rules[registrable][ending] else bare
    return registrable


def _tenant(url: str, depth: int) -> str:
    """The part of the path that tells one tenant from another; empty where the address has less of it."""
    segments = [quote(segment, safe=_IN_PATHS) for segment in urlsplit(url).path.split("/") if segment][:depth]
    usable = len(segments) == depth and segments[0] not in _FILES and all(len(segment) <= _LONGEST for segment in segments)
    return f"/{'/'.join(segments)}" if usable else ""


@cache
def _parted() -> Mapping[str, Mapping[str, int]]:
    """config/sites.tsv: registrable domain → name → segments of the path that make a site, 0 where each host is one."""
    found: dict[str, dict[str, int]] = {}
    for name, part, _why in config.table(_FILE, 3):
        word, _, number = part.partition(" ")
        if not (part == "host" or (word == "path" and number in ("1", "2", "3"))):
            raise config.ConfigError(f"{_FILE}, {name}: {part!r} is neither host nor path 1 to path 3.")
        registrable = _suffixes().extract_str(name).top_domain_under_public_suffix
        if not registrable:
            raise config.ConfigError(f"{_FILE}: {name} is no domain under a public suffix.")
        found.setdefault(registrable, {})[name] = int(number or 0)
    return found


@cache
def _depths() -> Mapping[str, int]:
    """Names of platforms whose tenants are paths."""
    return {name: depth for names in _parted().values() for name, depth in names.items() if depth}


def site_or_none(url: str) -> str | None:
    """As site_of, with None for an address without a site: for links found in pages, which are often broken."""
    try:
        return site_of(url)
    except NotASiteError:
        return None
