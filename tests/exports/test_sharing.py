"""Redaction: however many personal values there are, each is found wherever it stands, the longest one first."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.exports.sharing import Redactor

_WORDS = st.text(alphabet="abAB @\u0130", min_size=1, max_size=7)


@given(st.lists(_WORDS, max_size=6), st.text(alphabet="abAB @\u0130", max_size=40))
def test_what_is_replaced_is_what_a_search_for_each_value_finds(values: list[str], text: str) -> None:
    redactor = Redactor([("author", value) for value in values])
    wanted = sorted({value for value in values if len(value) >= 4}, key=lambda value: (-len(value), value))
    pattern = re.compile("|".join(re.escape(value) for value in wanted) or "(?!)", re.I)
    assert redactor.text(text) == pattern.sub(lambda match: redactor.value("author", _as_written(wanted, match[0])), text)


def _as_written(values: list[str], found: str) -> str:
    return next(value for value in values if re.fullmatch(re.escape(value), found, re.I))


def test_other_addresses_of_persons_go_too() -> None:
    redactor = Redactor([("email", "jane.doe@harbourpost.info")])
    assert redactor.text("to Jane.Doe@harbourpost.info") == "to redacted-email-1"
    for other in ("bo@a-post.com", "bo%40a-post.com", "bo[at]a-post.com", "bo(at)a-post.com"):
        assert redactor.text(f"to {other}") == "to [e-mail redacted]"
