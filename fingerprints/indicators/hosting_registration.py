"""Who registered a domain, when and with whom, where the registry says so. A privacy service is told from a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._address import address
from fingerprints.indicators._probe import usable
from fingerprints.indicators._registration import Registered, of_rdap, of_whois
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.probe_records import text_of
from fingerprints.scan import Scan

_RFC = "https://www.rfc-editor.org/rfc/rfc9083"
EMAIL = Kind(
    "registrant-email",
    "contact",
    "E-mail of the registrant",
    "anna.keller@harbourpost.com",
    _RFC,
    proves=Proof.CONTROL,
    m=0.6,
    personal=True,
    traps="An agency or a reseller registers its customers' domains with its own mailbox.",
)
ORGANISATION = Kind(
    "registrant-organisation",
    "contact",
    "Organisation of the registrant",
    "Quiet Harbour Media Ltd",
    _RFC,
    m=0.6,
    cap=9.0,
    personal=True,
    traps="Nobody checks it; an agency or a reseller registers its customers' domains under its own name.",
)
DAY = Kind(
    "registration-day",
    "hosting",
    "Day of registration with the registrar",
    "2024-05-13 registrar 9101",
    "https://www.iana.org/assignments/registrar-ids",
    proves=Proof.FACT,
    m=0.15,
    cap=6.0,
    traps="Large registrars register tens of thousands of domains a day: of a hundred young suspects two share a day by chance.",
)
REGISTRAR = Kind(
    "registrar", "hosting", "Registrar", "Harrow Registry GmbH", "https://www.iana.org/assignments/registrar-ids", links=False
)
PRIVACY = Kind(
    "registrant-privacy", "hosting", "Privacy service in the registrant's place", "Domains By Proxy, LLC", _RFC, links=False
)
STATUS = Kind(
    "domain-status", "hosting", "Status of the domain at the registry", "clienthold", "https://www.icann.org/epp", links=False
)
_PRIVACY = re.compile(
    r"privacy|private|proxy|whois ?guard|redacted|protect|withheld|not disclosed|undisclosed|gdpr|masked|anonym|hidden|concealed|"
    r"identity shield|contact ?privacy|data ?protected",
    re.I,
)
_NOBODY = re.compile(r"(?:n/?a|none|null|-|\.|not applicable|individual|personal|private person|person)", re.I)


def _read(scan: Scan) -> Iterator[Found]:
    text, _ = text_of(scan.body)
    known = of_whois(text) if text else of_rdap(scan.body)
    if known is not None:
        yield from _found(scan, known, "WHOIS" if text else "RDAP")


def _found(scan: Scan, known: Registered, where: str) -> Iterator[Found]:
    registrar = " ".join(known.registrar.split())
    if usable(registrar):
        yield _at(scan, REGISTRAR, registrar, where)
    number = known.number.strip()
    if known.created and (number.isdigit() or usable(registrar)):
        by = number if number.isascii() and number.isdigit() else registrar.lower()
        yield Found(DAY, f"{known.created.isoformat()} registrar {by}"[:200], where=f"{where}, registration")
    organisation = " ".join(known.organisation.split())
    local, _, domain = known.email.strip().partition("@")
    mailbox = address(local, domain) or ""
    private = bool(_PRIVACY.search(organisation) or _PRIVACY.search(known.email))
    if private and usable(organisation or mailbox):
        yield _at(scan, PRIVACY, organisation or mailbox, where)
    elif not private:
        if usable(organisation) and not _NOBODY.fullmatch(organisation):
            yield _at(scan, ORGANISATION, organisation, where)
        if mailbox:
            yield _at(scan, EMAIL, mailbox, where)
    for status in dict.fromkeys("".join(status.split()).lower() for status in known.status[:20]):
        if usable(status):
            yield _at(scan, STATUS, status, where)


def _at(scan: Scan, kind: Kind, value: str, where: str) -> Found:
    start = scan.body.find(value.encode("utf-8", "replace"))
    return Found(kind, value, start, start + len(value.encode()) if start >= 0 else -1, where)


KINDS = (EMAIL, ORGANISATION, DAY, REGISTRAR, PRIVACY, STATUS)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.REGISTRATION})),)
