"""Google AdSense: the publisher who is paid for the ads on a page, and hosts, who are platforms and paid a share."""

from __future__ import annotations

from fingerprints.indicators._values import real_digits
from fingerprints.indicators.base import START, Kind, code

ADSENSE = Kind(
    name="adsense",
    family="ads",
    title="Google AdSense publisher",
    example="pub-9292789304436098",
    source="https://support.google.com/adsense/answer/105516",
    m=0.7,
    traps="A monetisation service's account on its customers' sites; a plug-in's author who shows ads of his own.",
)
HOST = Kind(
    name="adsense-host",
    family="ads",
    title="Google AdSense host",
    example="pub-1556223355139109",
    source="https://support.google.com/adsense/answer/9897202",
    links=False,
    traps="The platform or plug-in that placed the ads (Blogger, Site Kit): every one of its customers carries it.",
)
_EXAMPLES = frozenset({"3940256099942544"})
"""Google's publisher of sample ads (https://developers.google.com/admob/android/test-ads)."""


def _publisher(text: str) -> str | None:
    return f"pub-{text}" if text not in _EXAMPLES and real_digits(text) else None


KINDS = (ADSENSE, HOST)
# ca-pub, ca-video-pub, ca-app-pub, partner-pub and plain pub are one publisher; "host" before it names the platform.
_PUB = rb"pub-([0-9]{16})(?![0-9A-Za-z])"
# An ads.txt that a script quotes: a reseller's line is no account of the site.
_NO_RESELLER = rb"(?!{ },{ }RESELLER)"
_PREFIX = START[:-1] + rb"|(?<=ca-)|(?<=-video-)|(?<=-app-)|(?<=-mb-)|(?<=-games-)|(?<=partner-)|(?<=feed-)|(?<=feeds-))"
_AS_HOST = rb"(?i:ad[-_]?host){:}(?:ca-)?|adsense-platform-account[\"']?\s{1,9}content=[\"']?(?:ca-)?"
RULES = (
    code(ADSENSE, ("pub-",), _PREFIX + _PUB + _NO_RESELLER, _publisher, unless_behind=_AS_HOST),
    code(HOST, ("pub-",), rb"(?<=host-)" + _PUB, _publisher),
    code(HOST, ("pub-",), _PUB, _publisher, behind=_AS_HOST),
)
