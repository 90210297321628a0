"""Who and where a site says it is: postal addresses of its organisation, and the persons its imprint names as responsible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

ADDRESS = Kind(
    name="postal-address",
    family="legal",
    title="Postal address of the organisation",
    example="hafenstrasse 12, 20457 hamburg",
    source="https://schema.org/PostalAddress, and imprints of public pages",
    m=0.4,
    cap=7.0,
    personal=True,
    traps="Offices for hire, agents for registration and publishers of many unrelated titles share an address.",
)
RESPONSIBLE = Kind(
    name="responsible-person",
    family="legal",
    title="Person whom the imprint names as responsible",
    example="marta lindqvist",
    source="https://www.gesetze-im-internet.de/ddg/__5.html and the like laws; labels measured on public imprints",
    m=0.4,
    cap=6.0,
    personal=True,
    traps="Namesakes; a lawyer or an agency that answers for many sites; imposters copy an imprint with its names.",
)
_MOST_TEXT = 200_000
_MOST_PARTS = 5000
_LONGEST_STREET = 60
_NUMBER = re.compile(r"\d")
_DEEPEST = 30
_COMPANIES = re.compile(r"\w{0,40}Organization|Corporation|NGO|WebSite|LocalBusiness|Newspaper")
_ABOUT_OTHERS = frozenset(
    {"about", "mentions", "itemReviewed", "location", "contentLocation", "performer", "organizer", "hiringOrganization"}
)
"""Keys under which an article's subject stands, and not who publishes it."""
_PARTS = re.compile(r"[\n,;|•·]")
_PLACE = re.compile(r"(?:[A-Z]{1,2} ?[-–] ?)?(\d{4,6}|\d{3} \d{2}|\d{2}-\d{3}) ([^\W\d_][^\d:()]{1,50})")
"""A postcode and a town, as most of Europe, Russia and Latin America write them."""
_STREET_WORD = re.compile(
    r"stra(?:ss|ß)e|str\.|weg\b|platz|allee|gasse|ring\b|damm\b|ufer\b|chaussee|\b(?:street|st|road|rd|avenue|ave|lane|drive|square|"
    r"boulevard|blvd|court|way|suite)\b|\b(?:rue|place|quai|chemin|impasse|via|viale|piazza|corso|calle|avenida|paseo|plaza|rua|"
    r"avenida|praça|ul|ulica|al|aleja|náměstí|ulice|utca|út|tér|straat|laan|plein|gatan|vägen|vej|gade|katu|tie|cadde|sokak|"
    r"ул|улица|пр|проспект|пер|переулок|наб|шоссе|вул|вулиця|бул)\b",
    re.I,
)
_LABELS = (
    "verantwortlich", "geschäftsführ", "inhaber", "herausgeber", "chefredakt", "vertreten durch", "redaktionsleit", "v.i.s.d.p",
    "editor-in-chief", "editor in chief", "chief editor", "managing editor", "managing director", "publisher", "proprietor", "owner",
    "founder", "directeur de la publication", "directeur de publication", "directrice de la publication", "rédacteur en chef",
    "rédactrice en chef", "responsable de la publication", "responsable de publication", "responsable editorial", "responsable legal",
    "direttore responsabile", "direttrice responsabile", "director responsable", "director general", "director editorial", "director",
    "directora", "redaktor naczelny", "redaktor naczelna", "šéfredaktor", "hoofdredacteur", "ansvarig utgivare", "ansvarshavende",
    "päätoimittaja", "felelős szerkesztő", "főszerkesztő", "genel yayın yönetmeni", "главный редактор", "шеф-редактор", "учредитель",
    "головний редактор", "засновник", "главен редактор", "главни уредник",
)  # fmt: skip
_LONGEST_LABEL = 90
_TITLES = frozenset({"herr", "frau", "mr", "mrs", "ms", "dr", "prof", "m", "mme", "dipl", "ing", "med", "phil", "jur"})
_PARTICLES = frozenset({"van", "von", "de", "der", "den", "di", "da", "du", "la", "le", "zu", "el", "bin", "al"})
_WORD = re.compile(r"[^\W\d_]{1,25}(?:[-'’][^\W\d_]{1,25})?\.?")
_NO_PERSON = re.compile(
    r"\b(?:gmbh|ltd|limited|llc|inc|ag|ug|e\.?v|sarl|sas|s\.?a|s\.?r\.?l|spa|bv|kg|ohg|verlag|media|medien|group|presse|press|news|company|"
    r"corporation|foundation|stiftung|institut|redaktion|verein|network|holding|straße|street|impressum|imprint|kontakt|contact|"
    r"telefon|ооо|зао|ао|ип|фонд|редакция|всі|все|all|rights|reserved|privacy|policy|terms|about|mustermann|doe)\b",
    re.I,
)


