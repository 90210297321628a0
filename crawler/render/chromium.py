"""The browser's process: found, started without any way to the network, stopped."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crawler.render.wall import Wall
from fingerprints.extras import need

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
_FLAGS = (
    # Whatever is not handed to us goes to a proxy that refuses it (crawler.render.wall), and no name is ever looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-domain-reliability",
    "--no-pings",
    # There is nothing to draw fast, and a page gets no driver of a graphics card to attack.
    "--disable-gpu",
    "--mute-audio",
    "--deny-permission-prompts",
    # A page's scripts get so many megabytes; a page that wants more is ended, and says so.
    "--js-flags=--max-old-space-size=512",
)
_START_SECONDS = 60
_END_SECONDS = 10


class NoBrowserError(Exception):
    """There is no browser, or it does not start; the message says why and what to do."""


def find(path: str = "") -> str:
    """The browser's program.

    Args:
        path: the one to take; empty looks for Chromium, Chrome or Edge.

    Raises:
        NoBrowserError: there is none.
    """
    found = shutil.which(path) if path else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        what = f"There is no browser {path}." if path else "--render finds no Chromium."
        raise NoBrowserError(f"{what} Install one (apt-get install chromium), or name its program with --browser.")
    return found


def check(path: str = "") -> None:
    """What is missing is told before a crawl begins.

    Raises:
        NoBrowserError: there is no browser.
        MissingExtraError: the optional package that drives it is not installed.
    """
    need("playwright", "render", "--render")
    find(path)


class Chromium:
    """One browser. Each page gets a context of its own, which shares nothing with another."""

    def __init__(self, program: str, *, sandbox: bool) -> None:
        """
        Args:
            program: see find().
            sandbox: whether the operating system holds a page's process in; without it, a page that breaks out of the browser
                has our rights.
        """
        self._program = program
        self._sandbox = sandbox
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()
        self._wall = Wall(lambda _method, _url: None)  # what the browser wants for itself belongs to no page
        self._wall_address = ""

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._browser is not None and self._browser.is_connected()

    async def context(self, proxy: str, width: int, height: int) -> BrowserContext:
        """A context without permissions, downloads and service workers, in the running browser or in a new one.

        Args:
            proxy: the address of the wall for what its pages ask past the interception.
            width: of the view, in CSS pixels.
            height: of the view.

        Raises:
            NoBrowserError: the browser does not start.
        """
        async with self._starting:
            if not self.running:
                await self._start()
            assert self._browser is not None
            return await self._browser.new_context(
                proxy={"server": proxy},
                viewport={"width": width, "height": height},
                service_workers="block",
                accept_downloads=False,
                permissions=[],
            )

    async def _start(self) -> None:
        playwright = need("playwright.async_api", "render", "--render")
        if self._driver is None:
            self._driver = await playwright.async_playwright().start()
            self._wall_address = await self._wall.open()
        settings: Mapping[str, Any] = {"executable_path": self._program, "chromium_sandbox": self._sandbox, "args": list(_FLAGS)}
        try:
            self._browser = await self._driver.chromium.launch(
                **settings, proxy={"server": self._wall_address}, timeout=_START_SECONDS * 1000
            )
        except playwright.Error as error:
            raise NoBrowserError(self._reason(str(error))) from None

    def _reason(self, told: str) -> str:
        if self._sandbox and ("sandbox" in told.lower() or os.geteuid() == 0):
            return (
                "Chromium does not start with its sandbox, as for root or in a container. Crawl as another user, or give "
                "--no-sandbox: a page that breaks out of the browser then has the rights of this process."
            )
        last = next((line for line in told.splitlines() if line.strip()), "it says nothing")
        return f"{self._program} does not start: {last.strip()[:200]}"

    async def end(self) -> None:
        """Ends the browser; the next context starts another."""
        with suppress(Exception):  # it may be gone already, and then there is nothing to end
            if self._browser is not None:
                async with asyncio.timeout(_END_SECONDS):
                    await self._browser.close()
        self._browser = None

    async def stop(self) -> None:
        """Ends the browser and what drives it."""
        await self.end()
        with suppress(Exception):
            if self._driver is not None:
                async with asyncio.timeout(_END_SECONDS):
                    await self._driver.stop()
        self._driver = None
        await self._wall.close()
