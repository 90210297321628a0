"""Tag managers and ad stacks of larger publishers, whose scripts carry the customer's account in their address."""

from __future__ import annotations

import re

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.base import Kind, code

_GROUP = "A group has one account for all its sites; an agency one for its clients."
_SALES = "A sales house's account stands on all sites that it sells for."


def _kind(name: str, family: str, title: str, example: str, source: str, traps: str = _GROUP, cap: float = 12.0) -> Kind:
    return Kind(name=name, family=family, title=title, example=example, source=source, m=0.7, cap=cap, traps=traps)


TEALIUM = _kind(
    "tealium", "tags", "Tealium account", "harbordigital", "https://docs.tealium.com/platforms/javascript/install/universal-tag/"
)
ENSIGHTEN = _kind("ensighten", "tags", "Ensighten account", "harbor", "https://success.ensighten.com/")
BLUECONIC = _kind("blueconic", "tags", "BlueConic tenant", "harbordigital", "https://support.blueconic.com/")
ARC_XP = _kind("arc-xp", "operations", "Arc XP organisation", "harborpost", "https://docs.arcxp.com/")
INDEX = _kind(
    "index-exchange", "ads", "Index Exchange wrapper's publisher", "183973", "https://kb.indexexchange.com/", _SALES, 9.0
)
RUBICON = _kind("rubicon", "ads", "Magnite (Rubicon) account", "14648", "https://resources.rubiconproject.com/", _SALES, 9.0)
MOAT = _kind(
    "moat", "ads", "Moat customer", "harborprebidheader", "https://web.archive.org/web/2020/https://moat.com/", _SALES, 9.0
)
CONFIANT = _kind("confiant", "ads", "Confiant property", "Y2Nn8JmiAY8HpnF4sl5n7J71jaI", "https://www.confiant.com/", _SALES, 9.0)
LOTAME = _kind("lotame", "ads", "Lotame client", "13271", "https://my.lotame.com/", _SALES, 9.0)
KINDS = (TEALIUM, ENSIGHTEN, BLUECONIC, ARC_XP, INDEX, RUBICON, MOAT, CONFIANT, LOTAME)

_SERVICES = frozenset({"www", "cdn", "images", "docs", "support", "static", "plugins", "api", "nexus", "account", "addthis"})


def _account(text: str) -> str | None:
    name = real_name(text)
    return None if name in _SERVICES else name


def _moat(text: str) -> str | None:
    return _account(re.sub(r"\d{3,}$", "", text))


RULES = (
    code(
        TEALIUM, ("tags.tiqcdn.com", "tiqcdn.com/utag"), rb"(?:tags\.)?tiqcdn\.com{/}utag{/}([\w.-]{2,60}){/}", _account, "script"
    ),
    code(ENSIGHTEN, ("nexus.ensighten.com",), rb"nexus\.ensighten\.com{/}([\w.-]{2,60}){/}", _account, "script"),
    code(
        BLUECONIC,
        ("cdn.blueconic.net",),
        rb"cdn\.blueconic\.net{/}([a-z0-9-]{2,60})\.js",
        _account,
        "script",
    ),
    code(ARC_XP, (".arcpublishing.com",), rb"\.arcpublishing\.com", _account, "address", behind=rb"{/}{/}([a-z0-9-]{3,60})"),
    code(INDEX, ("indexww.com",), rb"indexww\.com{/}ht{/}p{/}([0-9]{5,7})-[0-9]{6,18}\.js", real_number, "wrapper"),
    code(
        RUBICON,
        ("rubiconproject.com",),
        rb"rubiconproject\.com{/}(?:prebid{/}dynamic|header|ad){/}([0-9]{4,6})\.js",
        real_number,
        "script",
    ),
    code(
        MOAT,
        ("z.moatads.com", "js.moatads.com"),
        rb"[zj]s?\.moatads\.com{/}([a-z][a-z0-9]{5,60}){/}moat[a-z]{2,10}\.js",
        _moat,
        "script",
    ),
    code(
        CONFIANT,
        ("confiant-integrations.", "confiantPropertyId", "confiantPropertyID"),
        rb"(?:confiantPropertyI[dD]{:}|confiant-integrations\.(?:net|global\.ssl\.fastly\.net){/})([A-Za-z0-9_-]{27}){.}",
        real_token,
        "script",
    ),
    code(LOTAME, ("crwdcntrl.net",), rb"crwdcntrl\.net{/}(?:[0-9]{/}c{=}|c{/})([0-9]{2,6}){.}", real_number, "script"),
)
