"""The elements of a page, their names and texts, as the parser tells of them: no tree is made.

libxml2 makes a tree as fast as it tells of one. But to go through a tree each of its elements gets an object of Python, and in
the end all of it is freed. What is worked out while the parser goes on is told of once, and little of it has to be kept.
https://lxml.de/parsing.html#the-target-parser-interface
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

from lxml import etree

from fingerprints.element_names import BOILERPLATE_TAGS, names_of

MOST_ELEMENTS = 30_000
"""Elements whose class, id and place are looked at."""
_DEEPEST = 2048
"""Elements one in another, as many as libxml2 puts into a tree (its XML_MAX_HUGETREE_DEPTH): what comes then is not told."""
_Place = tuple[str, bool]
"""The key of the nearest element with names, from the one itself upwards, and whether it lies in boilerplate."""
_Step = tuple[_Place, str, str | None, str | None]
_NOWHERE: _Place = ("", False)


class _TooDeepError(Exception):
    """Stops the parser; never seen outside."""


class Elements:
    """What is told of one page, in the order of the document; an element's number is its place in `tags`.

    A mark is what parts two texts: the start of element n is the mark n, its end is ~n, and a comment's is None.
    """

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.parents: list[int] = []
        """-1 for the root, and for what stands behind its end."""
        self.places: list[_Place] = []
        self.paths: set[str] = set()
        """Each element that has names, below the nearest one above it that has: "div.page>nav.menu.main"."""
        self.names: set[str] = set()
        """Those in class and id attributes, numbers taken out."""
        self.links: list[str] = []
        """The addresses that links in boilerplate have, if they may be of another host."""
        self.marks: list[int | None] = []
        """The last one is the end of the page, and None."""
        self.owners: list[int] = []
        """Of each mark the element in which the text behind it stands; -1 for none."""
        self.before: list[int] = []
        """Of each mark how many of the texts stand before it."""
        self.texts: list[str] = []
        """Pieces of text, scripts and styles too: between two marks may be several, as the parser comes upon them."""

    def text(self, begin: int, end: int) -> str:
        """Some of the texts together."""
        return self.texts[begin] if end - begin == 1 else "".join(self.texts[begin:end])

    def stretches(self) -> Iterator[tuple[int, str]]:
        """Each text between two marks, with the element that it stands in; -1 for none."""
        for owner, begin, end in zip(self.owners, self.before, islice(self.before, 1, None), strict=False):
            if begin != end:
                yield owner, self.text(begin, end)


class _Recorder:
    """What lxml calls with each event of the parser. It serves one page after the other, and knows no more than one at a time."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self.data = self._texts.append  # asked for once by lxml, and so it is the same list for all pages
        self.begin()

    def begin(self) -> None:
        """Forgets all that was told."""
        self._texts.clear()
        self._made = made = Elements()
        self._tags, self._parents, self._places = made.tags, made.parents, made.places
        self._marks, self._owners, self._before = made.marks, made.owners, made.before
        self._open = [-1]
        # Elements of one name in one place (the links of a menu) are many, and are worked out once.
        self._known: dict[_Step, _Place] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        number, above = len(self._tags), self._open
        if len(above) > _DEEPEST:
            raise _TooDeepError
        parent = above[-1]
        above.append(number)
        self._tags.append(tag)
        self._parents.append(parent)
        self._marks.append(number)
        self._owners.append(number)
        self._before.append(len(self._texts))
        place = self._places[parent] if parent >= 0 else _NOWHERE
        if attributes or tag in BOILERPLATE_TAGS:
            classes, identity = attributes.get("class"), attributes.get("id")
            if (classes or identity or tag in BOILERPLATE_TAGS) and number < MOST_ELEMENTS:
                step = place, tag, classes, identity
                place = self._known.get(step) or self._enter(step)
            if place[1] and tag == "a" and (address := attributes.get("href")) and "//" in address[:20]:
                self._made.links.append(address.strip())
        self._places.append(place)

    def _enter(self, step: _Step) -> _Place:
        (outer, inside), tag, classes, identity = step
        key, names, marked = names_of(tag, classes, identity)
        if names:
            self._made.names.update(names)
            self._made.paths.add(f"{outer}>{key}")
            outer = key
        place = self._known[step] = outer, inside or marked
        return place

    def end(self, _tag: str) -> None:
        number = self._open.pop()
        self._marks.append(~number)
        self._owners.append(self._open[-1])
        self._before.append(len(self._texts))

    def comment(self, _text: str) -> None:
        self._marks.append(None)
        self._owners.append(self._open[-1])
        self._before.append(len(self._texts))

    def pi(self, _target: str, _data: str | None = None) -> None:
        self.comment("")

    def close(self) -> None:
        """A parser that was stopped calls this as well, and then gives nothing: see taken."""

    def taken(self) -> Elements:
        """What was told of the page, which is then forgotten."""
        self.comment("")
        made = self._made
        made.texts = self._texts.copy()
        self.begin()
        return made


class _Parsers(threading.local):
    """A parser for each encoding, made once: it refers to itself, so that only garbage collection would free what it holds."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[etree.HTMLParser, _Recorder]] = {}

    def of(self, encoding: str) -> tuple[etree.HTMLParser, _Recorder]:
        if encoding not in self._made:
            recorder = _Recorder()
            parser = etree.HTMLParser(target=recorder, encoding=encoding, recover=True, huge_tree=True, no_network=True)
            self._made[encoding] = parser, recorder
        return self._made[encoding]


_parsers = _Parsers()


def elements_of(body: bytes) -> Elements:
    """The elements of a page, as far as a parser of HTML reads it."""
    parser, recorder = _parsers.of(_encoding(body))
    recorder.begin()
    with suppress(_TooDeepError, etree.XMLSyntaxError):
        etree.fromstring(body, parser)
    return recorder.taken()


def _encoding(body: bytes) -> str:
    """UTF-8 unless the bytes are none; then what the parser makes of any bytes, for names of classes are ASCII."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if error.end < len(body) - 4:  # a page that was cut may end within a character
            return "iso-8859-1"
    return "utf-8"
