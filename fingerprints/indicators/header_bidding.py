"""Accounts with the bidders of header bidding, as Prebid's settings name them.

Prebid takes a bidder's parameters as `{bidder: "pubmatic", params: {publisherId: "156209"}}`; publishers' own wrappers keep the same
names as `"pubmatic": {"publisherId": "156209"}`. Only parameters that name an account are read: those of a slot or a placement are
different on every site.
"""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token
from fingerprints.indicators.ad_networks import SMART_AD
from fingerprints.indicators.base import Clean, Kind, Pattern, code
from fingerprints.indicators.tag_stacks import RUBICON

_DOCS = "https://docs.prebid.org/dev-docs/bidders/"
_TRAPS = "A sales house or a wrapper's vendor bids with its own account on all sites that it sells for."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name, "ads", title, example, source, m=0.7, cap=9.0, traps=_TRAPS)


PUBMATIC = _kind("pubmatic", "PubMatic publisher", "156209", _DOCS + "pubmatic.html")
OPENX = _kind("openx", "OpenX delivery domain", "harbordigital-d.openx.net", _DOCS + "openx.html")
OZONE = _kind("ozone", "Ozone publisher", "OZONEHRBR001", _DOCS + "ozone.html")
CRITEO_NETWORK = _kind("criteo-network", "Criteo network of a publisher", "4168", _DOCS + "criteo.html")
GUMGUM = _kind("gumgum", "GumGum zone of a publisher", "dc9d6be1", _DOCS + "gumgum.html")
RTB_HOUSE = _kind("rtb-house", "RTB House publisher", "d3b07384d113edec49ea", _DOCS + "rtbhouse.html")
KINDS = (PUBMATIC, OPENX, OZONE, CRITEO_NETWORK, GUMGUM, RTB_HOUSE)

_HASHES_OF_NOTHING = ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "d41d8cd98f00b204e9800998ecf8427e")
"""SHA-1 and MD5 of no bytes at all: an account that was never filled in."""


def _filled_in(text: str) -> str | None:
    return None if any(nothing.startswith(text.lower()) for nothing in _HASHES_OF_NOTHING) else real_token(text)


def _bidder(kind: Kind, names: tuple[str, ...], parameter: bytes, value: bytes, clean: Clean) -> Pattern:
    """The parameter that names the account, in Prebid's own shape and in a wrapper's."""
    shape = rb"(?:{,}params{:}|{:})\{[^{}]{0,200}?(?<![A-Za-z_])" + parameter + rb"{:}(" + value + rb"){>}"
    return code(kind, names, rb"[A-Za-z]{5,13}?" + shape, clean, "header bidding")


RULES = (
    _bidder(PUBMATIC, ("pubmatic", "pubmaticServer"), rb"publisherId", rb"[0-9]{4,7}", real_number),
    code(PUBMATIC, ("PubMatic",), rb"PubMatic{,}pubid{:}([0-9]{4,7}){>}", real_number, "header bidding"),
    code(
        PUBMATIC,
        ("ads.pubmatic.com",),
        rb"ads\.pubmatic\.com{/}AdServer{/}js{/}pwt{/}([0-9]{4,7}){/}",
        real_number,
        "wrapper script",
    ),
    _bidder(OPENX, ("openx",), rb"delDomain", rb"[A-Za-z0-9-]{2,60}-d\.openx\.net", real_name),
    _bidder(OZONE, ("ozone",), rb"publisherId", rb"OZONE[A-Z0-9]{4,12}", real_token),
    _bidder(RUBICON, ("rubicon",), rb"accountId", rb"[0-9]{4,6}", real_number),
    code(RUBICON, ("Rubicon",), rb"Rubicon{,}pubid{:}([0-9]{4,6}){>}", real_number, "header bidding"),
    _bidder(CRITEO_NETWORK, ("criteo",), rb"networkId", rb"[0-9]{3,6}", real_number),
    _bidder(SMART_AD, ("smartadserver",), rb"networkId", rb"[0-9]{2,5}", real_number),
    _bidder(GUMGUM, ("gumgum",), rb"zone", rb"[a-z0-9]{8}", real_token),
    _bidder(RTB_HOUSE, ("rtbhouse",), rb"publisherId", rb"[A-Za-z0-9]{8,40}", _filled_in),
)
