"""Whether a site's domain imitates a known medium, and what the page says of itself: told on every crawl, and a tie to nobody.

The page's visible brand (og:site_name, title, copyright line, canonical address) is held against the domain: a page that bears the
medium's name under a domain like the medium's imitates it; one that bears a name of its own has only a like domain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.lookalikes import Lookalike, Standing, known_brands, may_be_namesake, skeleton, standing
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

LOOKALIKE = Kind(
    name="lookalike",
    family="control",
    title="Medium whose domain this one imitates",
    example="spiegel.de",
    source="https://arxiv.org/abs/1708.08519 (squatting techniques); media: config/brands.txt",
    proves=Proof.FACT,
    links=False,
)
_TITLE = re.compile(rb"<title[^>]{0,200}+>([^<]{1,300})", re.I)
_COPYRIGHT = re.compile(rb"(?:\xc2\xa9|&copy;|&#169;|\([cC]\)|[Cc]opyright)([^<]{1,100})")
_LETTERS = re.compile(r"[\W_]{1,300}")
_SHORTEST = 3


def _read(scan: Scan) -> Iterator[Found]:
    host = urlsplit(scan.page.final_url).hostname or ""
    found = _judged(host)
    if found is None:
        return
    verdict = standing(host)
    says = _own_words(scan, found)
    verdict = _by_the_page(scan, found, says) if verdict is Standing.IMITATION else verdict
    yield Found(LOOKALIKE, found.brand, where=f"{verdict.value}: {found.technique}, score {found.score:.2f}; {says or 'the page does not name the medium'}"[:300])  # fmt: skip


@lru_cache(maxsize=4096)
def _judged(host: str) -> Lookalike | None:
    return known_brands().find(host)


def _by_the_page(scan: Scan, found: Lookalike, says: str) -> Standing:
    sent = {site_or_none(hop.target) for hop in scan.page.redirects} | {site_or_none(scan.page.url)}
    if found.brand in sent:
        return Standing.AUTHORISED
    if found.brand in scan.claims:
        return Standing.IMITATION
    return Standing.IMITATION if says and not may_be_namesake(found) else Standing.LIKE_NAME


def _own_words(scan: Scan, found: Lookalike) -> str:
    """Where the page bears the medium's name, or an empty string."""
    name = skeleton(_LETTERS.sub("", found.brand.split(".", 1)[0]))
    if len(name) < _SHORTEST:
        return ""
    if found.brand in scan.claims:
        return f"canonical address of {found.brand}"
    texts = [("og:site_name", content) for content, _, _, _ in scan.metas("og:site_name", "application-name")]
    texts += [(place, _text(match[1])) for place, regex in (("title", _TITLE), ("copyright line", _COPYRIGHT)) if (match := regex.search(scan.body))]  # fmt: skip
    return next(
        (f'{place} "{" ".join(text.split())[:80]}"' for place, text in texts if name in skeleton(_LETTERS.sub("", text))), ""
    )


def _text(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace"))


KINDS = (LOOKALIKE,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.FRONT, Role.ARTICLE, Role.OTHER})),)
