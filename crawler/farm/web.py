"""Which answer a request gets: host and path → the bytes of a whole HTTP response, kept once made."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from random import Random
from urllib.parse import quote, unquote

from crawler.farm import containers
from crawler.farm.design import design
from crawler.farm.documents import Document, Documents, View
from crawler.farm.plan import Plan, Site
from crawler.farm.registry import Registry
from crawler.farm.world import Fault

_CACHE_BYTES = 256 * 1024 * 1024
_SERVERS = ("nginx/1.18.0 (Ubuntu)", "nginx", "Apache/2.4.57 (Debian)", "LiteSpeed", "Apache")
_SLOW_FRONT = 2.5
"""Seconds that a slow site takes for its front page."""
_SLOW_REST = 0.2
_NO_SUCH_HOST = Document(b"There is no such site here.\n", "text/plain", 404)
_BROKEN = Document(
    b"<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>", status=500
)
_NO_PAGE = Document(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n", "application/pdf")


class Web:
    """All sites of a plan as one server sees them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._by_domain = plan.by_domain()
        self._hosts = {
            f"{prefix}{site.domain}": site for site in plan.sites for prefix in (("",) if site.platform else ("", "www."))
        }
        self.registry = Registry(plan)
        self._others = self.registry.hosts | {containers.HOST}
        self._documents: dict[str, Documents] = {}
        self._cache: dict[tuple[str, str, str, bool, bool], tuple[bytes, bytes, float]] = {}
        self._cached = 0

    @property
    def others(self) -> frozenset[str]:
        """Hosts that are no site: of registries and of the tag manager."""
        return self._others

    def site(self, host: str) -> Site | None:
        """The site under this host name."""
        return self._hosts.get(host.lower().rstrip("."))

    def respond(
        self, scheme: str, host: str, path: str, *, zipped: bool, head: bool, trusted: bool = True
    ) -> tuple[bytes, float]:
        """The whole response and the seconds to wait before it is sent; a cloaking site hides its ids from who is not trusted."""
        site = self.site(host)
        if scheme == "http" and site is not None and not site.to_https and host == site.host:
            scheme = "https"  # the same answer, so the same place in the cache
        key = (scheme, host, path, zipped, trusted)
        if key not in self._cache:
            self._remember(key, *self._make(scheme, host, path, zipped, trusted))
        top, body, delay = self._cache[key]
        start = top + b"Date: " + _date() + b"\r\n\r\n"
        return (start if head else start + body), delay

    def prepare(self) -> int:
        """Makes the pages that a crawl asks for in advance, as a client with gzip gets them; gives their number."""
        pages = [(site, path) for site in self._plan.sites if not site.fault for path in self.paths(site)]
        for site, path in pages:
            self.respond(site.origin.split(":")[0], site.host, path, zipped=True, head=False)
        return len(pages)

    def paths(self, site: Site) -> tuple[str, ...]:
        """The documents that a crawl asks a site for."""
        if site.redirects_to:
            return ("/",)
        original = self._by_domain[site.copies] if site.copies else site
        return (*self._of(original).pages, "/robots.txt", "/ads.txt", "/sitemap.xml", "/favicon.ico", design(original.theme).feed)

    def _remember(self, key: tuple[str, str, str, bool, bool], top: bytes, body: bytes, delay: float) -> None:
        if self._cached > _CACHE_BYTES:
            self._cache.clear()
            self._cached = 0
        self._cache[key] = (top, body, delay)
        self._cached += len(top) + len(body)

    def _make(self, scheme: str, host: str, path: str, zipped: bool, trusted: bool) -> tuple[bytes, bytes, float]:
        site = self.site(host)
        if site is None and host == containers.HOST:
            document = containers.document(path)
        elif site is None and host in self.others:
            document = self.registry.document(host, path)
        else:
            document = _NO_SUCH_HOST if site is None else self._answer(site, scheme, host, path, trusted)
        return *_wire(document, site, zipped), _delay(site, path)

    def _answer(self, site: Site, scheme: str, host: str, path: str, trusted: bool) -> Document:
        if site.redirects_to:
            target = self._by_domain[site.redirects_to]
            return _redirect(f"{target.origin}{path}", 302 if site.copies else 301)
        if site.fault is Fault.ERROR_500 and path != "/robots.txt":
            return _BROKEN
        if host != site.host or (scheme == "http" and site.to_https):
            wanted = "https" if site.to_https else scheme
            return _redirect(f"{wanted}://{site.host}{path}")
        if site.fault is Fault.WRONG_TYPE and path != "/robots.txt":
            return _NO_PAGE
        return self._page(site, path, trusted)

    def _page(self, site: Site, path: str, trusted: bool) -> Document:
        path = quote(unquote(path), safe="/?&=+:,;@%-._~!$'()*")
        if not site.copies:
            documents = self._of(site)
            return documents.document(path, None if trusted else replace(documents.own_view, bare=True))
        victim = self._by_domain[site.copies]
        if path in ("/robots.txt", "/ads.txt", "/sitemap.xml"):
            return Document(b"Not Found\n", "text/plain", 404)
        views = {
            "canonical": View(victim.origin, "", ""),
            "assets": View("", "", victim.origin),
            "refresh": View("", "", "", refresh=victim.origin),
        }
        return self._of(victim).document(path, views[site.copied_how])

    def _of(self, site: Site) -> Documents:
        if site.domain not in self._documents:
            self._documents[site.domain] = Documents(site, self._plan)
        return self._documents[site.domain]


def _redirect(location: str, status: int = 301) -> Document:
    body = f'<html><head><title>{status}</title></head><body><a href="{location}">Moved</a></body></html>'
    return Document(body.encode(), status=status, location=location)


def _delay(site: Site | None, path: str) -> float:
    if site is None or site.fault is not Fault.SLOW:
        return 0.0
    return _SLOW_FRONT if path == "/" else _SLOW_REST


def _wire(document: Document, site: Site | None, zipped: bool) -> tuple[bytes, bytes]:
    """Head (without Date and the empty line) and body as they go over the wire."""
    headers = [f"HTTP/1.1 {document.status} {HTTPStatus(document.status).phrase}"]
    random = Random(f"server {site.hosting.name if site else ''}")
    headers.append(f"Server: {random.choice(_SERVERS)}")
    headers.append(f"Content-Type: {document.content_type}")
    body = document.body
    if zipped and document.content_type.startswith("text/") and len(body) > 500:
        body = gzip.compress(body, 1, mtime=0)
        headers += ["Content-Encoding: gzip", "Vary: Accept-Encoding"]
    if site and site.theme.layout == "portal":
        headers.append("X-Powered-By: PHP/7.4.33")
    if document.location:
        headers.append(f"Location: {document.location}")
    if site and site.theme.layout == "app":
        headers.append("Transfer-Encoding: chunked")
        body = _chunked(body)
    else:
        headers.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(headers) + "\r\n").encode("latin-1"), body


def _chunked(body: bytes, size: int = 8192) -> bytes:
    chunks = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


_last_date: tuple[int, bytes] = (0, b"")


def _date() -> bytes:
    global _last_date
    now = int(time.time())
    if _last_date[0] != now:
        _last_date = (now, formatdate(now, usegmt=True).encode())
    return _last_date[1]
