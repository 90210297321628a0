"""Files at fixed addresses that only who runs a site can place: the apps and sites it vouches for, and whom it names for security."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

_ANDROID = "https://developer.android.com/training/app-links/verify-android-applinks"
_APPLE = "https://developer.apple.com/documentation/xcode/supporting-associated-domains"
_APPS = "Makers of apps sign those of all their clients with one key or under one team."
CERTIFICATE = Kind(
    "android-certificate",
    "control",
    "Certificate that signs the site's Android app (SHA-256)",
    "14:6d:e9:83:c5:73:06:50:d8:ee:b9:95:2f:34:fc:64:16:a0:83:42:e6:1d:be:a8:8a:04:96:b2:3f:cf:44:e5",
    _ANDROID,
    proves=Proof.CONTROL,
    traps=_APPS,
)
PACKAGE = Kind(
    "android-app",
    "control",
    "Android app that the site vouches for",
    "com.harbornews.reader",
    _ANDROID,
    proves=Proof.CONTROL,
    traps="A site may vouch for a partner's app.",
)
LINKED_SITE = Kind(
    "asset-link-site",
    "control",
    "Site for which a site vouches in its statement of asset links",
    "harbour-times.com",
    "https://developers.google.com/digital-asset-links/v1/statements",
    proves=Proof.CONTROL,
    traps="A service for signing in that many sites hand their passwords to.",
)
TEAM = Kind(
    "apple-team",
    "control",
    "Apple developer team whose apps the site vouches for",
    "9JA89QQLNQ",
    _APPLE,
    proves=Proof.CONTROL,
    traps=_APPS,
)
SECURITY = Kind(
    "security-contact",
    "contact",
    "Contact of security.txt",
    "mailto:security@harbor-news.com",
    "https://www.rfc-editor.org/rfc/rfc9116#section-2.5.3",
    proves=Proof.CONTROL,
    cap=9.0,
    personal=True,
    traps="Hosts, platforms and programmes for rewards are named by many sites.",
)
_MOST_STATEMENTS = 200
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}")
_PACKAGE = re.compile(r"[A-Za-z]\w{0,60}+(?:\.[A-Za-z]\w{0,60}+){1,8}+", re.ASCII)
_APP_ID = re.compile(r"([A-Z0-9]{10})\.[\w.\-*]{1,155}", re.ASCII)
_CONTACT = re.compile(rb"^[ \t]{0,9}contact:[ \t]{0,9}((?:mailto:|https://|tel:)[^\s#<>\"]{3,200})", re.I | re.M)
_EXAMPLES = frozenset({"com.example", "com.example.app", "com.example.puppies.app", "ABCDE12345"})


def _android(scan: Scan) -> Iterator[Found]:
    for statement in _list(_json(scan, "assetlinks.json"))[:_MOST_STATEMENTS]:
        target = statement.get("target") if isinstance(statement, dict) else None
        if not isinstance(target, dict):
            continue
        if target.get("namespace") == "web":
            yield from _linked_site(scan, target.get("site"))
        if target.get("namespace") != "android_app":
            continue
        name = target.get("package_name")
        if isinstance(name, str) and _PACKAGE.fullmatch(name) and name not in _EXAMPLES:
            yield _found(scan, PACKAGE, name, "assetlinks.json")
            for print_ in _list(target.get("sha256_cert_fingerprints"))[:_MOST_STATEMENTS]:
                if isinstance(print_, str) and _FINGERPRINT.fullmatch(print_) and len(set(print_)) > 4:
                    yield _found(scan, CERTIFICATE, print_, "assetlinks.json")._replace(value=print_.lower())


def _linked_site(scan: Scan, address: object) -> Iterator[Found]:
    """Sites that share their visitors' passwords name all of them in the file of each, so they have these values in common."""
    site = site_or_none(address) if isinstance(address, str) else None
    if site and site != "example.com":
        yield _found(scan, LINKED_SITE, site, "assetlinks.json")


def _apple(scan: Scan) -> Iterator[Found]:
    content = _json(scan, "apple-app-site-association")
    for app in _app_ids(content)[:_MOST_STATEMENTS]:
        match = _APP_ID.fullmatch(app) if isinstance(app, str) else None
        if match and match[1] not in _EXAMPLES and len(set(match[1])) > 3:
            yield _found(scan, TEAM, match[1], "apple-app-site-association")


def _app_ids(content: Any) -> list[Any]:
    """The "TEAM.bundle" of all services, in the file's older form (appID) and its newer one (appIDs)."""
    found: list[Any] = []
    for service in content.values() if isinstance(content, dict) else ():
        if not isinstance(service, dict):
            continue
        found += _list(service.get("apps"))
        if isinstance(service.get("details"), dict):  # before iOS 9.3: {"details": {"TEAM.bundle": {"paths": […]}}}
            found += list(service["details"])
        for detail in _list(service.get("details"))[:_MOST_STATEMENTS]:
            if isinstance(detail, dict):
                found += [detail.get("appID"), *_list(detail.get("appIDs"))]
    return found


def _security(scan: Scan) -> Iterator[Found]:
    if urlsplit(scan.page.final_url).path.endswith("/security.txt"):
        for match in _CONTACT.finditer(scan.body):
            value = match[1].decode("utf-8", "replace")
            if "example." not in value:
                yield Found(SECURITY, value.lower() if value[:7].lower() == "mailto:" else value, *match.span(1), "security.txt")


def _json(scan: Scan, name: str) -> Any:
    if not urlsplit(scan.page.final_url).path.endswith(f"/{name}"):
        return None
    try:
        return json.loads(scan.body)
    except (ValueError, RecursionError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _found(scan: Scan, kind: Kind, value: str, where: str) -> Found:
    start = scan.body.find(value.encode())
    return Found(kind, value, start, start + len(value) if start >= 0 else -1, where)


_ROLES = frozenset({Role.CONTROL})
KINDS = (CERTIFICATE, PACKAGE, LINKED_SITE, TEAM, SECURITY)
RULES = (
    Reader((CERTIFICATE, PACKAGE, LINKED_SITE), _android, roles=_ROLES),
    Reader((TEAM,), _apple, roles=_ROLES),
    Reader((SECURITY,), _security, roles=_ROLES),
)
