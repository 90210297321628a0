"""One page, laid open for the rules: its bytes, its tags with their offsets, and what part of the page an offset lies in."""

from __future__ import annotations

import codecs
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

import hyperscan

from fingerprints.automaton import automaton
from fingerprints.dom import Dom
from fingerprints.model import Page
from fingerprints.sites import site_or_none

_TAG_NAMES = rb"meta|link|a|script|img|iframe|base|form|input|html|body|ins|noscript|amp-[a-z-]{1,40}"
_STRICT_TAG = re.compile(rb"<(?=[abfhilmns])(%b)(?=[\s/>])((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)(>)?" % _TAG_NAMES, re.I)
"""The letters with which the names begin come first: at most tags they spare the search a look at each name."""
_LOOSE_TAG = re.compile(rb"<(%b)(?=[\s/>])([^>]*+)>" % _TAG_NAMES, re.I)
_ANY_TAG = re.compile(rb"</?[a-zA-Z](?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(rb"([^\s\"'<>/=\x00]{1,100}+)(?:\s{0,20}+=\s{0,20}+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_REGIONS = ("script", "style", "textarea", "pre", "code", "xmp")
_REGION_END = {name: re.compile(rb"</%b(?=[\s/>])" % name.encode(), re.I) for name in _REGIONS}
_CODE = frozenset({"script", "style"})
_INNER_SCRIPT = re.compile(rb"<script", re.I)
_OPENINGS = ("!--", *_REGIONS)
_SCRIPT_TYPE = re.compile(rb"type\s{0,9}=\s{0,9}[\"']?([a-z/+.-]{1,40})", re.I)
_LINE_COMMENT = re.compile(
    rb"(?:[^\"'`/]++|\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`|[\"'`]|/(?!/)|(?<=[:\\/\"'`(=])/)*+//",
    re.S,
)
"""A line of script up to a // that stands in no text and in no address."""
_LINE_LOOK_BACK = 2048
_BLOCK_LOOK_BACK = 65536
_TAG_LOOK_BACK = 4096
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\s]+")
_ATTRIBUTE_BEFORE = re.compile(rb"([a-zA-Z][\w:.@-]{0,60}+)\s{0,9}+=\s{0,9}[\"']?$")
_ELEMENT = re.compile(rb"<([a-zA-Z][\w-]{0,30})")
_META_NAMES = ("name", "property", "itemprop", "http-equiv")
_OUTWARD = re.compile(rb"[hH][rR][eE][fF]\s{0,3}=\s{0,3}[\"']?\s{0,3}(?:[hH][tT][tT][pP][sS]?:)?//([^/\"'\s>?#:]{3,200})")
_start = attrgetter("start")
T = TypeVar("T")
EXCERPT = 160
"""Longest excerpt, in characters."""


class Region(NamedTuple):
    """A stretch of the page that is not plain mark-up: a comment, a script, quoted code."""

    start: int
    end: int
    name: str
    """comment, conditional comment, script, style, textarea, pre, code or xmp."""


class Tag:
    """A start tag. Its attributes are read when they are asked for: most tags of a page are passed over."""

    __slots__ = ("_attributes", "_found", "name", "start")

    def __init__(self, found: re.Match[bytes]) -> None:
        self._found = found
        self.name = _lowered(found[1])
        """In lower case."""
        self.start = found.start()
        self._attributes: dict[str, str] | None = None

    @property
    def end(self) -> int:
        """Offset just behind the closing bracket."""
        return self._found.end()

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case, values with entities resolved; the first of a repeated name counts, as in a browser."""
        if self._attributes is None:
            self._attributes = _attributes(self._found.string, *self._found.span(2))
        return self._attributes

    @property
    def offsets(self) -> dict[str, tuple[int, int]]:
        """For each attribute, where its value stands in the body. The tag is read once more for it: few are asked."""
        found: dict[str, tuple[int, int]] = {}
        for match in _ATTRIBUTE.finditer(self._found.string, *self._found.span(2)):
            found.setdefault(_lowered(match[1]), _span(match))
        return found

    @property
    def raw(self) -> bytes:
        """The attributes as they stand, to pass over a tag without reading them."""
        return self._found[2]


class Scan:
    """A page and the lazily made views on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body = _as_utf8(page.body)
        """The page's body; offsets count in it. It is Page.body but for UTF-16 and UTF-32, which are recoded."""
        self._markup: dict[int, tuple[list[int], list[int]]] = {}
        self._scripts: dict[int, tuple[int, str]] = {}
        self._first_comments: dict[int, int] = {}
        self._places: dict[str, Sequence[int]] = {}
        self._sought: Collection[str] = ()
        self._done: dict[Callable[[Scan], Any], Any] = {}

    def know_places(self, places: Mapping[str, Sequence[int]], sought: Collection[str]) -> None:
        """Takes what the engine's one search through the body found of the texts it sought: the first ten thousand of each."""
        self._places.update(places)
        self._sought = sought

    def places(self, need: str) -> Sequence[int]:
        """Where a text that a reader needs or asks for begins in the body: in any case if it is ASCII, and here in lower case."""
        if need in self._sought:
            return self._places.get(need, ())
        if need not in self._places:
            regex = re.compile(re.escape(need.encode()), re.I if need.isascii() else 0)
            self._places[need] = [match.start() for match in regex.finditer(self.body)]
        return self._places[need]

    def once(self, work: Callable[[Scan], T]) -> T:
        """What `work` makes of the page, done once for all the rules that ask for it."""
        if work not in self._done:
            self._done[work] = work(self)
        done: T = self._done[work]
        return done

    @cached_property
    def dom(self) -> Dom:
        """The page as its elements; made when a rule first asks for it, since it takes as long as a tenth of all the others."""
        return Dom(self._without_code())

    def _without_code(self) -> bytes:
        """The body without what its scripts and styles hold, which are half of it: their elements stay, empty.

        A parser goes through code byte by byte, and a script within a paragraph would be part of the paragraph's text.
        """
        parts = []
        at = 0
        for region in self.regions:
            opening = _ANY_TAG.match(self.body, region.start, region.end) if region.name in _CODE else None
            if opening is not None and not self._is_doubled(opening.end(), region.end):
                parts.append(self.body[at : opening.end()])
                at = region.end
        parts.append(self.body[at:])
        return b"".join(parts)

    def _is_doubled(self, begin: int, end: int) -> bool:
        """Whether this is code that ends only at its second end tag, which is for the parser to find.

        https://html.spec.whatwg.org/multipage/parsing.html#script-data-double-escaped-state
        """
        escaped = self.body.find(b"<!--", begin, end)
        return escaped >= 0 and _INNER_SCRIPT.search(self.body, escaped, end) is not None

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Comments, scripts and quoted code, in order and without overlap."""
        return tuple(_regions(self.body))

    @cached_property
    def _region_starts(self) -> list[int]:
        return [region.start for region in self.regions]

    def region_at(self, offset: int) -> Region | None:
        """The region that this byte lies in, or None for plain mark-up and text."""
        index = bisect_right(self._region_starts, offset) - 1
        if index >= 0 and offset < self.regions[index].end:
            return self.regions[index]
        return None

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """Start tags of the names that indicators ask for, in order, those inside comments and scripts included."""
        return tuple(_tags(self.body))

    @cached_property
    def _tags_by_name(self) -> dict[str, list[Tag]]:
        named: dict[str, list[Tag]] = {}
        for tag in self.tags:
            named.setdefault(tag.name, []).append(tag)
        return named

    def tags_named(self, *names: str) -> Iterator[Tag]:
        """The start tags of these names that are mark-up, in order: not inside a comment, a script or quoted code."""
        groups = [self._in_markup.get(name, ()) for name in dict.fromkeys(names)]
        yield from groups[0] if len(groups) == 1 else sorted(chain.from_iterable(groups), key=_start)

    @cached_property
    def _in_markup(self) -> dict[str, list[Tag]]:
        """The tags that are mark-up, by name. Tags and regions both stand in order, and are gone through side by side."""
        named: dict[str, list[Tag]] = {}
        regions = chain(self.regions, (Region(len(self.body), len(self.body), ""),))
        region = next(regions)
        for tag in self.tags:
            start = tag.start
            while region.end <= start:
                region = next(regions)
            if start <= region.start:  # a script begins its own region, and is mark-up itself
                named.setdefault(tag.name, []).append(tag)
        return named

    @cached_property
    def outward_links(self) -> tuple[tuple[Tag, str], ...]:
        """The links to other sites, each with the host that it names, in lower case."""
        own = self.page.site
        found = []
        for tag in self.tags_named("a"):
            raw = tag.raw
            if b"//" in raw and (match := _OUTWARD.search(raw)):
                host = match[1].decode("utf-8", "replace").lower()
                if host != own and not host.endswith(f".{own}"):
                    found.append((tag, host))
        return tuple(found)

    @cached_property
    def tags_of_regions(self) -> dict[int, Tag]:
        """Script tags by the offset at which they begin, for rules that need a script's attributes."""
        return {tag.start: tag for tag in self._tags_by_name.get("script", ())}

    @cached_property
    def _metas(self) -> dict[str, list[Tag]]:
        index: dict[str, list[Tag]] = {}
        for tag in self._tags_by_name.get("meta", ()):
            attributes = tag.attributes
            if "content" not in attributes:
                continue
            names = [attributes[key].strip().lower() for key in _META_NAMES if key in attributes]
            for name in dict.fromkeys(names):
                index.setdefault(name, []).append(tag)
        return index

    def metas(self, *names: str) -> Iterator[tuple[str, int, int, str]]:
        """(content, start, end, name) of each meta tag whose name, property or itemprop is one of these, in lower case, in order.

        Those inside comments are given too: the engine marks them by their offset.
        """
        tags = ((tag, name) for name in names for tag in self._metas.get(name, ()))
        found = [(tag.attributes["content"].strip(), *tag.offsets["content"], name) for tag, name in tags]
        yield from found if len(names) == 1 else sorted(found, key=itemgetter(1))

    @property
    def meta_names(self) -> Iterable[str]:
        """The names, in lower case, that the page's meta tags with a content bear."""
        return self._metas

    def in_text(self, offset: int) -> bool:
        """Whether this byte stands in text that a visitor reads, rather than in a tag, a script, a comment or quoted code."""
        if self.region_at(offset) is not None:
            return False
        starts, ends = self._markup_before(bisect_right(self._region_starts, offset))
        index = bisect_right(starts, offset) - 1
        return (index < 0 or offset >= ends[index]) and not self._in_noscript(offset)

    def _markup_before(self, number: int) -> tuple[list[int], list[int]]:
        """Where tags begin and end between two regions; most pages have their values in a few places."""
        if number not in self._markup:
            begin = self.regions[number - 1].end if number else 0
            stop = self._region_starts[number] if number < len(self.regions) else len(self.body)
            stop = self.body.rfind(b">", begin, stop) + 1
            spans = [match.span() for match in _ANY_TAG.finditer(self.body, begin, stop)] if stop else []
            self._markup[number] = [start for start, _ in spans], [end for _, end in spans]
        return self._markup[number]

    def _in_noscript(self, offset: int) -> bool:
        """A page that a browser saved with scripts on has the content of noscript as escaped text."""
        opened = self.body.rfind(b"<noscript", max(0, offset - _TAG_LOOK_BACK), offset)
        return opened >= 0 and self.body.rfind(b"</noscript", opened, offset) < 0

    def in_js_comment(self, offset: int) -> bool:
        """Whether this byte of a script lies in a // or /* */ comment. Looks back a bounded way, so a guess in odd code."""
        region = self.region_at(offset)
        if region is None or region.name != "script":
            return False
        return self._in_line_comment(region, offset) or self._in_block_comment(region, offset)

    def _in_line_comment(self, region: Region, offset: int) -> bool:
        low = max(region.start, offset - _LINE_LOOK_BACK)
        newline = max(self.body.rfind(b"\n", low, offset), self.body.rfind(b"\r", low, offset))
        if newline < 0 and low > region.start:
            return False
        line = newline + 1 if newline >= 0 else self.body.find(b">", region.start) + 1
        return self.body.find(b"//", line, offset) >= 0 and _LINE_COMMENT.match(self.body, line, offset) is not None

    def _in_block_comment(self, region: Region, offset: int) -> bool:
        first = self._first_comments.get(region.start)
        if first is None:
            first = self._first_comments[region.start] = self.body.find(b"/*", region.start, region.end)
        if not 0 <= first < offset:  # most scripts have none, and most values stand in a few long ones
            return False
        opened = self.body.rfind(b"/*", max(first, offset - _BLOCK_LOOK_BACK), offset)
        if opened < 0 or self.body.find(b"*/", opened + 2, offset) >= 0:
            return False
        before = self.body[opened - 1 : opened]
        return not (before.isalnum() or before in (b'"', b"'", b"*", b"/", b"\\"))

    def context(self, offset: int) -> str:
        """Where in the page this byte stands, in a few words for a person: "script", "<a href>", "comment", "text"."""
        region = self.region_at(offset)
        if region is not None:
            if region.name != "script":
                return region.name
            opening, said = self._script(region)
            return self._attribute_context(region.start, offset) if offset < opening else said
        opened = self.body.rfind(b"<", max(0, offset - _TAG_LOOK_BACK), offset)
        if opened >= 0 and self.body.find(b">", opened, offset) < 0:
            return self._attribute_context(opened, offset)
        return "text"

    def _script(self, region: Region) -> tuple[int, str]:
        """Where the opening tag of a script ends, and what sort of script it is. Values of a page stand in a few of them."""
        if region.start not in self._scripts:
            opening = self.body[region.start : region.start + 300].split(b">", 1)[0]
            kind = _SCRIPT_TYPE.search(opening)
            said = "script"
            if kind and b"json" in kind[1].lower():
                said = "JSON-LD" if b"ld+json" in kind[1].lower() else "JSON in a script"
            self._scripts[region.start] = region.start + len(opening), said
        return self._scripts[region.start]

    def _attribute_context(self, opened: int, offset: int) -> str:
        name = _ELEMENT.match(self.body, opened, opened + 40)
        element = _lowered(name[1]) if name else "tag"
        before = self.body[opened:offset]
        for mark in (b'"', b"'"):
            if before.count(mark) % 2:
                before = before[: before.rfind(mark) + 1]
                break
        attribute = _ATTRIBUTE_BEFORE.search(before[-120:])
        return f"<{element} {_lowered(attribute[1])}>" if attribute else f"<{element}>"

    def excerpt(self, start: int, end: int) -> str:
        """The text around these bytes, printable and on one line."""
        room = max(0, EXCERPT - (end - start)) // 2
        text = self.body[max(0, start - room) : min(end, start + EXCERPT) + room].decode("utf-8", "replace")
        text = " ".join(text.replace("\ufffd", "").split())
        if not text.isprintable():
            text = _INVISIBLE.sub(" ", text).strip()
        return text[:EXCERPT]

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The sites that the page itself names as its own by canonical link and og:url, in this order, repeats left out."""
        links = (
            tag.attributes.get("href", "")
            for tag in self.tags_named("link")
            if b"canonical" in tag.raw.lower() and "canonical" in tag.attributes.get("rel", "").lower().split()
        )
        metas = (
            tag.attributes.get("content", "")
            for tag in self.tags_named("meta")
            if b"og:url" in tag.raw.lower() and tag.attributes.get("property", "").strip().lower() == "og:url"
        )
        addresses = (address.strip() for address in chain(links, metas))
        named = (site_or_none(address) for address in addresses if address.lower().startswith(("http://", "https://")))
        return tuple(dict.fromkeys(site for site in named if site))


def _as_utf8(body: bytes) -> bytes:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace").encode("utf-8", "replace")
    return body


def _regions(body: bytes) -> Iterator[Region]:
    at = 0
    for start, name in _openings(body):
        if start < at:
            continue
        inside = start + 1 + len(name)
        if name == "!--":
            close = body.find(b"-->", inside)
            end = len(body) if close < 0 else close + 3
            conditional = body[inside : inside + 20].lstrip().lower().startswith(b"[if")
            yield Region(start, end, "conditional comment" if conditional else "comment")
        else:
            closing = _REGION_END[name].search(body, inside)
            end = len(body) if closing is None else closing.start()
            yield Region(start, end, name)
        at = max(end, inside)


def _openings(body: bytes) -> list[tuple[int, str]]:
    """Where regions may begin, in order, each with what stands behind the <. Inside of others, most mean nothing."""
    found: list[tuple[int, str]] = []
    _opening_marks().scan(body, match_event_handler=lambda number, _start, end, *_: found.append((end, _OPENINGS[number])))
    return [(end - len(name) - (1 if name == "!--" else 2), name) for end, name in found]


@cache
def _opening_marks() -> hyperscan.Database:
    expressions = [rb"<!--" if name == "!--" else rb"<%b[\s/>]" % name.encode() for name in _OPENINGS]
    return automaton(expressions, [hyperscan.HS_FLAG_CASELESS] * len(expressions))


def _tags(body: bytes) -> Iterator[Tag]:
    stop = body.rfind(b">") + 1
    at = 0
    # A quoted ">" belongs to its attribute. Once a tag runs to the end of the page the quotes do not pair any more, and
    # every later tag would run to the end as well: from there on the next ">" ends a tag, which keeps this linear.
    for match in _STRICT_TAG.finditer(body, 0, stop):
        if match[3] is None:
            at = match.start()
            break
        yield Tag(match)
    else:
        return
    for match in _LOOSE_TAG.finditer(body, at, stop):
        yield Tag(match)


@lru_cache(maxsize=4096)
def _lowered(name: bytes) -> str:
    return name.decode("utf-8", "replace").lower()


def _attributes(body: bytes, start: int, end: int) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for raw, double, single, bare in _ATTRIBUTE.findall(body, start, end):
        name = _lowered(raw)
        if name not in attributes:
            text = (double or single or bare).decode("utf-8", "replace")
            attributes[name] = _unescaped(text) if "&" in text else text
    return attributes


def _unescaped(text: str) -> str:
    """The text with its entities resolved; most of it are addresses in which each & is written as &amp;."""
    return text.replace("&amp;", "&") if text.count("&") == text.count("&amp;") else html.unescape(text)


def _span(attribute: re.Match[bytes]) -> tuple[int, int]:
    group = attribute.lastindex or 1
    return attribute.span(group) if group > 1 else (attribute.end(), attribute.end())
