"""What an indicator file is made of: kinds, and the rules that find their values.

A file in this folder defines KINDS and RULES; it is found by being there (see catalogue.py). Rules work on the bytes of a page
and give byte offsets. They must take linear time on any input: bounded repeats, possessive quantifiers, no nested stars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fingerprints.model import Role, State

if TYPE_CHECKING:
    from fingerprints.scan import Scan

HTML: frozenset[Role] = frozenset(role for role in Role if role.is_page)
"""The roles that are pages of HTML."""
SCRIPTS: frozenset[Role] = HTML | {Role.CONTAINER}
"""Pages, and the tag containers that they load."""

SLASH = rb"(?:/|\\/|\\u002[fF]|%2[fF]|&#x2[fF];|&#47;)"
"""A slash in a URL as it stands, escaped for JSON, percent-encoded or as an HTML entity."""
COLON = rb"(?::|\\u003[aA]|%3[aA]|&#x3[aA];|&#58;)"
EQUALS = rb"(?:=|\\u003[dD]|%3[dD]|&#x3[dD];|&#61;)"
AMPERSAND = rb"(?:&amp;|&#38;|&|\\u0026|%26)"
QUOTE = rb"(?:\\?[\"']|&quot;|&#0?3[49];|\\u002[27]|%2[27]|`)"
"""A quotation mark as it stands, escaped in a string, or as an entity in an attribute."""

START = rb"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=\\x2[27])|(?<=\\u00[23][0-9a-fA-F])|(?<=%[23][0-9a-fA-F]))"
"""Where a word begins: no letter, digit, hyphen or underscore before it, but for those that end an escape (\\u0022, %3D, \\n)."""
END = rb"(?![A-Za-z0-9_-])"
"""Where a word ends."""


class Proof(StrEnum):
    """What the presence of a value proves about who runs the site."""

    ASSERTION = "assertion"
    """Anybody can write it into HTML."""
    CONTROL = "control"
    """Only who controls the site and the account can bring it about."""
    FACT = "fact"
    """A property of the site that says nothing about accounts (a theme, a hash)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of value, and what a match of it is worth."""

    name: str
    """Kebab-case, unique in the catalogue."""
    family: str
    """Kinds that come and go together (one ad stack) share a family; its evidence has one ceiling."""
    title: str
    example: str
    source: str
    """Where the format is documented: an address, or how it was measured."""
    proves: Proof = Proof.ASSERTION
    m: float = 0.5
    """How often two sites of one hand share a value of this kind, given that both have one; 0 < m <= 1."""
    cap: float = 12.0
    """Most bits that a value can give while its prevalence on the web is unknown."""
    links: bool = True
    """False for what is worth knowing and no evidence: a reseller's line, a redirect, a software version."""
    personal: bool = False
    """Whether a value can be about a person (an e-mail address): kept apart and redacted in exports."""
    traps: str = ""
    """What makes strangers share it, for the person who reads the evidence."""


class Found(NamedTuple):
    """One value that a rule found, before the page's context is added."""

    kind: Kind
    value: str
    start: int = -1
    """Byte offset of the value in Scan.body; -1 where it does not stand in the body."""
    end: int = -1
    where: str = ""
    """By what it was found ("gtag config call"); the engine adds where in the page that stood."""
    state: State | None = None
    """None leaves it to the engine: comments, quoted code and copied pages are recognised there."""


Clean = Callable[[str], str | None]
"""Validates and normalises a matched text; None rejects it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A literal and what must stand there: `regex` is tried at each place where one of `anchors` begins, less `back` bytes.

    Group "value", else group 1, is the value. A lookbehind sees what stands before.
    """

    kind: Kind
    anchors: tuple[str, ...]
    """ASCII, at least two characters; what every match contains at its beginning (plus `back`)."""
    regex: bytes
    clean: Clean | None = None
    where: str = ""
    roles: frozenset[Role] = HTML
    quoted_in_text: bool = False
    """Whether the value does nothing where a visitor reads it (an id in a tutorial): there it is marked as copied."""
    caseless: bool = False
    """Whether the anchors are found in any case. The regex says for itself what it ignores."""
    compiled: re.Pattern[bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.regex))

    def at(self, scan: Scan, start: int) -> Iterator[Found]:
        """The value at this place, if there is one."""
        match = self.compiled.match(scan.body, start)
        if match is None:
            return
        group: str | int = "value" if "value" in self.compiled.groupindex else 1
        text = match[group].decode("ascii", "replace")
        value = self.clean(text) if self.clean else text
        if value:
            found = match.start(group)
            quoted = self.quoted_in_text and scan.page.role.is_page and scan.in_text(found)
            yield Found(self.kind, value, found, match.end(group), self.where, State.COPIED if quoted else None)


@dataclass(frozen=True, slots=True)
class Reader:
    """A function of the whole page, for what a pattern cannot say: tags with two attributes, a line format, a hash.

    It is called once a page, and only if one of `needs` stands there (in any case); without `needs`, always.
    """

    kinds: tuple[Kind, ...]
    read: Callable[[Scan], Iterable[Found]]
    roles: frozenset[Role] = HTML
    needs: tuple[str, ...] = ()


Rule = Pattern | Reader
