"""Articles, put together from a language's phrases. The same random source gives the same article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from crawler.farm.languages import Language, Link, Place

_SLOT = re.compile(r"\{(\w+)\}")
_NESTING = 3  # a sentence's phrase holds a place or a number, never more


@dataclass(frozen=True, slots=True)
class Article:
    """One article, without the page around it."""

    headline: str
    lead: str
    paragraphs: tuple[str, ...]
    section: Link
    byline: str
    published: datetime
    wire: bool = False
    """Whether an agency is named as its author."""
    embed: str = ""
    """The account on a social network whose post is embedded; it is not the site's."""


class Writer:
    """Writes texts in one language about one town and its neighbours."""

    def __init__(self, language: Language, place: Place, random: Random) -> None:
        self.language = language
        self.random = random
        self._places = (place.native, place.native, *(language.place(random).native for _ in range(4)))

    def article(self, newest: datetime, *, wire: bool = False) -> Article:
        """An article from the weeks before `newest`."""
        random = self.random
        paragraphs = tuple(self.paragraph() for _ in range(random.randint(5, 14)))
        return Article(
            headline=_capital(self.phrase("headlines")),
            lead=self.sentence(),
            paragraphs=paragraphs,
            section=random.choice(self.language.sections),
            byline=self.language.labels["agency"] if wire else random.choice(self.language.phrases["desks"]),
            published=newest - timedelta(minutes=random.randint(10, 60 * 24 * 50)),
            wire=wire,
        )

    def paragraph(self) -> str:
        """Three to six sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randint(3, 6)))

    def sentence(self) -> str:
        """One sentence."""
        return _capital(self.phrase("patterns"))

    def phrase(self, slot: str) -> str:
        """A phrase of this slot with all that it leaves open filled in."""
        return self.fill(self.random.choice(self.language.phrases[slot]))

    def fill(self, text: str, **known: str) -> str:
        """The text with its slots filled, those of `known` first."""
        for _ in range(_NESTING):
            text = _SLOT.sub(lambda match: known.get(match[1]) or self._slot(match[1]), text)
        return text

    def _slot(self, name: str) -> str:
        if name == "place":
            return self.random.choice(self._places)
        if name in ("n", "year"):
            return str(self.random.randint(2, 97) if name == "n" else self.random.randint(2004, 2021))
        return self.random.choice(self.language.phrases[name.rstrip("2")])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
