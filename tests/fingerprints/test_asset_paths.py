"""Addresses that one pattern parts, against urllib's rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.indicators import asset_paths

_PIECES = (
    *(
        "http:",
        "https:",
        "//",
        "/",
        "?",
        "#",
        "..",
        ".",
        "a",
        "B",
        "-",
        "_",
        "\n",
        "\t",
        " ",
        "\\",
        "@",
        "[",
        "]",
        "%41",
        "é",
        "\x00",
    ),
    *(":80", ";", "host.example", "&", "="),
)


@given(st.sampled_from(("http://", "https://", "//")), st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
def test_plain_addresses_are_parted_as_urllib_parts_them(begin: str, rest: str) -> None:
    address = (begin + rest).strip()
    plain = asset_paths._PLAIN.match(address)
    if plain:
        base = "" if begin.startswith("http") else "https://own.example/"
        assert (plain[1].lower(), plain[2]) == asset_paths._parted(address, base)
