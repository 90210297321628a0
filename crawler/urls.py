"""Addresses as they are asked for: absolute, ASCII, without fragment or credentials. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from fingerprints.sites import ascii_name

LONGEST = 2048
"""Longer addresses are not followed; browsers and servers stop near this length."""
_PORTS = {"http": 80, "https": 443}
_STRIP = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_ORIGIN = re.compile(r"(https?://[A-Za-z0-9._:-]+)(?:[/?#]|\Z)")
_PLAIN = re.compile(
    r"(https?://[A-Za-z0-9._:-]+)?((?:/(?![/.])[A-Za-z0-9_.~!$&'()*+,:=@%-]*+)++(?:\?[A-Za-z0-9_.~!$&'()*+,:;=@%/-]+)?)"
)
"""A reference that is absolute, or from the root on, and in which nothing is to be encoded, joined or taken out."""
_SAFE = "!$&'()*+,-./:;=?@_~%[]|"


def normal(url: str) -> str | None:
    """The address in the one form in which it is compared and asked for, or None if it is no usable http(s) address."""
    text = _STRIP.sub("", url).strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host:
        return None
    name = ascii_host(host)
    if name is None:
        return None
    netloc = f"[{name}]" if ":" in name else name
    if port is not None and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = quote(parts.path or "/", safe=_SAFE)
    made = urlunsplit((scheme, netloc, path, quote(parts.query, safe=_SAFE), ""))
    return made if len(made) <= LONGEST else None


def ascii_host(host: str) -> str | None:
    """A host name in lower-case ASCII (IDNA) without trailing dot, or an IP address; None if it is neither."""
    try:
        name, address = ascii_name(host)
    except UnicodeError:
        return None
    return name if address or _HOST.fullmatch(name) else None


@lru_cache(maxsize=8192)  # a site's menu stands on each of its pages
def absolute(base: str, reference: str) -> str | None:
    """What a link of the page at `base` points to, or None if it is nothing to fetch."""
    plain = _PLAIN.fullmatch(reference)
    place = plain and (plain[1] or _origin_of(base))
    if plain and place:  # most links: to take them apart and put them together again takes five times as long
        root = _root(place)
        made = root + plain[2] if root is not None else None
        return made if made is not None and len(made) <= LONGEST else None
    text = _STRIP.sub("", reference).strip()
    if not text or len(text) > LONGEST or text.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        return normal(urljoin(base, text))
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _root(place: str) -> str | None:
    """The normal form of a scheme with a host, without the slash behind it; None if it is not to be asked."""
    made = normal(f"{place}/")
    return made.removesuffix("/") if made is not None else None


def _origin_of(url: str) -> str | None:
    found = _ORIGIN.match(url)
    return found[1] if found else None


def origin(url: str) -> str:
    """Scheme, host and port of a normal address: what one robots.txt is for."""
    return url[: url.index("/", len("https://"))]


def port_of(url: str) -> int:
    """The port that a normal address names or implies."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]
