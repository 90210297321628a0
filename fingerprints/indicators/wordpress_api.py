"""What WordPress tells programs of its site: its time zone, its plug-ins' interfaces, who writes, and under which domain it began.

https://developer.wordpress.org/rest-api/reference/
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.indicators.gravatar import GRAVATAR, in_address
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

_INDEX = "https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/"
_USERS = "https://developer.wordpress.org/rest-api/reference/users/"
TIMEZONE = Kind(
    "wordpress-timezone",
    "habit",
    "Time zone that WordPress is set to",
    "Europe/Minsk",
    _INDEX,
    proves=Proof.FACT,
    links=False,
)
INTERFACES = Kind(
    "wordpress-interfaces",
    "template",
    "Interfaces of WordPress and its plug-ins",
    "2a5aa71d4a4b1c25",
    _INDEX,
    proves=Proof.FACT,
    m=0.2,
    cap=3.0,
    traps="A host that installs the same plug-ins for all its customers.",
)
USER = Kind(
    "wordpress-user",
    "text",
    "Author's account in WordPress, with the name shown",
    "mlindqvist/Marta Lindqvist",
    _USERS,
    m=0.3,
    cap=5.0,
    personal=True,
    traps="Names such as admin or editor; the agency that set the sites up.",
)
DOMAIN = Kind(
    "wordpress-guid-domain",
    "hosting",
    "Domain under which WordPress filed its articles first",
    "nordfunk-post.com",
    "https://wordpress.org/documentation/article/changing-the-site-url/#important-guid-note",
    proves=Proof.FACT,
    m=0.2,
    cap=8.0,
    traps="A site that moved and whose old domain somebody else has now; articles imported from a partner; a builder's staging domain.",
)
_COMMON = re.compile(r"(?:wp|oembed|wp-site-health|wp-block-editor|wp-abilities)/")
_FEWEST = 2
"""Interfaces besides WordPress's own."""
_NOBODY = re.compile(r"(?:admin|administrator|root|editor|author|user|test|demo|webmaster|info|news|redaktion|redactie)\d{0,4}")
_MOST = 100
_STAGING = re.compile(
    r"localhost|example|(?:^|\.)(?:local|test|dev\.cc|wpengine|wpenginepowered|kinsta|cloudwaysapps|sg-host|instawp)\b"
)


def _index(scan: Scan) -> Iterator[Found]:
    content = _json(scan, "/wp-json/")
    if not isinstance(content, dict):
        return
    zone = content.get("timezone_string")
    if isinstance(zone, str) and re.fullmatch(r"[A-Za-z_]{2,20}(?:/[A-Za-z_-]{2,30}){0,2}", zone):
        yield _found(scan, TIMEZONE, zone, "timezone_string")
    names = content.get("namespaces")
    own = (
        sorted({name for name in names[:_MOST] if isinstance(name, str) and not _COMMON.match(name)})
        if isinstance(names, list)
        else []
    )
    if len(own) >= _FEWEST:
        digest = hashlib.sha256("\n".join(own).encode()).hexdigest()[:16]
        yield Found(INTERFACES, digest, where=f"{len(own)} interfaces: {', '.join(own)}"[:300])
    for key in ("url", "home"):
        yield from _domain(scan, content.get(key), key)


def _posts(scan: Scan) -> Iterator[Found]:
    for post in _rows(scan, "/wp/v2/posts"):
        guid = post.get("guid")
        yield from _domain(scan, guid.get("rendered") if isinstance(guid, dict) else guid, "guid of an article")


def _users(scan: Scan) -> Iterator[Found]:
    for user in _rows(scan, "/wp/v2/users"):
        slug, name, pictures = (user.get(key) for key in ("slug", "name", "avatar_urls"))
        if (
            isinstance(slug, str)
            and isinstance(name, str)
            and re.fullmatch(r"[\w.-]{3,60}", slug)
            and not _NOBODY.fullmatch(slug)
        ):
            shown = " ".join(name.split())[:80]
            if shown.isprintable() and "@" not in shown:
                yield _found(scan, USER, slug, "account of an author")._replace(value=f"{slug}/{shown}")
        addresses = list(pictures.values()) if isinstance(pictures, dict) else []
        hashes = filter(None, (in_address(address) for address in addresses[:5] if isinstance(address, str)))
        yield from (_found(scan, GRAVATAR, value, "account of an author") for value in dict.fromkeys(hashes))


def _domain(scan: Scan, address: Any, where: str) -> Iterator[Found]:
    """Also the site's own: so that it agrees with a site that was copied from it."""
    site = site_or_none(address) if isinstance(address, str) and address.startswith(("http://", "https://")) else None
    if site and not _STAGING.search(site):
        yield _found(scan, DOMAIN, site, where)


def _rows(scan: Scan, path: str) -> list[dict[str, Any]]:
    content = _json(scan, path)
    return [row for row in content[:_MOST] if isinstance(row, dict)] if isinstance(content, list) else []


def _json(scan: Scan, path: str) -> Any:
    if not urlsplit(scan.page.final_url).path.endswith(path):
        return None
    try:
        return json.loads(scan.body)
    except (ValueError, RecursionError):
        return None


def _found(scan: Scan, kind: Kind, value: str, where: str) -> Found:
    literal = value.encode()
    start = scan.body.find(literal)
    if start < 0 and "/" in value:
        literal = value.replace("/", "\\/").encode()
        start = scan.body.find(literal)
    return Found(kind, value, start, start + len(literal) if start >= 0 else -1, where)


_ROLES = frozenset({Role.WORDPRESS})
KINDS = (TIMEZONE, INTERFACES, USER, DOMAIN)
RULES = (
    Reader((TIMEZONE, INTERFACES, DOMAIN), _index, roles=_ROLES),
    Reader((DOMAIN,), _posts, roles=_ROLES),
    Reader((USER, GRAVATAR), _users, roles=_ROLES),
)
