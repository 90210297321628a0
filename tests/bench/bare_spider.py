"""A Scrapy spider that fetches a list of addresses and keeps nothing: python bare_spider.py URLS.json CONCURRENCY RESULT.json."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, succeed

GIVEN = json.loads(Path(sys.argv[1]).read_text())


class Resolver(CachingThreadedResolver):
    """Answers from the list of hosts."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802  (Twisted's name)
        return succeed(GIVEN["hosts"].get(name, name))


class Bare(Spider):
    """Asks for all of them."""

    name = "bare"
    answers = 0

    async def start(self) -> AsyncIterator[Request]:
        print("begins", flush=True)
        for url in GIVEN["urls"]:
            yield Request(url, callback=self.parse, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> None:
        type(self).answers += 1


def main() -> None:
    """Runs it."""
    concurrency = int(sys.argv[2])
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "REDIRECT_ENABLED": False,
            "RETRY_ENABLED": False,
            "COOKIES_ENABLED": False,
            "HTTPERROR_ALLOW_ALL": True,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "TWISTED_DNS_RESOLVER": f"{__name__}.Resolver",
        }
    )
    process.crawl(Bare)
    process.start()
    Path(sys.argv[3]).write_text(json.dumps(Bare.answers))


if __name__ == "__main__":
    main()
