"""WordPress: the theme and the plug-ins whose files a page loads from its own site, and what made the page."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators.base import HTML, SLASH, Found, Kind, Pattern, Proof, Reader
from fingerprints.scan import Scan

_SOURCE = "https://developer.wordpress.org/themes/core-concepts/theme-structure/"
THEME = Kind(
    "wordpress-theme",
    "template",
    "WordPress theme",
    "gazette-nova",
    _SOURCE,
    proves=Proof.FACT,
    m=0.5,
    cap=4.0,
    traps="Themes are sold to thousands.",
)
PLUGIN = Kind("wordpress-plugin", "software", "WordPress plug-in", "nordfunk-player", _SOURCE, proves=Proof.FACT, links=False)
GENERATOR = Kind(
    "generator",
    "software",
    "Generator",
    "WordPress 6.5.2",
    "https://html.spec.whatwg.org/multipage/semantics.html#meta-generator",
    proves=Proof.FACT,
    links=False,
)
_NAME = rb"([A-Za-z0-9][A-Za-z0-9_.-]{1,60})(?=" + SLASH + rb")"


def _generator(scan: Scan) -> Iterator[Found]:
    for content, start, end, _ in scan.metas("generator"):
        if 2 <= len(content) <= 120:
            yield Found(GENERATOR, " ".join(content.split()), start, end, "meta generator")


KINDS = (THEME, PLUGIN, GENERATOR)
RULES = (
    Pattern(THEME, ("wp-content",), rb"wp-content" + SLASH + rb"themes" + SLASH + _NAME, str.lower, "theme file", roles=HTML),
    Pattern(
        PLUGIN,
        ("wp-content",),
        rb"wp-content" + SLASH + rb"(?:mu-)?plugins" + SLASH + _NAME,
        str.lower,
        "plug-in file",
        roles=HTML,
    ),
    Reader((GENERATOR,), _generator, needs=("generator",)),
)
