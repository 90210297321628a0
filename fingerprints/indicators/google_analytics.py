"""Google Analytics: the older UA- properties, whose account number ties a client's sites together, and GA4's G- streams."""

from __future__ import annotations

import re

from fingerprints.indicators._values import real_number
from fingerprints.indicators.base import Clean, Kind, Pattern, code

ACCOUNT = Kind(
    name="google-analytics",
    family="analytics",
    title="Google Analytics account (UA)",
    example="UA-28821011",
    source="https://support.google.com/analytics/answer/7372977",
    m=0.6,
    traps="An agency, a theme's author or a platform puts its own account on clients' sites; a copied page keeps its victim's.",
)
PROPERTY = Kind(
    name="google-analytics-property",
    family="analytics",
    title="Google Analytics property (UA)",
    example="UA-28821011-5",
    source="https://support.google.com/analytics/answer/7372977",
    m=0.3,
    traps="As the account; a roll-up property is meant to be shared by all sites of one hand.",
)
GA4 = Kind(
    name="google-analytics-4",
    family="analytics",
    title="Google Analytics 4 measurement id",
    example="G-59FHTTFB72",
    source="https://support.google.com/analytics/answer/12270356",
    m=0.3,
    traps="Names one stream and no account: most sites have one of their own, so its absence elsewhere says nothing.",
)
_UA = re.compile(r"UA-([0-9]{4,10})-([0-9]{1,4})")
# Google's own pages and the plug-ins' help use these.
_EXAMPLE_ACCOUNTS = frozenset({"65432", "54321", "54516992", "1234", "12345", "123456", "1234567", "12345678", "123456789"})


_PLACEHOLDERS = (
    *("XXXX", "YOUR", "EXAMPLE", "PLACEHOLDER", "MEASUREMENT", "SAMPLE", "DUMMY", "TESTTEST", "TEST123", "DEMO123"),
    *("12345", "ABC123DEF", "ABC123XYZ", "1A2B3C", "A1B2C3"),
)
"""What tutorials and templates put in an id's place (measured on public source code). Chance makes few of them: one id in 100,000."""


def _parts(text: str) -> tuple[str, str] | None:
    match = _UA.fullmatch(text)
    if match is None or match[1] in _EXAMPLE_ACCOUNTS or real_number(match[1]) is None:
        return None
    return match[1], match[2]


def _account(text: str) -> str | None:
    parts = _parts(text)
    return f"UA-{parts[0]}" if parts else None


def _property(text: str) -> str | None:
    parts = _parts(text)
    return f"UA-{parts[0]}-{parts[1]}" if parts else None


def _measurement(text: str) -> str | None:
    """Letters and digits mixed: G-XXXXXXXXXX is a placeholder, G-20191120 a date."""
    bare = text[2:]
    if len(set(bare)) < 4 or bare.isdigit() or bare.startswith("ABCDEFGH") or any(word in bare for word in _PLACEHOLDERS):
        return None
    return text


def _mobile(clean: Clean) -> Clean:
    """For pages without scripts, until 2018, UA- became MO- before the same numbers (ga.php of Google's server-side snippet)."""
    return lambda text: clean(f"UA{text[2:]}")


KINDS = (ACCOUNT, PROPERTY, GA4)
_LITERAL = rb"{<}(UA-[0-9]{4,10}-[0-9]{1,4}){>}"
# Cookies that are named after the property, as a cookie notice lists them.
_COOKIE = rb"(?:(?<=_gat_)|(?<=_gtm_)|(?<=_gac_)|(?<=ga-disable-))(UA-[0-9]{4,10}-[0-9]{1,4}){>}"
_WITHOUT_SCRIPTS = rb"utmac{=}(MO-[0-9]{4,10}-[0-9]{1,4}){>}"
# Ten characters; a word of ten capitals is no id unless a call of gtag or a key says so.
# Nor is it one where a file is named (/assets/G-K3J2H1G0F9.css) or an element is labelled (class, alt, an article's number).
_MIXED = rb"{<}(?<!/)(G-(?=[A-Z]{0,9}[0-9])[A-Z0-9]{10}){>}(?!\.[a-z])"
_LABEL = rb"(?:(?i:class|alt|title|sku|mpn|model){:}|(?i:<(?:option|input))[^<>]{0,100}value=[\"'])[^\"'<>]{0,100}"
# An article's number looks the same, so something close by must speak of measuring.
_MEASURING = rb"goog|gtag|analytics|measure|vtp_|ga_?4|(?<![a-z])ga(?![a-z])|ga_?(?:four|id|key|code|propert|track)"
_ANY = rb"(G-[A-Z0-9]{8,12}){>}"
_GTAG = (
    rb"gtag(?:/|\\/|%2[fF]){1,2}js(?:\?|%3[fF]|\\u003[fF])id{=}",
    rb"[?&;]tid{=}",
    rb"(?:config|event|get|send_to){'}\s{0,9}[,:]\s{0,9}{'}",
    rb"(?i:measurement_?id(?:override)?|destination_?id|ga4_?id|ga4|ga_?id|tag_?id|trackingid){'}?\s{0,9}[:=]\s{0,9}{'}",
)
RULES = (
    code(ACCOUNT, ("UA-",), _LITERAL, _account),
    code(PROPERTY, ("UA-",), _LITERAL, _property),
    Pattern(ACCOUNT, ("UA-",), _COOKIE, _account, "cookie name"),
    Pattern(PROPERTY, ("UA-",), _COOKIE, _property, "cookie name"),
    code(ACCOUNT, ("utmac",), _WITHOUT_SCRIPTS, _mobile(_account), "counter image"),
    code(PROPERTY, ("utmac",), _WITHOUT_SCRIPTS, _mobile(_property), "counter image"),
    code(GA4, ("G-",), _MIXED, _measurement, unless_behind=_LABEL, near=_MEASURING),
    code(GA4, ("G-",), _ANY, _measurement, "gtag call", behind=rb"|".join(_GTAG)),
)
