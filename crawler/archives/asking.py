"""Asks an archive, one request at a time, with a pause and with patience: what it does not answer is told, and is no absence."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from crawler.errors import FetchError
from crawler.http.client import Client, Exchange
from crawler.options import Options
from crawler.urls import absolute, normal
from fingerprints.content import decode

_LATER = frozenset({429, 500, 502, 503, 504})
_MOST_HOPS = 5


class ArchiveFault(Exception):  # noqa: N818  (a sentence for the person who asked, not a programmer's error)
    """An archive did not answer as it should; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How an archive is asked: config/archives.toml says why."""

    delay: float
    """Seconds between the end of one request and the next."""
    retries: int
    retry_wait: float
    """Seconds before the first repeat; each further one waits twice as long."""
    most_retry_after: float


class Asking:
    """The line to one archive."""

    def __init__(self, options: Options, manners: Manners) -> None:
        self._client = Client(options)
        self._limit = options.max_bytes
        self._manners = manners
        self._free_at = 0.0
        self._random = random.Random()  # noqa: S311  (jitter of delays)
        self.requests = 0

    async def get(self, url: str, headers: tuple[tuple[str, str], ...] = (), *, follow: bool = True) -> Exchange:
        """The answer at an address, through redirects within the archive unless `follow` is False.

        Raises:
            ArchiveFault: there is none, or one that says that the archive cannot answer now.
        """
        wanted = normal(url)
        if wanted is None:
            raise ArchiveFault(f"{url[:200]!r} is no address that can be asked.")
        for _ in range(_MOST_HOPS):
            exchange = await self._patiently(wanted, headers)
            target = absolute(wanted, exchange.answer.header("location")) if 300 <= exchange.answer.status < 400 else None
            if target is None or not follow:
                return exchange
            wanted = target
        raise ArchiveFault(f"The archive's redirects do not end at {url[:200]}.")

    async def text(self, url: str) -> tuple[int, str]:
        """Status and text of an answer.

        Raises:
            ArchiveFault: there is none, or it was cut off.
        """
        exchange = await self.get(url)
        if exchange.answer.cut:
            raise ArchiveFault(f"The answer of {url[:200]} was cut off ({exchange.answer.cut}).")
        return exchange.answer.status, body_of(exchange, self._limit).decode("utf-8", "replace")

    def close(self) -> None:
        """Drops all connections."""
        self._client.close()

    async def _patiently(self, url: str, headers: tuple[tuple[str, str], ...]) -> Exchange:
        wait = self._manners.retry_wait
        for attempt in range(self._manners.retries + 1):
            last = attempt == self._manners.retries
            try:
                exchange = await self._once(url, headers)
            except FetchError as error:
                if last or not error.passing:
                    raise ArchiveFault(f"The archive did not answer: {error}") from None
                asked = 0.0
            else:
                if exchange.answer.status not in _LATER:
                    return exchange
                asked = _retry_after(exchange)
                if last or asked > self._manners.most_retry_after:
                    raise ArchiveFault(
                        f"The archive answered {exchange.answer.status} {attempt + 1} times"
                        f"{f' and asks to wait {asked:.0f} s' if asked else ''}; ask again later."
                    )
            await asyncio.sleep(max(asked, wait))
            wait *= 2
        raise AssertionError

    async def _once(self, url: str, headers: tuple[tuple[str, str], ...]) -> Exchange:
        await asyncio.sleep(max(0.0, self._free_at - monotonic()))
        self.requests += 1
        try:
            return await self._client.get(url, headers)
        finally:
            self._free_at = monotonic() + self._manners.delay * (1 + 0.3 * self._random.random())


def body_of(exchange: Exchange, limit: int) -> bytes:
    """The document of an answer, its encodings undone."""
    answer = exchange.answer
    return decode(answer.body, answer.header("transfer-encoding"), answer.header("content-encoding"), limit).body


def _retry_after(exchange: Exchange) -> float:
    """https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 : seconds, or a date."""
    text = exchange.answer.header("retry-after").strip()
    if text.isdigit():
        return float(text) if len(text) < 9 else 1e9
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