def _json_ld(scan: Scan) -> Iterator[Found]:
    for region in scan.regions:
        if region.name == "script" and b"streetAddress" in scan.body[region.start : region.end]:
            start = scan.body.find(b">", region.start, region.end) + 1
            try:
                content = json.loads(scan.body[start : region.end])
            except (ValueError, RecursionError):
                continue
            for address in _addresses(content):
                yield from _placed(
                    scan, ADDRESS, _of_object(address), str(address.get("streetAddress", "")), "address of the organisation"
                )


def _addresses(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The addresses of the organisations in a JSON-LD that publish, not of those that an article is about."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:200]:
            yield from _addresses(one, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type", "")
        named = types if isinstance(types, str) else " ".join(map(str, types)) if isinstance(types, list) else ""
        if any(_COMPANIES.fullmatch(name) for name in named.split()):
            given = value.get("address")
            yield from (one for one in (given if isinstance(given, list) else [given]) if isinstance(one, dict))
        for key, inner in value.items():
            if key not in _ABOUT_OTHERS:
                yield from _addresses(inner, depth + 1)


def _of_object(address: dict[str, Any]) -> str | None:
    street, code, city = (address.get(key) for key in ("streetAddress", "postalCode", "addressLocality"))
    if (
        not isinstance(street, str)
        or not any(letter.isalpha() for letter in street)
        or not any(letter.isdigit() for letter in street)
    ):
        return None
    place = " ".join(str(part) for part in (code, city) if isinstance(part, str | int) and str(part).strip())
    return _normal(f"{street}, {place}") if place else None


def _about(scan: Scan) -> Iterator[Found]:
    text = scan.dom.lines()[:_MOST_TEXT]
    found = (*_written_addresses(text), *_written_persons(text.split("\n")))
    for kind, value, written, where in found:
        yield from _placed(scan, kind, value, written, where)


def _written_addresses(text: str) -> Iterator[tuple[Kind, str | None, str, str]]:
    """A street, and behind it a postcode with its town: in two lines, or parted by a comma."""
    parts = [part.strip() for part in _PARTS.split(text)]
    for street, place in islice(pairwise(part for part in parts if part), _MOST_PARTS):
        match = _PLACE.fullmatch(place)
        name = street.rpartition(":")[2].strip()
        if match and len(name) <= _LONGEST_STREET and _NUMBER.search(name) and _STREET_WORD.search(name):
            yield ADDRESS, _normal(f"{name}, {match[1]} {match[2]}"), name, "page about the site"


def _written_persons(lines: list[str]) -> Iterator[tuple[Kind, str | None, str, str]]:
    """What stands behind a label, in its line or in the next one."""
    for line, following in islice(pairwise((*lines, "")), _MOST_PARTS):
        if not line.casefold().startswith(_LABELS):
            continue
        label, colon, rest = line.replace("：", ":").partition(":")
        if len(label) <= _LONGEST_LABEL and (colon or label.casefold().strip() in _LABELS):
            name = _person(rest.strip() or following)
            if name:
                yield RESPONSIBLE, name.casefold(), name, "named as responsible"


def _person(text: str) -> str | None:
    """The name with which a text begins and ends, titles left out: two to five words, each with a capital or a particle."""
    words = _PARTS.split(text)[0].partition("(")[0].split()
    while words and words[0].casefold().rstrip(".") in _TITLES:
        words = words[1:]
    named = [word for word in words if word.casefold() not in _PARTICLES]
    if not 2 <= len(named) <= 4 or len(words) > 6 or not all(_WORD.fullmatch(word) and word[0].isupper() for word in named):
        return None
    name = " ".join(words)
    return None if _NO_PERSON.search(name) or len(name) < 6 else name.rstrip(".")


def _placed(scan: Scan, kind: Kind, value: str | None, written: str, where: str) -> Iterator[Found]:
    if value:
        literal = written.encode()
        start = scan.body.find(literal) if literal else -1
        yield Found(kind, value, start, start + len(literal) if start >= 0 else -1, where)


def _normal(text: str) -> str | None:
    """In lower case, with single blanks; None where it is too long to be an address or cannot be shown."""
    value = re.sub(r"\s{0,9},\s{0,9}", ", ", " ".join(text.split())).casefold().strip(" ,.")
    return value if 10 <= len(value) <= 160 and value.isprintable() else None


KINDS = (ADDRESS, RESPONSIBLE)
RULES = (
    Reader((ADDRESS,), _json_ld, needs=("streetaddress",)),
    Reader(KINDS, _about, roles=frozenset({Role.ABOUT})),
)
