"""An RDAP or WHOIS answer → who registered a domain, when and with whom. RFC 9083, RFC 3912."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_MOST_ENTITIES = 30
_MOST_LINES = 3_000
_LINE = re.compile(
    r"[ \t]{0,20}+\[?([A-Za-z][A-Za-z0-9 /_.-]{1,40}+)\]?[ \t]{0,20}+(?::|\.{2,40}+:?)[ \t]{0,40}+([^\r\n]{1,300}+)"
)
_KEYS = {
    "registrar": "registrar",
    "registrar name": "registrar",
    "sponsoring registrar": "registrar",
    "registrar iana id": "number",
    "creation date": "created",
    "created": "created",
    "created on": "created",
    "registered": "created",
    "registered on": "created",
    "registered date": "created",
    "registration time": "created",
    "registration date": "created",
    "domain registration date": "created",
    "registrant organization": "organisation",
    "registrant organisation": "organisation",
    "registrant org": "organisation",
    "org": "organisation",
    "registrant email": "email",
    "registrant contact email": "email",
    "domain status": "status",
    "status": "status",
    "state": "status",
}
"""Names of fields in WHOIS answers of registries (ICANN's form, RIPE's form of .ru and .ir, and others)."""
_YEAR_FIRST = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{1,2}|[A-Za-z]{3})[-./ ](\d{4})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(slots=True)
class Registered:
    """What an answer tells; empty texts and None for what it does not."""

    registrar: str = ""
    number: str = ""
    """The registrar's number at IANA."""
    created: date | None = None
    organisation: str = ""
    email: str = ""
    status: list[str] = field(default_factory=list)


def of_rdap(body: bytes) -> Registered | None:
    """What an RDAP answer about a domain tells; None for what is none."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or answer.get("objectClassName") != "domain":
        return None
    known = Registered(status=_strings(answer.get("status")))
    for event in _objects(answer.get("events")):
        if event.get("eventAction") == "registration":
            known.created = known.created or day(str(event.get("eventDate") or ""))
    for entity in _entities(answer):
        roles = _strings(entity.get("roles"))
        card = _card(entity)
        if "registrar" in roles:
            known.registrar = known.registrar or card.get("fn") or card.get("org", "")
            for number in _objects(entity.get("publicIds")):
                if "IANA" in str(number.get("type")):
                    known.number = known.number or str(number.get("identifier") or "")
        if "registrant" in roles:
            known.organisation = known.organisation or card.get("org") or card.get("fn", "")
            known.email = known.email or card.get("email", "")
    return known


def of_whois(text: str) -> Registered:
    """What a WHOIS answer tells."""
    known = Registered()
    for line in text.splitlines()[:_MOST_LINES]:
        match = _LINE.match(line)
        name = _KEYS.get(" ".join(match[1].lower().split())) if match else None
        if match is None or name is None:
            continue
        value = match[2].strip()
        if name == "status":
            known.status.append(value.split(" ", 1)[0])
        elif name == "created":
            known.created = known.created or day(value)
        elif not getattr(known, name):
            setattr(known, name, value)
    return known


def day(text: str) -> date | None:
    """The first day that a text names: 2024-05-13, 13.05.2024, 13-May-2024, 20240513."""
    match = _YEAR_FIRST.match(text.strip())
    parts = (match[1], match[2], match[3]) if match else None
    if parts is None and (other := _DAY_FIRST.match(text.strip())):
        month = (
            other[2] if other[2].isdigit() else str(_MONTHS.index(other[2].lower()) + 1) if other[2].lower() in _MONTHS else "0"
        )
        parts = (other[3], month, other[1])
    with suppress(ValueError):
        found = date(*map(int, parts)) if parts else None
        return found if found and found.year >= 1985 else None
    return None


def _entities(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer's entities and those inside them, one level down."""
    for entity in _objects(answer.get("entities")):
        yield entity
        yield from _objects(entity.get("entities"))


def _card(entity: dict[str, Any]) -> dict[str, str]:
    """The texts of a jCard (RFC 7095) by their property."""
    card = entity.get("vcardArray")
    rows = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    found: dict[str, str] = {}
    for row in rows[:50]:
        if isinstance(row, list) and len(row) > 3 and isinstance(row[0], str):
            value = row[3][0] if isinstance(row[3], list) and row[3] else row[3]
            if isinstance(value, str) and value.strip():
                found.setdefault(row[0].lower(), value.strip())
    return found


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value[:_MOST_ENTITIES] if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [one for one in value[:_MOST_ENTITIES] if isinstance(one, str)] if isinstance(value, list) else []
