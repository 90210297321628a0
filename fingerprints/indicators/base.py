"""What an indicator file is made of: kinds, and the rules that find their values.

A file in this folder defines KINDS and RULES; it is found by being there (see catalogue.py). Rules work on the bytes of a page
and give byte offsets. They must take linear time on any input: bounded repeats, possessive quantifiers, no nested stars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from fingerprints.model import Role, State

if TYPE_CHECKING:
    from fingerprints.scan import Scan

HTML: frozenset[Role] = frozenset(role for role in Role if role.is_page)
"""The roles that are pages of HTML."""
SCRIPTS: frozenset[Role] = HTML | {Role.CONTAINER, Role.REQUESTS}
"""Pages, the tag containers that they load, and the requests that they make in a browser."""

SLASH = rb"(?>\\{0,3}/|\\u002[fF]|%2[fF]|&#x2[fF];|&#47;)"
"""A slash in a URL as it stands, escaped for JSON, percent-encoded or as an HTML entity."""
COLON = rb"(?>:|\\u003[aA]|%3[aA]|&#x3[aA];|&#58;)"
EQUALS = rb"(?>=|\\u003[dD]|\\x3[dD]|%3[dD]|&#x3[dD];|&#61;)"
AMPERSAND = rb"(?>&amp;|&#0?38;|&|\\u0026|\\x26|%26)"
QUOTE = rb"(?>\\{0,3}(?:[\"']|&quot;)|&#0?3[49];|&#x2[27];|\\u002[27]|\\x2[27]|%2[27]|`)"
"""A quotation mark as it stands, escaped in a string, or as an entity in an attribute."""
SPACE = rb"(?:\s|\\[nrt]|%20){0,20}+"
"""White space, or none."""
ASSIGN = rb"(?:" + QUOTE + rb"?+\]?+" + SPACE + rb"(?>[:=]|%3[aAdD]|\\u003[aAdD]|&#(?:58|61);)" + SPACE + QUOTE + rb"?+)"
"""Between a key and its value: `key: "`, `"key":"`, `key = '`, `['key'] = `, and the same escaped."""
COMMA = rb"(?:" + QUOTE + rb"?+" + SPACE + rb"(?>,|%2[cC])" + SPACE + QUOTE + rb"?+)"
"""Between two arguments of a call, with or without quotation marks."""
START = rb"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=\\x2[27])|(?<=\\u00[23][0-9a-fA-F])|(?<=%[23][0-9a-fA-F]))"
"""Where a word begins: no letter, digit, hyphen or underscore before it, but for those that end an escape (\\u0022, %3D, \\n)."""
END = rb"(?![A-Za-z0-9_-])"
"""Where a word ends."""
_SHORTHANDS = {
    rb"{/}": SLASH,
    rb"{=}": EQUALS,
    rb"{&}": AMPERSAND,
    rb"{'}": QUOTE,
    rb"{:}": ASSIGN,
    rb"{,}": COMMA,
    rb"{ }": SPACE,
    rb"{<}": START,
    rb"{>}": END,
    rb"{.}": rb"(?![0-9A-Za-z_])",
    rb"{uuid}": rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z-])",
}


def expand(regex: bytes) -> bytes:
    """A regex in which {/} {=} {&} {'} {:} {,} {space} {<} {>} stand for SLASH, EQUALS, AMPERSAND, QUOTE, ASSIGN, COMMA, SPACE,
    START and END, {.} for "no letter, digit or underscore follows", and {uuid} for a UUID; {space} is written with a blank.
    """
    for short, long in _SHORTHANDS.items():
        regex = regex.replace(short, long)
    return regex


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


_BEHIND = 300
_NEAR = 400


@dataclass(frozen=True, slots=True)
class Pattern:
    """A literal and what must stand there: `regex` is tried at each place where one of `anchors` begins.

    Its regexes may use the shorthands of expand(). Group "value", else group 1, is the value. A lookbehind sees what stands
    before, and so do `behind` and `unless_behind`, whose length may vary.
    """

    kind: Kind
    anchors: tuple[str, ...]
    """ASCII, at least two characters; what every match begins with."""
    regex: bytes
    clean: Clean | None = None
    where: str = ""
    roles: frozenset[Role] = HTML
    quoted_in_text: bool = False
    """Whether the value does nothing where a visitor reads it (an id in a tutorial): there it is marked as copied."""
    caseless: bool = False
    """Whether the anchors are found in any case. The regex says for itself what it ignores."""
    behind: bytes = b""
    """A regex that must match up to the anchor, within 300 bytes; where `regex` has no group, its group is the value."""
    unless_behind: bytes = b""
    """A regex that must not match up to the anchor, within 300 bytes."""
    near: bytes = b""
    """A regex that must match somewhere within 400 bytes of the anchor, in any case."""
    compiled: re.Pattern[bytes] = field(init=False, repr=False, compare=False)
    _before: re.Pattern[bytes] | None = field(init=False, repr=False, compare=False)
    _not_before: re.Pattern[bytes] | None = field(init=False, repr=False, compare=False)
    _around: re.Pattern[bytes] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(expand(self.regex)))
        for name, source in (("_before", self.behind), ("_not_before", self.unless_behind)):
            object.__setattr__(self, name, re.compile(rb"(?:" + expand(source) + rb")\Z") if source else None)
        object.__setattr__(self, "_around", re.compile(expand(self.near), re.I) if self.near else None)

    @property
    def regexes(self) -> tuple[re.Pattern[bytes], ...]:
        """All its regexes, compiled."""
        return tuple(one for one in (self.compiled, self._before, self._not_before, self._around) if one is not None)

    def at(self, scan: Scan, start: int) -> Iterator[Found]:
        """The value at this place, if there is one."""
        match = self.compiled.match(scan.body, start)
        if match is None:
            return
        low = max(0, start - _BEHIND)
        before = self._before.search(scan.body, low, start) if self._before else None
        if (
            (self._before and before is None)
            or (self._not_before and self._not_before.search(scan.body, low, start))
            or (self._around and not self._around.search(scan.body, max(0, start - _NEAR), start + _NEAR))
        ):
            return
        holder = match if match.re.groups or before is None else before
        group: str | int = "value" if "value" in holder.re.groupindex else 1
        text = holder[group].decode("ascii", "replace")
        value = self.clean(text) if self.clean else text
        if value:
            found = holder.start(group)
            quoted = self.quoted_in_text and scan.page.role.is_page and scan.in_text(found)
            yield Found(self.kind, value, found, holder.end(group), self.where, State.COPIED if quoted else None)


code = partial(Pattern, roles=SCRIPTS, quoted_in_text=True)
"""A pattern for what does something only in mark-up, scripts and tag containers."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A function of the whole page, for what a pattern cannot say: tags with two attributes, a line format, a hash.

    It is called once a page, and only if one of `needs` stands there (in any case, if it is ASCII); without `needs`, always.
    Where these and `asks` stand is found in the engine's one search through the page, for Scan.places().
    """

    kinds: tuple[Kind, ...]
    read: Callable[[Scan], Iterable[Found]]
    roles: frozenset[Role] = HTML
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


Rule = Pattern | Reader
