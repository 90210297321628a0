"""Accounts in the tags that Google Tag Manager has templates for: its container's script names them by parameters of its own.

A tag stands there as {"function":"__bzi",…,"vtp_id":"1795625","tag_id":909}. Which template has which parameter was measured on
public containers; tags made of HTML hold the vendors' snippets and are read as those are. A parameter that is a variable
(["macro",32]) has no value before the page is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fingerprints.indicators import ad_pixels, audience, google_tags, session_replay
from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Clean, Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan


class _Template(NamedTuple):
    """Where a template of tags has the account."""

    kind: Kind
    parameter: re.Pattern[bytes]
    clean: Clean


def _template(kind: Kind, name: str, form: str, clean: Clean = real_number) -> _Template:
    return _Template(kind, re.compile(rb"\"vtp_%b\"\s{0,9}:\s{0,9}\"(%b)\"" % (name.encode(), form.encode())), clean)


def _google(prefix: str) -> Clean:
    return lambda text: real_number(text) and f"{prefix}-{text}"


def _padded(text: str) -> str | None:
    return text if real_number(text.lstrip("0")) else None


_ADS = _template(google_tags.ADS, "conversionId", "[0-9]{8,12}", _google("AW"))
_FLOODLIGHT = _template(google_tags.FLOODLIGHT, "advertiserId", "[0-9]{5,10}", _google("DC"))
_TEMPLATES = {
    b"awct": _ADS,
    b"sp": _ADS,
    b"flc": _FLOODLIGHT,
    b"fls": _FLOODLIGHT,
    b"bzi": _template(ad_pixels.LINKEDIN, "id", "[0-9]{4,9}"),
    b"baut": _template(ad_pixels.UET, "tagId", "[0-9]{6,10}"),
    b"pntr": _template(ad_pixels.PINTEREST, "tagId", "[0-9]{13}"),
    b"twitter_website_tag": _template(ad_pixels.X, "twitter_pixel_id", "[a-z0-9]{5}", real_token),
    b"qpx": _template(ad_pixels.QUORA, "pixel_id", "[0-9a-f]{32}", real_token),
    b"csm": _template(audience.COMSCORE, "clientId", "[0-9]{6,9}"),
    b"qcm": _template(audience.QUANTCAST, "pcode", "p-[A-Za-z0-9_-]{8,16}", real_token),
    b"cegg": _template(session_replay.CRAZY_EGG, "usersNumericId", "[0-9]{8}", _padded),
}
_FUNCTION = re.compile(rb"\"function\"\s{0,9}:\s{0,9}\"__([a-z_]{2,20})\"")
_LONGEST = 4000
"""Bytes of a tag's parameters that are looked at."""


def _tags(scan: Scan) -> Iterator[Found]:
    for match in _FUNCTION.finditer(scan.body):
        template = _TEMPLATES.get(match[1])
        if template is None:
            continue
        begin, most = match.end(), min(match.end() + _LONGEST, len(scan.body))
        ends = (scan.body.find(mark, begin, most) for mark in (b'"function"', b'"tag_id"'))
        found = template.parameter.search(scan.body, begin, min((end for end in ends if end >= 0), default=most))
        value = template.clean(found[1].decode()) if found else None
        if found and value:
            yield Found(template.kind, value, *found.span(1), "tag of the container")


KINDS: tuple[Kind, ...] = ()
RULES = (
    Reader(tuple(dict.fromkeys(one.kind for one in _TEMPLATES.values())), _tags, frozenset({Role.CONTAINER}), needs=("vtp_",)),
)
