"""Scrapy's way to the network, through our own client: Scrapy's handlers lose the order and case of headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from crawler.http.client import Client, Exchange

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.options import Options


class WireResponse(Response):
    """An answer with all that went over the wire. Its body is left empty: the page is made from the archive's record."""

    def __init__(self, url: str, *args: Any, exchange: Exchange | None = None, **kwargs: Any) -> None:
        super().__init__(url, *args, **kwargs)
        self.exchange = exchange


class WireHandler(BaseDownloadHandler):
    """Serves http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._options: Options = crawler.spider.options  # type: ignore[union-attr]
        self._client = Client(self._options)

    async def download_request(self, request: Request) -> Response:
        """Asks for one address.

        Raises:
            FetchError: there is no answer.
        """
        job = request.meta["job"]
        headers = self._options.variants.get(job.profile) if job.profile else None
        proxy = self._options.variant_proxies.get(job.profile)
        exchange = await self._client.get(request.url, job.conditions, job.most_bytes(self._options), headers, proxy)
        return WireResponse(request.url, status=exchange.answer.status, exchange=exchange, request=request)

    async def close(self) -> None:
        """Drops all connections."""
        self._client.close()
