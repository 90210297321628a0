"""Numbers by which a state knows the company behind a site: VAT numbers and entries of registers, proved by their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators import _registers as registers
from fingerprints.indicators.base import Clean, Found, Kind, Pattern, Reader
from fingerprints.scan import Scan

_TRAPS = (
    "The web designer's, the host's or a processor's own number stands in imprints and privacy notices as well; "
    "imposters copy whole imprints."
)
VAT = Kind(
    "vat-id",
    "contact",
    "VAT number",
    "DE136695976",
    "https://ec.europa.eu/taxation_customs/vies/",
    cap=9.0,
    traps=_TRAPS,
)
REGISTER = Kind(
    "company-register",
    "contact",
    "Company register number",
    "RU OGRN 1027700132195",
    "https://e-justice.europa.eu/topics/registers-business-insolvency-land/business-registers-eu-countries_en",
    cap=9.0,
    traps=_TRAPS,
)
# Between the name of a number and the number: a few words, then tags. No digit, so that the first number is meant.
_GAP = rb"(?:[^<>0-9]{0,40}+(?:<[^<>]{0,80}+>[\s:;.]{0,10}+){1,4}+|[^<>0-9]{0,40}?)"
_DIGITS = rb"([0-9](?:[ .\-/]?[0-9]){%d,%d})(?![0-9A-Za-z])"
_EU = rb"((?:ATU|CHE|BE|DE|DK|ES|FR|GB|HU|IT|NL|PL|PT|SE|SK)[ .\-]{0,2}[A-Z0-9](?:[ .\-]?[0-9B]){6,12}+[A-J]?)(?![0-9A-Za-z])"
_LAW_COURT = re.compile(
    r"\b(?:Amtsgericht|Registergericht|AG|Handelsregister)[\s:,]{1,4}(?:des\s|beim\s|Amtsgericht\s)?([A-ZÄÖÜ][a-zäöüß]{2,30})"
)
_HRB = re.compile(r"\bHR\s?([AB])(?:[\s:.-]|Nr|Nummer){0,6}(\d[\d ]{1,8}\d)(?!\d)")
_NO_COURT = frozenset(
    {"Registernummer", "Nummer", "Handelsregister", "Registergericht", "Eingetragen", "Amtsgericht", "Abteilung"}
)
_REACH = 160
_RUSSIAN = re.compile("(?:(ИНН)|ОГРН(?:ИП)?)".encode() + _GAP + _DIGITS % (9, 14))


def _russian(scan: Scan) -> Iterator[Found]:
    for match in _RUSSIAN.finditer(scan.body):
        value = (registers.inn if match[1] else registers.ogrn)(match[2].decode("ascii"))
        if value:
            yield Found(REGISTER, value, *match.span(2), "ИНН" if match[1] else "ОГРН")


def _number(kind: Kind, anchors: tuple[str, ...], regex: bytes, clean: Clean, where: str) -> Pattern:
    starts = rb"(?:" + b"|".join(re.escape(anchor.encode()) for anchor in anchors) + rb")(?![a-z])"
    return Pattern(kind, anchors, starts + _GAP + regex, clean, where, unless_behind=rb"[A-Za-z0-9]")


def _court_entries(scan: Scan) -> Iterator[Found]:
    """German entries: the number counts within its court, so both are needed. Section 35a of the law on limited companies."""
    body = scan.body
    for match in re.finditer(rb"HR ?[AB]\b", body):
        low = max(0, match.start() - _REACH)
        before = _plain(body[low : match.start()])
        after = _plain(body[match.start() : match.end() + _REACH])
        entry = _HRB.match(after)
        court = _last_court(before) or (_last_court(after[entry.end() :]) if entry else "")
        if entry and court:
            number = entry[2].replace(" ", "")
            yield Found(REGISTER, f"DE {court} HR{entry[1]} {number}", match.start(), match.end(), "German register")


def _plain(part: bytes) -> str:
    text = re.sub(rb"<[^<>]{0,200}>|^[^<>]{0,80}>|<[^<>]{0,200}$", b" ", part).decode("utf-8", "replace")
    return re.sub(r"(?:\s|&nbsp;)+", " ", text).replace("&ouml;", "ö").replace("&uuml;", "ü").replace("&auml;", "ä").lstrip()


def _last_court(text: str) -> str:
    found = [name for name in _LAW_COURT.findall(text) if name not in _NO_COURT]
    return found[-1] if found else ""


KINDS = (VAT, REGISTER)
RULES = (
    _number(
        VAT,
        ("USt", "Ust", "UID", "Umsatzsteuer", "VAT", "TVA", "BTW", "MwSt", "MWST", "NIF", "CVR", "Moms"),
        _EU,
        registers.vat,
        "",
    ),
    _number(
        VAT,
        ("P.IVA", "P. IVA", "P.Iva", "Partita IVA", "Partita Iva", "PARTITA IVA", "p.iva"),
        rb"(?:IT ?)?" + _DIGITS % (10, 10),
        registers.vat_of("IT"),
        "Partita IVA",
    ),
    _number(VAT, ("NIP",), rb"(?:PL ?)?" + _DIGITS % (9, 9), registers.vat_of("PL"), "NIP"),
    _number(
        VAT,
        ("CIF", "NIF", "N.I.F", "C.I.F"),
        rb"([A-HJNP-SUVW][ .\-]?[0-9]{7}[ .\-]?[0-9A-J])(?![0-9A-Za-z])",
        registers.vat_of("ES"),
        "CIF",
    ),
    _number(VAT, ("VAT",), _DIGITS % (8, 8), registers.vat_of("GB"), "VAT number"),
    _number(REGISTER, ("SIREN", "SIRET", "RCS", "R.C.S", "Siren", "Siret"), _DIGITS % (8, 13), registers.siren, "SIREN"),
    _number(REGISTER, ("CNPJ",), _DIGITS % (13, 13), registers.cnpj, "CNPJ"),
    _number(REGISTER, ("ABN",), _DIGITS % (10, 10), registers.abn, "ABN"),
    Pattern(
        REGISTER,
        ("company n", "company reg", "registered in england", "registered number", "registration number"),
        rb"(?i:company n(?:o|umber)|company reg[a-z.]{0,11}[ ]n(?:o|umber)|registered in england[a-z &]{0,20}|registered number|registration number)"
        + rb"[^<>0-9]{0,40}?((?:SC|NI|OC|SO|FC|NC|LP|SL)?[0-9]{6,8})(?![0-9A-Za-z])",
        registers.companies_house,
        "Companies House",
        caseless=True,
        near=rb"england|wales|scotland|companies house|united kingdom|\buk\b|london",
    ),
    Reader((REGISTER,), _russian, needs=("ИНН", "ОГРН")),
    Reader((REGISTER,), _court_entries, needs=("HRB", "HRA", "HR B", "HR A")),
)
