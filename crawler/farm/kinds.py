"""What a site can carry: kinds of ids, how their values look, and the snippets in which they stand.

The files of kinds/ say it, one table a kind, under the catalogue's names (see samehand indicators). A value's pattern is text
with holes: {d:8} eight digits, {u:7} capitals and digits, {U:32} hex in capitals, {h:16} hex, {l:10} small letters and digits,
{b:43} base64url, {slug} an invented word, {mailbox}, {domain}, {exchange}.
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

_FOLDER = Path(__file__).parent / "kinds"
_HOLE = re.compile(r"\{([a-zA-Z]+)(?::(\d+))?\}")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
_ALPHABETS = {
    "u": ascii_uppercase + digits,
    "U": "0123456789ABCDEF",
    "h": "0123456789abcdef",
    "l": ascii_lowercase + digits,
    "b": ascii_letters + digits + "-_",
}
_MAILBOXES = ("info", "redaktion", "contact", "office", "press", "news", "desk", "editor")
# Places where exchanges name themselves in ads.txt, from the exchanges' own documentation for publishers.
_EXCHANGES = (
    "appnexus.com",
    "rubiconproject.com",
    "pubmatic.com",
    "openx.com",
    "indexexchange.com",
    "criteo.com",
    "sovrn.com",
    "smartadserver.com",
)
_SYLLABLES = (
    "ba",
    "den",
    "kor",
    "li",
    "mar",
    "nov",
    "pri",
    "ra",
    "sol",
    "tem",
    "ur",
    "vel",
    "wo",
    "zan",
    "fi",
    "gre",
    "hal",
    "os",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value as the farm writes it."""

    name: str
    value: str
    """Pattern of a value."""
    place: str
    """Where its snippet stands: head, body-end, content, contact (about pages and footers), social and footer (footers), none."""
    forms: tuple[str, ...] = ()
    """The snippet as vendors document it and as it is met in the wild; a site keeps to one."""
    body: str = ""
    """A second part just behind <body>."""
    content: str = ""
    """A second part inside articles (an advertisement's slot)."""
    credit: str = ""
    """The form in which an agency signs the sites of its customers."""
    ads_txt: str = ""
    """The line in ads.txt."""
    split: str = ""
    """Character that parts a value of two parts, {part1} and {part2}."""


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    found: dict[str, Kind] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text("utf-8")).items():
            found[name] = Kind(name=name, **{**table, "forms": tuple(table.get("forms", ()))})
    return found


def word(random: Random, syllables: int = 3) -> str:
    """An invented word of small letters."""
    return "".join(random.choice(_SYLLABLES) for _ in range(syllables))


def invent(kind: Kind, random: Random, domain: str = "") -> str:
    """A value of the kind in its normal form.

    Args:
        domain: the site that the value is of; empty for a value of nobody's site, which gets an invented domain.
    """

    def fill(hole: re.Match[str]) -> str:
        name, size = hole[1], int(hole[2] or 0)
        if name == "d":
            return random.choice("123456789") + "".join(random.choice(digits) for _ in range(size - 1))
        if name in _ALPHABETS:
            return _mixed(random, _ALPHABETS[name], size)
        return {
            "slug": lambda: word(random),
            "mailbox": lambda: random.choice(_MAILBOXES),
            "domain": lambda: domain or f"{word(random, 4)}.com",
            "exchange": lambda: random.choice(_EXCHANGES),
        }[name]()

    return _HOLE.sub(fill, kind.value)


def _mixed(random: Random, alphabet: str, size: int) -> str:
    """Characters of the alphabet, letters and digits both, as no real id is a single letter or a word."""
    while True:
        text = "".join(random.choice(alphabet) for _ in range(size))
        if (
            any(char.isdigit() for char in text)
            and any(char.isalpha() for char in text)
            and text[0] not in "-_"
            and text[-1] not in "-_"
        ):
            return text


def fill_in(template: str, kind: Kind, value: str, facts: dict[str, str]) -> str:
    """A snippet with the value and the site's facts (n, app, domain, language, labels) filled in; other braces stay."""
    parts = value.split(kind.split, 1) if kind.split else []
    known = {**facts, "value": value, **{f"part{number}": part for number, part in enumerate(parts, 1)}}
    return re.sub(r"\{([a-z_]+[12]?)\}", lambda hole: known.get(hole[1], hole[0]), template)


def commented(snippet: str) -> str:
    """The snippet switched off by an HTML comment."""
    return f"<!--\n{_COMMENT.sub('', snippet).strip()}\n-->"


def quoted(snippet: str) -> str:
    """The snippet shown to readers, as in an article about web pages."""
    return f"<pre><code>{html.escape(snippet.strip())}</code></pre>"
