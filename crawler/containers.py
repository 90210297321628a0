"""Tag containers: the public scripts of Google's tag manager that a page loads, each of which may name a dozen accounts."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable

from crawler.http.client import Exchange
from fingerprints.model import Observation, Page, State

_HOST = "https://www.googletagmanager.com"
"""https://developers.google.com/tag-platform/tag-manager/web"""
_MANAGER = "google-tag-manager"
_LOADED = re.compile(rb"googletagmanager\.com(?:\\?/)gtag(?:\\?/)js\?id=((?:G|GT|AW|DC|UA)-[0-9A-Za-z-]{4,20})(?![0-9A-Za-z-])")
_MOST_LOADS = 50
_KEPT_BYTES = 32_000_000


def addresses(page: Page, observations: Iterable[Observation]) -> tuple[str, ...]:
    """The containers that a page of a site loads itself: none of a copied page, a comment or a quotation.

    Args:
        page: in HTML.
        observations: what was found in it.
    """
    live = [one for one in observations if one.state is State.SEEN and one.page_url == page.final_url]
    found = [f"{_HOST}/gtm.js?id={one.value}" for one in live if one.kind == _MANAGER]
    seen = {one.value for one in live}
    for match, _ in zip(_LOADED.finditer(page.body), range(_MOST_LOADS), strict=False):
        name = match[1].decode()
        if name in seen:
            found.append(f"{_HOST}/gtag/js?id={name}")
    return tuple(dict.fromkeys(found))


class Kept:
    """Containers of this crawl, so that the sites that share one cost its server one request. Bounded; the oldest go first."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._exchanges: OrderedDict[str, Exchange] = OrderedDict()

    def get(self, url: str) -> Exchange | None:
        """The answer, if it is kept."""
        return self._exchanges.get(url)

    def put(self, url: str, exchange: Exchange) -> None:
        """Keeps an answer that is whole."""
        size = len(exchange.answer.body)
        if exchange.answer.status != 200 or size > self._most or url in self._exchanges:
            return
        self._exchanges[url] = exchange
        self._size += size
        while self._size > self._most:
            _, oldest = self._exchanges.popitem(last=False)
            self._size -= len(oldest.answer.body)
