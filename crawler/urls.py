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
    text = _STRIP.sub("", reference).strip()
    if not text or len(text) > LONGEST or text.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        return normal(urljoin(base, text))
    except ValueError:
        return None


def origin(url: str) -> str:
    """Scheme, host and port of a normal address: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def port_of(url: str) -> int:
    """The port that a normal address names or implies."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]
