"""One page in one browser context: what it asks for, what becomes of it, what it looks like at the end."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.errors import FetchError
from crawler.http.client import Exchange
from crawler.options import Options
from crawler.urls import absolute, normal
from fingerprints.content import decode
from fingerprints.model import Page, Redirect
from fingerprints.rendered import Call
from fingerprints.sites import site_or_none

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route, WebSocketRoute
    from playwright.async_api import Page as Tab

Load = Callable[[str], Awaitable[Exchange]]
"""Fetches an address as the crawl does: robots.txt, politeness, limits, archive. Raises FetchError."""

WIDTH, HEIGHT = 1280, 800
THUMBNAIL = 0.2
"""Part of the view's size: 256 by 160, which parts evenly into the 32 by 32 fields of the perceptual hash."""
_WANTED = frozenset({"document", "script", "stylesheet", "xhr", "fetch", "other"})
"""What a page is made of. Pictures, films and fonts are noted and not fetched: they tell no id, and cost the site most."""
_NOT_OF_A_SITE = "third party: not told that anybody looks at this page"
_DROPPED = frozenset(
    {
        # Undone already.
        "content-encoding", "transfer-encoding", "content-length",
        # Would have the browser do something of its own besides showing the page.
        "alt-svc", "clear-site-data", "nel", "report-to", "reporting-endpoints", "set-cookie",
        "strict-transport-security", "trailer",
    }
)  # fmt: skip
_POLL = 0.05
_LAST_SECONDS = 10.0
"""For the page's text and pictures once it is to be over."""
_EVERYTHING = re.compile(".*", re.S)


@dataclass(slots=True)
class Look:
    """What was seen of a page."""

    dom: str = ""
    url: str = ""
    view: bytes = b""
    thumbnail: bytes = b""
    late: bool = False
    """Whether it was still busy when its time was over."""


class Visit:
    """Shows one page. Bounded in time, bytes and number of requests."""

    def __init__(self, page: Page, options: Options, load: Load) -> None:
        """
        Args:
            page: as the crawl received it: the browser gets it from here, and not from the site a second time.
            options: the limits.
            load: fetches what the page wants besides.
        """
        self._page = page
        self._options = options
        self._load = load
        self.calls: list[Call] = []
        self.more = 0
        self.hops: list[Redirect] = []
        """Where scripts sent the visitor, in their order."""
        self._bytes = 0
        self._fetched = 0
        self._pending = 0
        self._busy_at = monotonic()
        self._shown = page.final_url
        self._tab: Tab | None = None

    async def run(self, context: BrowserContext) -> Look:
        """Opens the page and waits until it is quiet.

        Raises:
            playwright Error: the page could not be shown.
            TimeoutError: it hangs.
        """
        until = monotonic() + self._options.render_seconds
        await context.route(_EVERYTHING, self._asked)
        await context.route_web_socket(_EVERYTHING, self._socket)
        self._tab = tab = await context.new_page()
        context.on("page", lambda other: asyncio.ensure_future(_closed(other)))
        await tab.goto(self._page.final_url, wait_until="commit", timeout=self._options.render_seconds * 1000)
        look = Look(late=not await self._quiet(until))
        if not look.late:
            # Many pages hold their trackers back until the visitor moves. Nothing is clicked: that could be a consent.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SECONDS):
                    await tab.mouse.move(WIDTH / 2, HEIGHT / 2)
                    await tab.mouse.wheel(0, HEIGHT)
            look.late = not await self._quiet(until)
        async with asyncio.timeout(_LAST_SECONDS):
            look.dom = await _content(tab)
            look.url = tab.url
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                look.view, look.thumbnail = await _pictures(context, tab)
        return look

    def walled(self, method: str, url: str) -> None:
        """Takes note of a request that came past the interception and was refused by the wall."""
        self._note(Call(url, method, "other", False, "not asked for: it went past the browser's interception"))

    async def _quiet(self, until: float) -> bool:
        """Waits until nothing has been asked for a while; False if that does not come before the end."""
        while monotonic() < until:
            await asyncio.sleep(_POLL)
            if not self._pending and monotonic() - self._busy_at >= self._options.render_quiet:
                return True
        return False

    async def _asked(self, route: Route, request: Request) -> None:
        self._busy_at = monotonic()
        self._pending += 1
        try:
            await self._answer(route, request)
        except Exception as error:
            # The page may be gone while its request was on the way.
            if not _is_of_browser(error):
                raise
        finally:
            self._pending -= 1
            self._busy_at = monotonic()

    async def _answer(self, route: Route, request: Request) -> None:
        top = _is_top(request)
        url = normal(request.url)
        if top and url == self._page.final_url and not self._fetched and not self.hops and request.method == "GET":
            await route.fulfill(status=self._page.status, headers=_headers(self._page.headers), body=self._page.body)
            return
        if top and url and self._is_own_tab(request):
            self.hops.append(Redirect(self._shown, 0, url))
        why = self._refusal(request, url, top)
        exchange: Exchange | None = None
        if not why and url:
            self._fetched += 1
            try:
                exchange = await self._through_redirects(url, top)
            except FetchError as error:
                why = str(error)
        self._note(_call(request, exchange is not None, why))
        if exchange is None:
            # Of a page's own going elsewhere "aborted" leaves the page as it is; anything else would show an error in its place.
            await route.abort("aborted" if top else "blockedbyclient")
            return
        body = _decoded(exchange, self._options.max_bytes)
        self._bytes += len(body)
        if top:
            self._shown = exchange.url
        await route.fulfill(status=exchange.answer.status, headers=_headers(exchange.answer.headers), body=body)

    def _refusal(self, request: Request, url: str | None, top: bool) -> str:
        """Why a request is not let through; empty if it is."""
        options = self._options
        if url is None:
            return "no address of the web"
        if top and not self._is_own_tab(request):
            return "a window of its own: not opened"
        if top and len(self.hops) > options.redirects:
            return f"more than {options.redirects} redirects by scripts"
        # A tenant of a platform has its scripts on the platform's host, which is asked for the page itself as well.
        own = site_or_none(url) == self._page.site or (not top and urlsplit(url).netloc == urlsplit(self._page.final_url).netloc)
        if not own and not (options.render_others and not top):
            return "leads to another site" if top else _NOT_OF_A_SITE
        if request.method != "GET":
            return f"{request.method}: nothing is sent to a site"
        if request.resource_type not in _WANTED:
            return f"{request.resource_type}: not needed"
        if self._fetched >= options.render_requests:
            return f"the limit of {options.render_requests} requests of one page was reached"
        if self._bytes >= options.render_bytes:
            return f"the limit of {options.render_bytes} bytes of one page was reached"
        return ""

    def _is_own_tab(self, request: Request) -> bool:
        """Whether it would take the place of the page, and not open a window beside it."""
        try:
            return request.frame.page is self._tab
        except Exception:  # noqa: BLE001  (a window that has no page yet)
            return False

    async def _through_redirects(self, url: str, top: bool) -> Exchange:
        """The answer at the end of a chain of redirects. A browser that is told of one follows it past its interception."""
        for _ in range(self._options.redirects + 1):
            exchange = await self._load(url)
            status = exchange.answer.status
            target = absolute(url, exchange.answer.header("location")) if 300 <= status < 400 else None
            if target is None:
                return exchange
            if top:
                self.hops.append(Redirect(url, status, target))
            if site_or_none(target) != site_or_none(url):
                raise FetchError("It redirects to another site.")
            url = target
        raise FetchError("The chain of redirects does not end.")

    async def _socket(self, socket: WebSocketRoute) -> None:
        self._note(Call(socket.url, "GET", "websocket", False, "websocket: not opened"))
        await socket.close()

    def _note(self, call: Call) -> None:
        if len(self.calls) < self._options.render_noted:
            self.calls.append(call)
        else:
            self.more += 1


