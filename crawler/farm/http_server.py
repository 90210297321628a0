"""A bare HTTP/1.1 server on asyncio: GET and HEAD with keep-alive, nothing else, so that it is never the slow part of a crawl."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TextIO, cast

from crawler.farm.plan import Site
from crawler.farm.web import Web
from crawler.farm.world import Fault

_HEAD_LIMIT = 64 * 1024
_REQUEST = re.compile(rb"(GET|HEAD) (\S{1,16000}) HTTP/1\.[01]\r\n")
_HOST = re.compile(rb"\r\nhost:[ \t]*([^\s:]{1,255})", re.I)
_GZIP = re.compile(rb"\r\naccept-encoding:[^\r\n]{0,200}gzip", re.I)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.I)
_FROM_SEARCH = re.compile(rb"\r\nreferer:[ \t]*https?://(?:www\.)?(?:google|bing|yandex|duckduckgo)\.", re.I)
_BROWSER = re.compile(rb"\r\nuser-agent:[ \t]*Mozilla/5\.0", re.I)
_AGENT = re.compile(rb"\r\nuser-agent:[ \t]*([^\r\n]{0,300})", re.I)
_LANGUAGE = re.compile(rb"\r\naccept-language:[ \t]*([a-zA-Z-]{2,20})", re.I)
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def is_shown(site: Site, request: bytes) -> bool:
    """Whether a cloaking site shows this visitor what it hides from others."""
    if site.cloaks == "referrer":
        return _FROM_SEARCH.search(request) is not None
    if site.cloaks == "agent":
        return _BROWSER.search(request) is not None
    if site.cloaks == "language":
        speaks = _LANGUAGE.search(request)
        return speaks is not None and speaks[1].lower().startswith(site.language.encode())
    return True


class HttpProtocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, web: Web, scheme: str, log: TextIO | None = None) -> None:
        """With a log, each request is a line of it, between tabs: seconds since 1970, the address, who asks."""
        self._log = log
        self._web = web
        self._scheme = scheme
        self._waiting = b""
        self._transport: asyncio.Transport | None = None
        self._delayed: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Called by asyncio."""
        if self._delayed:
            self._delayed.cancel()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._waiting += data
        if self._delayed is None:
            self._answer_all()

    def _answer_all(self) -> None:
        while self._transport is not None and (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            request, self._waiting = self._waiting[: end + 2], self._waiting[end + 4 :]
            if self._answer(request):
                return
        if len(self._waiting) > _HEAD_LIMIT and self._transport is not None:
            self._transport.write(_BAD_REQUEST)
            self._transport.close()

    def _answer(self, request: bytes) -> bool:
        """Answers one request; True when nothing more is to be answered for now."""
        assert self._transport is not None
        line = _REQUEST.match(request)
        host = _HOST.search(request)
        if line is None or host is None:
            self._transport.write(_BAD_REQUEST)
            self._transport.close()
            return True
        name = host[1].decode("latin-1").lower()
        site = self._web.site(name)
        if site is not None and site.fault in (Fault.DEAD, Fault.UNKNOWN_DOMAIN):
            self._transport.abort()
            return True
        path = line[2].decode("latin-1")
        if self._log is not None:
            agent = _AGENT.search(request)
            who = agent[1].decode("latin-1").replace("\t", " ") if agent else ""
            self._log.write(f"{time.time():.4f}\t{self._scheme}://{name}{path}\t{who}\n")
        response, delay = self._web.respond(
            self._scheme,
            name,
            path,
            zipped=_GZIP.search(request) is not None,
            head=line[1] == b"HEAD",
            trusted=site is not None and is_shown(site, request),
        )
        last = _CLOSE.search(request) is not None
        if delay:
            self._delayed = asyncio.get_running_loop().call_later(delay, self._send_late, response, last)
            return True
        return self._send(response, last)

    def _send(self, response: bytes, last: bool) -> bool:
        assert self._transport is not None
        self._transport.write(response)
        if last:
            self._transport.close()
        return last

    def _send_late(self, response: bytes, last: bool) -> None:
        self._delayed = None
        if self._transport is not None and not self._send(response, last):
            self._answer_all()
