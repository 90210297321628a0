"""A site's logo and the pictures of its authors, by what they look like; and what the files say of their making."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.indicators._picture import perceptual_hash
from fingerprints.indicators._values import real_token
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

_PHASH = "https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html"
LOGO = Kind(
    "logo-sha256",
    "favicon",
    "Logo file (SHA-256)",
    "afa9d96c30753cf328866b700fd308f7f44da3aa3b70a825810153a476f85396",
    "https://csrc.nist.gov/pubs/fips/180-4/upd1/final",
    proves=Proof.FACT,
    m=0.2,
    cap=6.0,
    traps="A theme's or a platform's own logo; a partner's or a network's logo in the head of the page.",
)
LOGO_PHASH = Kind(
    "logo-phash",
    "favicon",
    "What the logo looks like (64-bit pHash)",
    "8f9f95e0601f609d",
    _PHASH,
    proves=Proof.FACT,
    m=0.2,
    cap=5.0,
    links=False,
    traps="As of the file; and an imposter's logo looks like that of whom he imitates.",
)
PORTRAIT = Kind(
    "portrait-phash",
    "text",
    "What an author's picture looks like (64-bit pHash)",
    "e8856ac6969e9a99",
    _PHASH,
    proves=Proof.FACT,
    m=0.2,
    cap=5.0,
    links=False,
    personal=True,
    traps="A default picture of the theme; a columnist of several papers; a stock or generated portrait.",
)
DOCUMENT = Kind(
    "xmp-document",
    "text",
    "XMP: document that a picture was made from",
    "xmp.did:2f7c1d90-8b4e-4a63-9c0d-5e1f7a2b6c84",
    "https://developer.adobe.com/xmp/docs/xmp-namespaces/xmp-mm/",
    proves=Proof.FACT,
    m=0.1,
    cap=5.0,
    traps="A photograph that an agency sent to many; a stock picture; a theme's demo content.",
)
FBMD = Kind(
    "facebook-picture",
    "text",
    "IPTC: mark of a picture taken from Facebook",
    "FBMD01000a9f0d0000c72a00008b5f0000",
    "https://iptc.org/standards/photo-metadata/social-media/ and measured: SpecialInstructions of pictures saved from Facebook",
    proves=Proof.FACT,
    m=0.1,
    cap=4.0,
    traps="A picture that went round on Facebook is taken over by strangers.",
)
CAMERA = Kind(
    "camera-serial",
    "text",
    "EXIF or XMP: serial number of the camera",
    "3054017729",
    "https://exiftool.org/TagNames/EXIF.html (SerialNumber), https://developer.adobe.com/xmp/docs/xmp-namespaces/exif/",
    proves=Proof.FACT,
    m=0.1,
    cap=7.0,
    personal=True,
    traps="A photographer or an agency whose pictures many sites show.",
)
_METADATA_BYTES = 300_000
"""Metadata stand before the picture; XMP of a JPEG in its first segments."""
_MOST = 10
_DOCUMENT = re.compile(
    rb"(?:xmpMM|stRef):(?:Original)?[dD]ocumentID\s{0,3}(?:=\s{0,3}[\"']|>)\s{0,3}((?:xmp\.did:|adobe:docid:[a-z]{1,20}:|uuid:)?[0-9A-Fa-f-]{32,40})(?![0-9A-Za-z-])"
)
_FBMD = re.compile(rb"FBMD[0-9a-f]{20,200}(?![0-9a-f])")
_SERIAL = re.compile(
    rb"(?:aux:SerialNumber|exifEX:BodySerialNumber)\s{0,3}(?:=\s{0,3}[\"']|>)\s{0,3}([0-9A-Za-z-]{5,20})(?![0-9A-Za-z-])"
)
_PICTURES = frozenset({Role.LOGO, Role.PORTRAIT, Role.PICTURE})
_LOOKS = {Role.LOGO: LOGO_PHASH, Role.PORTRAIT: PORTRAIT}


def _looks(scan: Scan) -> Iterator[Found]:
    body = scan.page.body
    if scan.page.truncated or not body:
        return
    if scan.page.role is Role.LOGO and len(body) > 100:
        yield Found(LOGO, hashlib.sha256(body).hexdigest(), where=f"logo of {len(body)} bytes")
    look = perceptual_hash(body)
    if look:
        yield Found(_LOOKS[scan.page.role], look, where=f"{scan.page.role.value} of {len(body)} bytes")


def _metadata(scan: Scan) -> Iterator[Found]:
    for pattern, kind, where in ((_DOCUMENT, DOCUMENT, "XMP"), (_SERIAL, CAMERA, "XMP"), (_FBMD, FBMD, "IPTC")):
        for match in islice(pattern.finditer(scan.body, 0, _METADATA_BYTES), _MOST):
            value = match[match.re.groups].decode()
            if real_token(value.rpartition(":")[2]):
                yield Found(kind, value[:_LONGEST], *match.span(match.re.groups), where)


_LONGEST = 200
KINDS = (LOGO, LOGO_PHASH, PORTRAIT, DOCUMENT, FBMD, CAMERA)
RULES = (
    Reader((LOGO, LOGO_PHASH, PORTRAIT), _looks, roles=frozenset(_LOOKS)),
    Reader((DOCUMENT, FBMD, CAMERA), _metadata, roles=_PICTURES, needs=("documentid", "fbmd", "serialnumber")),
)