async def _closed(tab: Tab) -> None:
    """A window that a page opens is shut at once."""
    with suppress(Exception):
        await tab.close()


async def _content(tab: Tab) -> str:
    try:
        return await tab.content()
    except Exception as error:
        if not _is_of_browser(error):
            raise
        await asyncio.sleep(_POLL)  # it was just about to go somewhere else
        return await tab.content()


async def _pictures(context: BrowserContext, tab: Tab) -> tuple[bytes, bytes]:
    with suppress(Exception):
        await tab.evaluate("window.scrollTo(0, 0)")
    view = await tab.screenshot(type="jpeg", quality=60, timeout=_LAST_SECONDS * 1000, animations="disabled")
    session = await context.new_cdp_session(tab)
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": THUMBNAIL}
    shot: dict[str, Any] = await session.send("Page.captureScreenshot", {"format": "png", "clip": clip})
    return view, base64.b64decode(shot["data"])


def _is_top(request: Request) -> bool:
    """Whether it would take the place of the page itself."""
    if not request.is_navigation_request():
        return False
    try:
        return request.frame.parent_frame is None
    except Exception:  # noqa: BLE001  (a window that is just being opened has no frame yet)
        return True


def _call(request: Request, loaded: bool, why: str) -> Call:
    sent = ""
    with suppress(Exception):  # a body that is no text
        sent = request.post_data or ""
    return Call(request.url, request.method, request.resource_type, loaded, why, _other_frame(request), sent)


def _other_frame(request: Request) -> str:
    """The address of the frame of another site that makes the request; empty for the page's own."""
    try:
        frame = request.frame
        maker = frame.parent_frame if request.is_navigation_request() else frame
        while maker is not None and not maker.url.startswith(("http://", "https://")):
            maker = maker.parent_frame  # a frame without an address is its parent's
        top = frame
        while top.parent_frame is not None:
            top = top.parent_frame
    except Exception:  # noqa: BLE001  (a worker has no frame; it is the page's own)
        return ""
    if maker is None or maker is top or site_or_none(maker.url) == site_or_none(top.url):
        return ""
    return str(maker.url)


def _headers(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key not in _DROPPED and key not in kept:
            kept[key] = value
    return kept


def _decoded(exchange: Exchange, limit: int) -> bytes:
    answer = exchange.answer
    return decode(answer.body, answer.header("transfer-encoding"), answer.header("content-encoding"), limit).body


def _is_of_browser(error: Exception) -> bool:
    return type(error).__module__.startswith("playwright.")
