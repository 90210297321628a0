"""What leaves the desk: for which case and TLP, with or without personal data, and addresses that nobody clicks by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from fingerprints.indicators import catalogue
from fingerprints.model import Evidence, Network, SharedValue
from fingerprints.stores.base import Carried
from fingerprints.terminal import safe

SAMEHAND = UUID("c1e89000-9aea-4d0b-92e1-24a58e84a767")
"""The namespace of all ids that exports give (RFC 9562, section 5.5): made once by chance: it needs no domain."""


class Tlp(StrEnum):
    """Who may see it: the Traffic Light Protocol, version 2 (https://www.first.org/tlp/)."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def label(self) -> str:
        """As it is written on what is shared: TLP:AMBER+STRICT."""
        return f"TLP:{self.value.upper()}"


@dataclass(frozen=True, slots=True)
class Sharing:
    """How something is shared."""

    case: str = ""
    """The investigation's name; empty for none."""
    tlp: Tlp = Tlp.AMBER
    personal: bool = False
    """Whether values that can be about a person go out as they are."""
    defang: bool = True
    """Whether names and addresses that people read are made unclickable."""


_FORMULA = ("=", "+", "-", "@")
_MAIL = re.compile(r"[\w.%+-]{1,64}(?:@|%40|\[at\]|\(at\))[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MAIL_REPLACEMENT = "[e-mail redacted]"
_SHORTEST_REPLACED = 4
"""Personal values shorter than this are redacted where they stand as values, and left in running text: parts of words."""


class Redactor:
    """Puts a number in the place of every personal value, the same number wherever it stands."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        """Numbers the personal ones of these (kind, value), in sorted order."""
        personal = sorted({(kind, value) for kind, value in values if is_personal(kind)})
        texts = sorted({_lower(value) for _, value in personal})
        number = {text: index for index, text in enumerate(texts, 1)}
        self._value = {(kind, value): f"redacted-{kind}-{number[_lower(value)]}" for kind, value in personal}
        self._in_texts = {_lower(value): name for (_, value), name in self._value.items() if len(value) >= _SHORTEST_REPLACED}
        lengths: dict[str, set[int]] = {}
        for text in self._in_texts:
            lengths.setdefault(text[:_SHORTEST_REPLACED], set()).add(len(text))
        self._lengths = {beginning: sorted(found, reverse=True) for beginning, found in lengths.items()}

    def value(self, kind: str, value: str) -> str:
        """The value itself, or its number if it is personal."""
        return self._value.get((kind, value), value) if is_personal(kind) else self.text(value)

    def text(self, text: str) -> str:
        """A text without the personal values, and without other e-mail addresses that happen to stand in it."""
        if self._in_texts:
            text = "".join(self._pieces(text))
        return _MAIL.sub(_MAIL_REPLACEMENT, text) if _maybe_mail(text) else text

    def _pieces(self, text: str) -> Iterator[str]:
        """The text in pieces, the longest personal value at each place replaced: one look-up a character."""
        lower = _lower(text)
        known, names, done, at = self._lengths, self._in_texts, 0, 0
        while at <= len(lower) - _SHORTEST_REPLACED:
            for length in known.get(lower[at : at + _SHORTEST_REPLACED], ()):
                if name := names.get(lower[at : at + length]):
                    yield text[done:at]
                    yield name
                    done = at + length
                    break
            at = max(at + 1, done)
        yield text[done:]

    def carried(self, row: Carried) -> Carried:
        """A sighting, redacted."""
        return replace(
            row,
            value=self.value(row.kind, row.value),
            excerpt=self.text(row.excerpt),
            page_url=self.text(row.page_url),
            where=self.text(row.where),
        )

    def network(self, network: Network) -> Network:
        """A network, redacted."""
        return replace(
            network,
            links=tuple(map(self.link, network.links)),
            notes=tuple(map(self.text, network.notes)),
            pointers=tuple(replace(one, strongest=self._shared(one.strongest)) for one in network.pointers),
        )

    def link(self, link: Evidence) -> Evidence:
        """A link, redacted."""
        return Evidence(link.a, link.b, tuple(map(self._shared, link.shared)), link.bits, self.text(link.sentence))

    def _shared(self, one: SharedValue) -> SharedValue:
        return replace(one, value=self.value(one.kind, one.value), why=self.text(one.why))


def _lower(text: str) -> str:
    """In lower case, character for character: of a few capitals `lower` makes two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


def _maybe_mail(text: str) -> bool:
    return "@" in text or "%40" in text or "at]" in text or "at)" in text


def is_personal(kind: str) -> bool:
    """Whether values of this kind can be about a person. A kind that this version does not know is taken for one."""
    known = catalogue.kinds().get(kind)
    return known.personal if known else True


def defang(text: str) -> str:
    """A host name or address that no program turns into a link: hxxps://www[.]example[.]com/a.html."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text.replace(".", "[.]")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('http', 'hxxp')}://{host.replace('.', '[.]')}{slash}{path}"


def defused(text: str) -> str:
    """A cell that no spreadsheet computes and no terminal obeys (https://owasp.org/www-community/attacks/CSV_Injection)."""
    shown = safe(text)
    return "'" + shown if shown.startswith(_FORMULA) else shown


def refang(text: str) -> str:
    """The address that a defanged one stands for."""
    plain = text.strip()
    for dot in ("[.]", "(.)", "{.}", "[dot]"):
        plain = plain.replace(dot, ".")
    plain = plain.replace("[:]", ":").replace("[://]", "://")
    return "http" + plain[4:] if plain.lower().startswith(("hxxp://", "hxxps://")) else plain
