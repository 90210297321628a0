"""Whether a document that a site served is a program: such captures are kept apart, so that nobody replays them unawares."""

from __future__ import annotations

from fingerprints.content import decode

APART = "-quarantine-"
"""In the names of the WARC files that hold them."""
_LOOK = 4096
_MOST_PACKED = 65_536
_BEGINNINGS = {
    b"MZ": "a program for Windows",
    b"\x7fELF": "a program for Linux",
    b"\xfe\xed\xfa\xce": "a program for macOS",
    b"\xfe\xed\xfa\xcf": "a program for macOS",
    b"\xce\xfa\xed\xfe": "a program for macOS",
    b"\xcf\xfa\xed\xfe": "a program for macOS",
    b"\xca\xfe\xba\xbe": "a program for macOS or Java",
    b"dex\n": "a program for Android",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an installer or a document that may hold macros",
    b"L\0\0\0\x01\x14\x02\0": "a link that starts a program on Windows",
    b"MSCF": "a cabinet file for Windows",
    b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR": "the test file of EICAR",
}
"""https://www.iana.org/assignments/media-types/ has no list of these; they are those of the file(1) command and of
https://www.eicar.org/download-anti-malware-testfile/"""
_MARKS = tuple(_BEGINNINGS)


def harm_of(body: bytes, transfer: str, coding: str) -> str:
    """What kind of program a body is; empty for none.

    Args:
        body: as on the wire.
        transfer, coding: its Transfer-Encoding and Content-Encoding headers.
    """
    return harm_in(decode(body[:_MOST_PACKED], transfer, coding, _LOOK).body)


def harm_in(document: bytes) -> str:
    """What kind of program a document is, its encodings undone; empty for none."""
    if not document.startswith(_MARKS):  # nearly always
        return ""
    return next(what for mark, what in _BEGINNINGS.items() if document.startswith(mark))
