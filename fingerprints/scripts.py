"""Pages whose scripts were not run: what these would add was not looked at, and a store says so."""

from __future__ import annotations

import re

from fingerprints.model import Coverage, Outcome, Page, Role
from fingerprints.scan import Scan

_LIVE = re.compile(
    rb"<script\b(?![^>]{0,500}?\btype\s{0,3}=\s{0,3}[\"']?(?:application|text)/(?:ld\+json|json|template|html|x-))", re.I
)
"""A script that does something; data and templates do not."""
_UNSEEN = re.compile(
    rb"<!--(?:[^-]|-(?!->)){0,200000}+-->"
    rb"|<(script|style|noscript|template|svg|title)\b[^>]{0,2000}>.*?</\1\s{0,3}>"
    rb"|<[^>]{0,20000}>|&(?:nbsp|#160|#xa0);|\s++",
    re.I | re.S,
)
_LONGEST = 400_000
"""Bytes of a page whose text is looked for; a longer one has some."""
_FEWEST_LETTERS = 200
"""Bytes of text with which a page is more than a frame for its scripts: less than a short notice in any script's writing."""
_BODY = re.compile(rb"<[bB][oO][dD][yY]")
NOT_RUN = "Its scripts were not run (crawl --render runs them)."
SHELL = "The page is made by its scripts, which were not run (crawl --render runs them)."


def is_shell(page: Page) -> bool:
    """Whether a page has hardly a text of its own, and scripts that would make one."""
    body = page.body
    if not page.role.is_page or page.role is Role.RENDERED or len(body) > _LONGEST or _LIVE.search(body) is None:
        return False
    # What a regular expression takes for a script may be the page of a careless writer; a parser is asked, as it costs more.
    return text_size(body, _FEWEST_LETTERS) < _FEWEST_LETTERS and len(Scan(page).dom.main_text().encode()) < _FEWEST_LETTERS


def text_of(body: bytes) -> bytes:
    """About the text that a visitor without scripts reads on a page; mark-up and white space as single spaces."""
    start = _begin(body)
    return _UNSEEN.sub(b" ", body[start : start + _LONGEST])


def text_size(body: bytes, enough: int) -> int:
    """About how many bytes of text, spaces left out, a visitor without scripts reads on a page.

    Args:
        body: the page.
        enough: bytes after which no more are counted; most pages have so many at their beginning.
    """
    end = _begin(body)
    size = 0
    for unseen in _UNSEEN.finditer(body, end):
        size += unseen.start() - end
        end = unseen.end()
        if size >= enough:
            return size
    return size + len(body) - end


def _begin(body: bytes) -> int:
    found = _BODY.search(body)
    return found.start() if found else 0


def not_run(page: Page) -> Coverage | None:
    """That the page's scripts were not looked at: for a front page that has any, and for every page that is made by them.

    A look at the page in a browser comes later, and stands in its place.
    """
    if not page.role.is_page or page.role in (Role.RENDERED, Role.VARIANT):
        return None
    shell = is_shell(page)
    if not shell and (page.role is not Role.FRONT or _LIVE.search(page.body) is None):
        return None
    detail = SHELL if shell else NOT_RUN
    return Coverage(page.site, Role.RENDERED, page.final_url, Outcome.NOT_LOOKED_AT, page.fetched_at, "", detail)
