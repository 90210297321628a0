"""What a TLS server shows: its certificate and key, who issued it, which other sites it names, and what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fingerprints.indicators._probe import found, host_name, usable
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.probe_records import Line, facts_of
from fingerprints.scan import Scan
from fingerprints.sites import NotASiteError, site_of_host

_RFC = "https://www.rfc-editor.org/rfc/rfc5280"
CERTIFICATE = Kind(
    "tls-certificate",
    "hosting",
    "TLS certificate, SHA-256",
    "83908074fb75ad65ab146ed7f5c7cd2fde1f377263f3301b678638e98992f1fd",
    _RFC,
    proves=Proof.FACT,
    m=0.3,
    cap=8.0,
    traps="CDNs and hosts put strangers on one certificate.",
)
KEY = Kind(
    "tls-public-key",
    "hosting",
    "Public key of the TLS certificate, SHA-256",
    "55de58f3d499357b1f32935a999697670f22b5aa559f967374488d62d0de3ce9",
    _RFC,
    proves=Proof.FACT,
    m=0.3,
    cap=8.0,
    traps="A host may use one key for all that it renews.",
)
BUNDLE = Kind(
    "tls-shared-certificate",
    "hosting",
    "TLS certificate of strangers together, SHA-256",
    "7b67fd7e80bc38f4bc54f09de6fe72481fe7981f3b0f5704530296288ee3e7b3",
    _RFC,
    links=False,
)
NAMES = Kind("tls-names", "hosting", "Other site on the TLS certificate", "harbour-times.com", _RFC, links=False)
ISSUER = Kind("tls-issuer", "hosting", "Issuer of the TLS certificate", "CN=Farm Root CA", _RFC, links=False)
VALIDITY = Kind("tls-validity", "hosting", "Days between which the certificate holds", "2024-04-30/2024-07-30", _RFC, links=False)
FAULT = Kind("tls-fault", "hosting", "What is wrong with the certificate", "self-signed", _RFC, links=False)
VERSION = Kind("tls-version", "hosting", "Newest TLS version", "TLSv1.3", "https://www.rfc-editor.org/rfc/rfc8446", links=False)
PROTOCOL = Kind(
    "tls-alpn", "hosting", "Newest HTTP version over TLS", "h2", "https://www.rfc-editor.org/rfc/rfc7301", links=False
)
JARM = Kind(
    "jarm",
    "hosting",
    "JARM fingerprint of the TLS server",
    "27d40d40d00040d00042d43d000000d2e61cae37a985f75ecafb81b33ca523",
    "https://github.com/salesforce/jarm",
    proves=Proof.FACT,
    m=0.4,
    cap=3.0,
    traps="It tells the TLS library and its settings; thousands of servers have the same.",
)
_JARM = re.compile(r"[0-9a-f]{62}")
_NOTHING = "0" * 62
_MOST_NAMES = 5_000
_MOST_STRANGERS = 25
"""Other sites on a certificate from which on it is a host's and no single hand's: Cloudflare put up to 50 customers on one."""


def _read(scan: Scan) -> Iterator[Found]:
    host, own = "", True
    for line in facts_of(scan.body):
        fact = line.fact
        if isinstance(fact.get("host"), str):
            host = host_name(fact["host"])
            version = str(fact.get("protocol") or "")
            if usable(version):
                yield found(scan, VERSION, version, line, f"handshake with {host}"[:100])
            protocol = str(fact.get("alpn") or "")
            if usable(protocol):
                yield found(scan, PROTOCOL, protocol, line, f"handshake with {host}"[:100])
        elif isinstance(fact.get("certificate"), str) and own:
            own = False  # the first is the server's, the rest its issuers'
            yield from _certificate(scan, line, fact["certificate"], host)
        elif isinstance(fact.get("jarm"), str) and _JARM.fullmatch(fact["jarm"]) and fact["jarm"] != _NOTHING:
            yield found(scan, JARM, fact["jarm"], line, "ten handshakes")


def _certificate(scan: Scan, line: Line, text: str, host: str) -> Iterator[Found]:
    try:
        der = base64.b64decode(text, validate=True)
        certificate = x509.load_der_x509_certificate(der)
        issuer, subject = _name(certificate.issuer), _name(certificate.subject)
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return
    names = _names(certificate)
    self_signed = _is_self_signed(certificate)
    own = any(_covers(name, host) for name in names)
    others = sorted({site for name in names if (site := _site(name)) and site != scan.page.site})
    where = f"of {subject or names[:1]}, by {'itself' if self_signed else issuer}"[:160]
    digest = hashlib.sha256(der).hexdigest()
    if (own or self_signed) and len(others) <= _MOST_STRANGERS:
        yield Found(CERTIFICATE, digest, line.start, line.start, where)
        key = _key(certificate)
        if key:
            yield Found(KEY, key, line.start, line.start, where)
    else:
        yield Found(BUNDLE, digest, line.start, line.start, f"of {len(others)} other sites" if own else where)
    if usable(issuer):
        yield Found(ISSUER, issuer, line.start, line.start, where)
    yield Found(VALIDITY, f"{first:%Y-%m-%d}/{last:%Y-%m-%d}", line.start, line.start, where)
    if len(others) <= _MOST_STRANGERS:
        yield from (Found(NAMES, site, line.start, line.start, where) for site in others)
    at = scan.page.fetched_at
    faults = {"self-signed": self_signed, "expired": last < at, "not yet valid": first > at, "another host's": not own}
    yield from (Found(FAULT, fault, line.start, line.start, where) for fault, holds in faults.items() if holds)


def _names(certificate: x509.Certificate) -> list[str]:
    """The hosts it is for, in lower case, by the extension alone as browsers do (RFC 9525, 6.3)."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return [host_name(name) for name in extension.value.get_values_for_type(x509.DNSName)[:_MOST_NAMES]]
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return []


def _covers(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host


def _site(name: str) -> str | None:
    try:
        return site_of_host(name.removeprefix("*."))
    except NotASiteError:
        return None


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _key(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
        return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    except (ValueError, UnsupportedAlgorithm):
        return ""


def _name(name: x509.Name) -> str:
    text = " ".join(name.rfc4514_string().split())[:200].strip()
    return text if text.isprintable() else ""


KINDS = (CERTIFICATE, KEY, BUNDLE, NAMES, ISSUER, VALIDITY, FAULT, VERSION, PROTOCOL, JARM)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.TLS})),)
