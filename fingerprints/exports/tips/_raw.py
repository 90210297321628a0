"""What the readers of formats give: texts as they stood in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class TipsError(ValueError):
    """A file from which no tip can be read; the message is one sentence."""


class Seen(NamedTuple):
    """One place where the sender saw a value."""

    kind: str
    value: str
    page_url: str
    told: str = ""
    """The excerpt, or whatever the sender noted beside it."""


class Said(NamedTuple):
    """One decision of the sender."""

    on: str
    """As in verdicts.Subject: "site", "link" or "value"."""
    about: tuple[str, ...]
    """(site,), (site, site) or (kind, value)."""
    yes: bool
    by: str = ""
    note: str = ""


@dataclass(slots=True)
class Raw:
    """All that a file told, unsorted, and with texts that may name no site."""

    sites: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    verdicts: list[Said] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; none when it is no list."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def text(value: Any) -> str:
    """A text, or nothing where something else stands."""
    return value.strip() if isinstance(value, str) else ""
