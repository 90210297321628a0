"""Who a page names as its author: in JSON-LD, in its meta tags, in a link to the author's page. Names of persons.

Agencies, newsrooms, the site's own name, its publisher, and what content management systems write where nobody is named, are no authors.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, wraps
from itertools import islice

from fingerprints.indicators.article_text import agency_in
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.indicators.legal_pages import holders
from fingerprints.scan import Scan

AUTHOR = Kind(
    name="author",
    family="text",
    title="Name of an article's author",
    example="marta lindqvist",
    source="https://schema.org/author, https://html.spec.whatwg.org/multipage/links.html#link-type-author and meta tags of public pages",
    m=0.3,
    cap=3.0,
    personal=True,
    traps="Namesakes; columnists and press releases that many sites carry.",
)
_KEY = b'"author"'
_METAS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "parsely-author",
    "sailthru.author",
    "twitter:data1",
)
_LABEL = "twitter:label1"
_LABELS = frozenset(
    {"written by", "verfasst von", "écrit par", "escrito por", "scritto da", "geschreven door", "написано автором", "автор"}
)
"""What Yoast's plug-in writes before the author's name (twitter:label1), in the languages of its users."""
_OBJECT = 3000
_MOST = 20
_LONGEST = 200
_STRING = re.compile(rb"\s{0,40}(\"(?:[^\"\\]|\\.){1,120}+\")")
_NAME = re.compile(rb"\"name\"\s{0,5}:\s{0,5}(\"(?:[^\"\\]|\\.){1,120}+\")")
_COMPANY = re.compile(rb"\"@type\"\s{0,5}:\s{0,5}\[?\s{0,5}\"(?:[A-Za-z]{0,20}Organization|Corporation|WebSite|Brand)\"")
_OPENS = re.compile(rb"\s{0,5}:\s{0,40}([\[{\"])")
_CLOSES = {b"[": b"]", b"{": b"}"}
_BY = re.compile(
    r"^(?:(?:view )?(?:all )?(?:posts|articles|beiträge) (?:by|von)|by|von|par|por|di|door|av|af|od|autor|author|автор|текст)\s{0,3}:?\s(?=\S)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_][\w.'’ʼ-]{0,30}")
_SIDE_BY_SIDE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{2,8}|[\uac00-\ud7af]{2,5}")
"""A name in a script that does not part words."""
_NOBODY = re.compile(
    r"\b(?:admin(?:istrator)?|adm|root|editor(?:s|ial)?|editor-in-chief|staff|news(?:room|desk)?|team|desk|guest|author|webmaster|"
    r"web|press|office|media|service|agency|agencies|wire|reports?|reporter|correspondent|contributor|contributed|user|unknown|"
    r"anonymous|test|demo|blog|site|online|redaktion|redaction|rédaction|redacción|redazione|redakcja|redakce|redactie|redaksi|"
    r"redaktsiya|redação|редакция|редакція|администратор|админ|агентство|новости|gast|gastautor|gastbeitrag|radio|tv|the|and|und|"
    r"magazine|journal|daily|times|post|foundation|institute|university|council|inc|ltd|llc|gmbh|company|group|images|sources|staff|agentur|verlag|ag)\b|\.(?:com|org|net|de|ru)\b",
    re.I,
)


def _persons(read: Callable[[Scan], Iterator[Found]]) -> Callable[[Scan], Iterator[Found]]:
    """Leaves out whom the page's copyright line names as well: a publisher is no author."""

    @wraps(read)
    def only_persons(scan: Scan) -> Iterator[Found]:
        named = list(read(scan))
        companies = {holder.value for holder in holders(scan)} if named else set()
        yield from (found for found in named if found.value not in companies)

    return only_persons


@_persons
def _json_ld(scan: Scan) -> Iterator[Found]:
    body = scan.body
    for at in islice((at for at in scan.places(_KEY.decode()) if body.startswith(_KEY, at)), _MOST):
        region = scan.region_at(at)  # settings in other scripts name the authors of other articles, of widgets, of plug-ins
        in_data = region is None or (region.name == "script" and b"ld+json" in body[region.start : region.start + 300])
        opening = _OPENS.match(body, at + len(_KEY))
        if opening and in_data:
            yield from _names(scan, opening)


def _names(scan: Scan, opening: re.Match[bytes]) -> Iterator[Found]:
    """The names in what stands under a key: a text, an object, or a list of them."""
    start = opening.start(1)
    if opening[1] == b'"':
        found: Iterable[re.Match[bytes] | None] = [_STRING.match(scan.body, start)]
    else:
        end = scan.body.find(_CLOSES[opening[1]], start, start + _OBJECT)
        if end < 0 or _COMPANY.search(scan.body, start, end):
            return
        found = islice(_NAME.finditer(scan.body, start, end), _MOST)
    for match in filter(None, found):
        try:
            text = json.loads(match[1])
        except ValueError:
            continue
        name = author(text, scan)
        if name:
            yield Found(AUTHOR, name, match.start(1) + 1, match.end(1) - 1, "author of the article")


@_persons
def _metas(scan: Scan) -> Iterator[Found]:
    labelled = any(content.lower() in _LABELS for content, _, _, _ in scan.metas(_LABEL))
    for content, start, end, key in scan.metas(*_METAS):
        name = author(content, scan) if key != "twitter:data1" or labelled else None
        if name:
            yield Found(AUTHOR, name, start, end, f"meta {key}")


@_persons
def _links(scan: Scan) -> Iterator[Found]:
    for tag in scan.tags_named("a"):
        if b"author" in tag.raw and b"profile-link" not in tag.raw and "author" in tag.attributes.get("rel", "").lower().split():
            text = scan.body[tag.end : tag.end + 200].split(b"<", 1)[0]
            name = author(html.unescape(text.decode("utf-8", "replace")), scan)
            if name:
                yield Found(AUTHOR, name, tag.end, tag.end + len(text), "rel=author")


def author(text: str, scan: Scan) -> str | None:
    """A person's name in lower case; None for what names nobody in particular."""
    name = _person(text[:_LONGEST])
    site_names = (content.casefold() for content, _, _, _ in scan.metas("og:site_name"))
    return None if name is None or any(name in site or site in name for site in site_names if site) else name


@lru_cache(maxsize=4096)
def _person(text: str) -> str | None:
    """As author(), for a site of any name. The pages of a site name the same few persons."""
    name = _BY.sub("", " ".join(html.unescape(text).split()).strip(" ,;|-–—"))
    words = name.split()
    parted = 2 <= len(words) <= 5 and all(_WORD.fullmatch(word) for word in words)
    if not (parted or _SIDE_BY_SIDE.fullmatch(name)) or _NOBODY.search(name) or agency_in(name):
        return None
    return name.casefold()


KINDS = (AUTHOR,)
RULES = (
    Reader(KINDS, _json_ld, needs=('"author"',)),
    Reader(KINDS, _metas, needs=(*_METAS[:-1], _LABEL)),
    Reader(KINDS, _links, needs=('rel="author', "rel='author", "rel=author", ' author"')),
)
