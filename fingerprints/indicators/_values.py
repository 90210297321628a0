"""Checks that many kinds share: which digits and tokens are somebody's, and which are a documentation's placeholder."""

from __future__ import annotations

_COUNTING = ("1234567890" * 4, "123456789" * 5, "0123456789" * 4, "9876543210" * 4, "0987654321" * 4)
_PLACEHOLDER_WORDS = (
    "xxxx",
    "your",
    "example",
    "placeholder",
    "insert",
    "replace",
    "undefined",
    "null",
    "false",
    "true",
    "changeme",
)


def real_digits(text: str) -> str | None:
    """The digits, unless they count up or down (123456…) or repeat one digit or a few, as placeholders do."""
    if len(set(text)) == 1 or any(run.startswith(text) for run in _COUNTING) or _recurs(text):
        return None
    return text


def _recurs(text: str) -> bool:
    """Whether it says a few digits again and again, as 1234123412341234 does: chance makes none of twelve digits or more."""
    return len(text) >= 12 and any(text == (text[:size] * 10)[: len(text)] for size in (2, 3, 4))


def real_number(text: str) -> str | None:
    """As real_digits, for ids that are numbers: none begins with a zero."""
    return None if text.startswith("0") else real_digits(text)


def real_token(text: str) -> str | None:
    """The token, unless it repeats one character, counts, or says that it waits to be replaced."""
    bare = text.lower()
    if len(set(bare) - set("-_. ")) < 3 or any(word in bare for word in _PLACEHOLDER_WORDS):
        return None
    return None if real_digits(text) is None else text


def real_name(text: str) -> str | None:
    """A short name in lower case, unless it says that it waits to be replaced."""
    bare = text.lower()
    return None if any(word in bare for word in _PLACEHOLDER_WORDS) or len(set(bare)) < 2 else bare


def real_uuid(text: str) -> str | None:
    """A UUID in lower case, unless it is made of hardly any different digits."""
    bare = text.lower()
    return bare if len(set(bare)) > 5 else None
