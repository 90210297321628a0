"""Renders pages of many sites with one browser, a few at a time, and says what came of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from crawler import clock
from crawler.http.client import Exchange
from crawler.options import Options
from crawler.render.chromium import Chromium, NoBrowserError, find
from crawler.render.visit import HEIGHT, WIDTH, Look, Visit
from crawler.render.wall import Wall
from fingerprints.model import Outcome, Page, Redirect
from fingerprints.rendered import Call

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

_CLOSE_SECONDS = 10.0
_OVERTIME = 40.0
"""Seconds beyond the page's own in which its text and pictures are taken."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a browser made of a page."""

    page: Page
    at: datetime
    outcome: Outcome
    detail: str
    url: str = ""
    """Its address at the end."""
    dom: bytes = b""
    cut: bool = False
    """Whether the page was longer than a document may be."""
    calls: tuple[Call, ...] = ()
    more: int = 0
    hops: tuple[Redirect, ...] = ()
    view: bytes = b""
    thumbnail: bytes = b""


Done = Callable[[Rendered], None]
Loader = Callable[[str, str], "asyncio.Future[Exchange]"]
"""(site, address) → the answer, as the crawl fetches it."""


class Rendering(Protocol):
    """What a crawl needs of a renderer."""

    def render(self, page: Page, done: Done) -> None:
        """Begins to show a page; `done` is called with what came of it."""


class Renderer:
    """Does what Rendering says. Runs in the crawl's event loop."""

    def __init__(self, options: Options, load: Loader) -> None:
        self._options = options
        self._load = load
        self._chromium = Chromium(find(options.browser), sandbox=options.sandbox)
        self._room = asyncio.Semaphore(options.render_open)
        self._tasks: set[asyncio.Task[None]] = set()
        self.trouble = ""
        """Why nothing can be rendered at all; empty as long as that is not so."""

    def render(self, page: Page, done: Done) -> None:
        """See Rendering."""
        task = asyncio.get_running_loop().create_task(self._render(page, done))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()

    async def close(self) -> None:
        """Stops all of it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._chromium.stop()

    async def _render(self, page: Page, done: Done) -> None:
        async with self._room:
            result = await self._attempt(page)
        done(result)

    async def _attempt(self, page: Page) -> Rendered:
        at = clock.now()
        if self.trouble:
            return Rendered(page, at, Outcome.NOT_LOOKED_AT, self.trouble)
        visit = Visit(page, self._options, lambda url: self._load(page.site, url))
        try:
            look = await self._show(visit)
        except NoBrowserError as error:
            self.trouble = str(error)
            return Rendered(page, at, Outcome.NOT_LOOKED_AT, self.trouble)
        except TimeoutError:
            detail = "The page did not come to an end in the browser: its scripts hang."
            return self._told(visit, page, at, Look(url=page.final_url), Outcome.FAILED, detail)
        except Exception as error:  # noqa: BLE001  (a page that breaks the browser is that page's failure)
            detail = f"The browser could not show the page: {_first_line(error)}."
            return self._told(visit, page, at, Look(url=page.final_url), Outcome.FAILED, detail)
        late = f"It was still busy after {self._options.render_seconds:g} s." if look.late else ""
        return self._told(visit, page, at, look, Outcome.READ, late)

    def _told(self, visit: Visit, page: Page, at: datetime, look: Look, outcome: Outcome, detail: str) -> Rendered:
        whole = look.dom.encode("utf-8", "replace")
        return Rendered(
            page=page,
            at=at,
            outcome=outcome,
            detail=detail,
            url=look.url,
            dom=whole[: self._options.max_bytes],
            cut=len(whole) > self._options.max_bytes,
            calls=tuple(visit.calls),
            more=visit.more,
            hops=tuple(visit.hops),
            view=look.view,
            thumbnail=look.thumbnail,
        )

    async def _show(self, visit: Visit) -> Look:
        wall = Wall(visit.walled)
        proxy = await wall.open()
        try:
            context = await self._chromium.context(proxy, WIDTH, HEIGHT)
            try:
                async with asyncio.timeout(self._options.render_seconds + _OVERTIME):
                    return await visit.run(context)
            finally:
                await self._shut(context)
        finally:
            await wall.close()

    async def _shut(self, context: BrowserContext) -> None:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await context.close()
        except Exception:  # noqa: BLE001  (a browser that cannot shut a page is ended, and the next page gets a new one)
            await self._chromium.end()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")
