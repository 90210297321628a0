"""What a crawl has to know of a site whose pages it shows in a browser, and how it keeps what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.http.client import Exchange
from crawler.render.renderer import Rendered
from crawler.urls import normal
from crawler.warc import Made, WarcWriter
from fingerprints import rendered
from fingerprints.extract import original_of
from fingerprints.model import Outcome, Page, Role
from fingerprints.scan import Scan


@dataclass(slots=True)
class Showing:
    """One site's pages in the browser."""

    shown: Counter[Role] = field(default_factory=Counter)
    kept: dict[str, Exchange] = field(default_factory=dict)
    """What its pages loaded, so that the site is asked once for what all of them have."""
    _size: int = 0

    def takes(self, role: Role, most: int) -> bool:
        """Whether a page of this role is to be shown, and counts it: one front page, one about the site, and articles."""
        if not role.is_page or role is Role.RENDERED:
            return False
        sort = role if role in (Role.FRONT, Role.ABOUT) else Role.ARTICLE
        room = {Role.FRONT: 1, Role.ABOUT: most > 2, Role.ARTICLE: max(most - 2, most > 1)}[sort]
        if self.shown[sort] >= room:
            return False
        self.shown[sort] += 1
        return True

    def keep(self, exchange: Exchange, most: int) -> None:
        """Keeps an answer, as long as there is room."""
        self._size += len(exchange.answer.body)
        if self._size <= most:
            self.kept[exchange.url] = exchange


def archive(seen: Rendered, warc: WarcWriter) -> Iterator[Page]:
    """Writes what a browser made of a page, and gives it as every archive is read: the page, its requests, its picture.

    Raises:
        OSError: the archive cannot be written.
    """
    url = seen.page.final_url
    page: Page | None = None
    if seen.outcome is Outcome.READ:
        end = (normal(seen.url) if seen.url.startswith("http") else None) or url
        hops = tuple(hop for hop in seen.hops if hop.target == end)[-1:]
        made = Made(
            rendered.PREFIXES[Role.RENDERED] + end, seen.at, seen.dom, "text/html; charset=utf-8", Role.RENDERED, hops, seen.cut
        )
        page = _page(warc.made(made))
        if page is not None:
            yield page
    original = (original_of(Scan(page)) if page is not None else None) or original_of(Scan(seen.page)) or ""
    body = rendered.encode(seen.outcome, seen.detail, original, seen.calls, seen.more)
    made = Made(rendered.PREFIXES[Role.REQUESTS] + url, seen.at, body, rendered.REQUESTS_TYPE, Role.REQUESTS, seen.hops)
    page = _page(warc.made(made))
    if page is not None:
        yield page
    if seen.view:
        warc.made(Made(rendered.VIEW + url, seen.at, seen.view, "image/jpeg"))
    if seen.thumbnail:
        made = Made(rendered.PREFIXES[Role.SCREENSHOT] + url, seen.at, seen.thumbnail, "image/png", Role.SCREENSHOT)
        page = _page(warc.made(made))
        if page is not None:
            yield page


def _page(read: object) -> Page | None:
    return read if isinstance(read, Page) else None
