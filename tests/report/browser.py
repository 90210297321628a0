"""A real Chromium that opens pages from disk, and everything that it complains of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Visit:
    """A page, what it printed, and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self.troubles.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on(
            "request", lambda request: None if request.url.startswith(("file:", "data:")) else self.outside.append(request.url)
        )

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        return self.page

    def graph(self, path: Path) -> Page:
        """Opens a network's page and waits for its graph."""
        self.open(path)
        self.page.wait_for_selector("#canvas[data-ready]", timeout=20_000)
        return self.page


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator[Visit]:
    """A browser with one page; drawing is done by the processor, as on a machine without a graphics card."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    flags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield Visit(browser.new_page(viewport={"width": width, "height": height}))
        finally:
            browser.close()
