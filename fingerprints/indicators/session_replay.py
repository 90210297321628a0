"""Heat maps and recordings of visits: Hotjar, its successor Contentsquare, Microsoft Clarity, Crazy Egg and others."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

_OWN = "One account per site is usual; an agency's account, or a copied page, makes strangers share it."
HOTJAR = Kind(
    "hotjar", "analytics", "Hotjar site", "1836452", "https://help.hotjar.com/hc/en-us/articles/115009336727", m=0.3, traps=_OWN
)
CLARITY = Kind(
    "clarity",
    "analytics",
    "Microsoft Clarity project",
    "4xqm2v9k7t",
    "https://learn.microsoft.com/en-us/clarity/setup-and-installation/clarity-setup",
    m=0.3,
    traps=_OWN,
)
MOUSEFLOW = Kind(
    "mouseflow",
    "analytics",
    "Mouseflow site",
    "6f1c0a52-93d1-4c1e-8c8e-2f6a4be71d03",
    "https://help.mouseflow.com/en/articles/4340142",
    m=0.3,
    traps=_OWN,
)
CRAZY_EGG = Kind(
    "crazy-egg",
    "analytics",
    "Crazy Egg account",
    "00274519",
    "https://support.crazyegg.com/hc/en-us/articles/360053769114",
    m=0.5,
    traps=_OWN,
)
FULLSTORY = Kind(
    "fullstory",
    "analytics",
    "FullStory organisation",
    "o-1A5KXM-na1",
    "https://help.fullstory.com/hc/en-us/articles/360020828573",
    m=0.5,
    traps=_OWN,
)
SMARTLOOK = Kind(
    "smartlook",
    "analytics",
    "Smartlook project",
    "5b0e1f4a7d5b0c2f8c3e9d61a4f7b2c9e8d01f36",
    "https://web.developer.smartlook.com/docs/installation",
    m=0.3,
    traps=_OWN,
)
LUCKY_ORANGE = Kind(
    "lucky-orange",
    "analytics",
    "Lucky Orange site",
    "184729",
    "https://help.luckyorange.com/article/210",
    m=0.3,
    traps=_OWN,
)
INSPECTLET = Kind(
    "inspectlet",
    "analytics",
    "Inspectlet site",
    "1893472650",
    "https://docs.inspectlet.com/hc/en-us/articles/206133747",
    m=0.3,
    traps=_OWN,
)
CONTENTSQUARE = Kind(
    "contentsquare",
    "analytics",
    "Contentsquare site",
    "8b0850a3ee53b",
    "https://docs.contentsquare.com/en/web/",
    m=0.3,
    traps=_OWN,
)
KINDS = (CONTENTSQUARE, HOTJAR, CLARITY, MOUSEFLOW, CRAZY_EGG, FULLSTORY, SMARTLOOK, LUCKY_ORANGE, INSPECTLET)


def _clarity(text: str) -> str | None:
    """Letters and digits mixed, or at least no word."""
    return real_token(text) if not text.isdigit() else None


def _crazy_egg(text: str) -> str | None:
    return real_number(text.replace("/", "").replace("\\", "").lstrip("0")) and text.replace("/", "").replace("\\", "")


RULES = (
    code(HOTJAR, ("hjid",), rb"(?<![A-Za-z])hjid{:}([0-9]{5,8}){.}", real_number, "Hotjar settings"),
    code(HOTJAR, ("hotjar",), rb"hotjar\.com{/}c{/}hotjar-([0-9]{5,8})\.js", real_number, "Hotjar script"),
    code(
        HOTJAR, ("hotjar", "Hotjar", "HOTJAR"), rb"(?i:hotjar)_?(?i:site_?)?(?i:id){:}([0-9]{5,8}){.}", real_number, "Hotjar key"
    ),
    code(HOTJAR, ("hotjar",), rb"hotjar{:}\{{ }{'}?id{:}([0-9]{5,8}){.}", real_number, "Hotjar settings"),
    code(
        CONTENTSQUARE,
        ("contentsquare.net",),
        rb"(?<=t\.)contentsquare\.net{/}uxa{/}([0-9a-f]{13})\.js",
        real_token,
        "Contentsquare script",
    ),
    code(CLARITY, ("clarity.init", "Clarity.init"), rb"(?i:clarity)\.init\({ }{'}([a-z0-9]{10}){'}", _clarity, "Clarity call"),
    code(CLARITY, ("clarity.ms",), rb"clarity\.ms{/}tag{/}([a-z0-9]{8,12})(?![A-Za-z0-9_/-])", _clarity, "Clarity script"),
    code(CLARITY, ("clarity",), rb"clarity{,}script{,}([a-z0-9]{8,12}){'}", _clarity, "Clarity snippet"),
    code(
        CLARITY,
        ("clarity", "Clarity", "CLARITY"),
        rb"(?i:clarity)_?(?i:project_?)?(?i:id){:}([a-z0-9]{10}){'}",
        _clarity,
        "Clarity key",
    ),
    code(MOUSEFLOW, ("mouseflow.com",), rb"mouseflow\.com{/}projects{/}({uuid})", real_token),
    code(CRAZY_EGG, ("crazyegg.com",), rb"crazyegg\.com{/}pages{/}scripts{/}([0-9]{4}\\?/[0-9]{4})\.js", _crazy_egg),
    code(FULLSTORY, ("_fs_org",), rb"_fs_org(?:{'}\])?{:}([A-Z0-9]{4,8}|o-[0-9A-Z]{5,8}-[a-z]{2}[0-9]){'}", real_token),
    code(SMARTLOOK, ("smartlook(",), rb"smartlook\({ }{'}init{,}([0-9a-f]{40}){>}", real_token),
    code(LUCKY_ORANGE, ("__lo_site_id",), rb"__lo_site_id{:}([0-9]{4,8}){.}", real_number),
    code(INSPECTLET, ("__insp",), rb"__insp\.push\(\[{'}wid{,}([0-9]{6,12}){.}", real_number),
)
