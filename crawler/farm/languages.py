"""The languages of the farm: invented places, names of papers, and sentences put together from phrases. A file each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent / "languages"
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "í": "i", "ó": "o", "ñ": "n", "á": "a"})


@dataclass(frozen=True, slots=True)
class Place:
    """An invented town."""

    latin: str
    """As it stands in a domain name: small letters, umlauts kept."""
    native: str
    """As the language writes it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The name of an invented paper."""

    title: str
    label: str
    """The domain's first label in ASCII."""
    unicode_label: str
    """The same label in the language's own letters."""
    place: Place


@dataclass(frozen=True, slots=True)
class Link:
    """A page's name in the menu and its slug."""

    title: str
    slug: str


@dataclass(frozen=True)
class Language:
    """One language file."""

    code: str
    locale: str
    direction: str
    suffixes: tuple[str, ...]
    phrases: dict[str, tuple[str, ...]]
    labels: dict[str, str]

    @property
    def sections(self) -> tuple[Link, ...]:
        """The sections a paper may have."""
        return tuple(_link(text) for text in self.phrases["sections"])

    def page(self, name: str) -> Link:
        """The about, contact, imprint or privacy page."""
        return _link(self.labels[name])

    def place(self, random: Random) -> Place:
        """An invented town."""
        parts = [random.choice(self.phrases[slot]).split("|") for slot in ("first", "middle", "last")]
        return Place("".join(latin for latin, _ in parts), "".join(native for _, native in parts))

    def paper(self, random: Random) -> Paper:
        """An invented paper of an invented town."""
        place = self.place(random)
        label, title = random.choice(self.phrases["papers"]).split("|")
        name = title.format(place.native)
        native = (
            "".join(char for char in name.replace(" ", "-") if char.isalnum() or char == "-")
            .lower()
            .strip("-")
            .replace("--", "-")
        )
        return Paper(name, plain(label.format(place.latin)), native, place)


@cache
def language(code: str) -> Language:
    """The language of this code, one of codes()."""
    data = tomllib.loads((_FOLDER / f"{code}.toml").read_text("utf-8"))
    phrases = {key: tuple(value) for key, value in data.items() if isinstance(value, list) and key != "suffixes"}
    return Language(code, data["locale"], data["direction"], tuple(data["suffixes"]), phrases, data["labels"])


@cache
def codes() -> tuple[str, ...]:
    """The languages there are."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def plain(text: str) -> str:
    """Latin letters without their accents, as in an ASCII domain name."""
    return text.translate(_PLAIN)


def _link(text: str) -> Link:
    title, slug = text.split("|")
    return Link(title, slug)
