"""Which captures of a site are worth a request: spread over the years, with every change that the index tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from crawler.archives.index import Capture
from crawler.discover import looks_like_article
from fingerprints.sites import site_or_none

_PAGES = ("", "text/html", "application/xhtml+xml", "text/plain", "unk", "warc/revisit")
_CONTROL = ("/ads.txt", "/robots.txt")


def fronts(found: Iterable[Capture], site: str, most: int) -> list[Capture]:
    """Captures of the site's front pages, at most so many, oldest first.

    Of captures in a row with one digest the first and the last say all: the content was the same in between.
    """
    usable = [one for one in found if _is_usable(one, site) and is_front(one.url)]
    kept: list[Capture] = []
    for _, group in groupby(usable, key=lambda one: (one.digest or one.stamp, one.status)):
        run = list(group)
        kept += [run[0]] if len(run) == 1 else [run[0], run[-1]]
    return _spread(kept, most)


def others(found: Iterable[Capture], site: str, most: int) -> list[Capture]:
    """One capture each of other documents: ads.txt first, pages about the site and articles, spread over the years."""
    from crawler import words

    ranked: dict[str, tuple[int, Capture]] = {}
    for one in found:
        if not _is_usable(one, site) or is_front(one.url) or one.status >= 300:
            continue
        path = urlsplit(one.url).path
        about = words.about_rank(one.url, "")
        rank = 0 if path in _CONTROL else 1 if about is not None else 2 if looks_like_article(one.url) else 9
        if rank < 9:
            ranked.setdefault(one.url, (rank, one))
    first = [one for rank, one in ranked.values() if rank < 2][: max(1, most // 3)]
    articles = [one for rank, one in ranked.values() if rank == 2]
    chosen = [*first, *_spread(sorted(articles, key=lambda one: one.stamp), most - len(first))]
    return sorted(chosen, key=lambda one: one.stamp)


def _is_usable(one: Capture, site: str) -> bool:
    return (
        site_or_none(one.url) == site
        and (one.status == 0 or 200 <= one.status < 400)
        and one.media.split(";", 1)[0].strip().lower() in _PAGES
    )


def is_front(url: str) -> bool:
    """Whether an address is that of a host's front page."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _spread(found: Sequence[Capture], most: int) -> list[Capture]:
    """At most so many, the first and the last among them and the others as evenly in time as they lie."""
    if len(found) <= most:
        return list(found)
    if most <= 0:
        return []
    if most == 1:
        return [found[-1]]
    start, end = found[0].at.timestamp(), found[-1].at.timestamp()
    chosen: dict[int, None] = {}
    at = 0
    for number in range(most):
        wanted = start + (end - start) * number / (most - 1)
        while at + 1 < len(found) and abs(found[at + 1].at.timestamp() - wanted) <= abs(found[at].at.timestamp() - wanted):
            at += 1
        chosen.setdefault(at)
    chosen.setdefault(len(found) - 1)
    return [found[number] for number in sorted(chosen)][-most:]
