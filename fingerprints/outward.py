"""Queries for other people's search engines, ready to be pasted: where else does this value stand on the web?

Nothing is sent from here. Each service's syntax is from its own documentation:
Shodan https://help.shodan.io/the-basics/search-query-fundamentals, https://blog.shodan.io/deep-dive-http-favicon/ and
https://www.shodan.io/search/filters; FOFA https://en.fofa.info/api (the query goes into the address in base64); urlscan
https://docs.urlscan.io/pages/search-api-reference (reserved characters stand in quotes); PublicWWW https://publicwww.com/ (an
exact text stands in quotes); crt.sh https://crt.sh/ (% is the wildcard); SecurityTrails https://securitytrails.com/; ViewDNS
https://viewdns.info/; the Wayback Machine https://web.archive.org/.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

_HARMLESS = re.compile(r"[\w.@:+=/%-]{2,200}")
"""What goes into a query as it stands. Other characters would end a quotation, and what was fetched is not to be trusted."""
_TOO_SHORT = re.compile(r"\d{1,7}|.{1,5}")
"""As a text anywhere in a page it would find strangers by the thousand."""
_IN_PAGES = frozenset(
    {
        *("ads", "affiliate", "analytics", "chat", "comments", "consent", "contact", "meta", "operations", "payment"),
        *("push", "tags", "verification", "video", "wallet"),
    }
)
"""Families whose values stand in the page's source as they are."""
_NOT_IN_PAGES = re.compile(r"ads-txt-.*|dns-.*|registrant-.*|soa-email|dmarc-rua|company-register|phone|.*-domain-verification")
"""Kinds of these families whose values stand elsewhere, or are written in another way there."""
_ADDRESSES = frozenset({"dns-a", "spf-ip4", "dns-wildcard"})
_MAILBOXES = frozenset({"email", "registrant-email", "soa-email", "dmarc-rua"})


@dataclass(frozen=True, slots=True)
class Query:
    """One question to one service."""

    service: str
    kind: str
    value: str
    query: str
    """As it is typed there."""
    url: str
    """Where it is asked, with the question in it."""


_Ask = tuple[str, str, Callable[[str], str]]
"""(service, the question with {} for the value, the address for a question)"""


def _shodan(question: str) -> str:
    return f"https://www.shodan.io/search?query={quote(question, safe='')}"


def _fofa(question: str) -> str:
    return f"https://en.fofa.info/result?qbase64={quote(b64encode(question.encode()).decode(), safe='')}"


def _urlscan(question: str) -> str:
    return f"https://urlscan.io/search/#{quote(question, safe='')}"


def _publicwww(question: str) -> str:
    return f"https://publicwww.com/websites/{quote(question, safe='')}/"


def _crt_sh(question: str) -> str:
    return f"https://crt.sh/?q={quote(question, safe='')}"


def _at(address: str) -> Callable[[str], str]:
    """A service whose addresses hold the value itself."""
    return lambda question: address + quote(question, safe="")


_OF_DOMAIN: tuple[_Ask, ...] = (
    ("urlscan", "domain:{}", _urlscan),
    ("crt.sh", "%.{}", _crt_sh),
    ("Shodan", "hostname:{}", _shodan),
    ("FOFA", 'domain="{}"', _fofa),
    ("FOFA", 'cert="{}"', _fofa),
    ("Wayback Machine", "{}", _at("https://web.archive.org/web/*/")),
)
_OF_ADDRESS: tuple[_Ask, ...] = (
    ("urlscan", 'page.ip:"{}"', _urlscan),
    ("Shodan", "ip:{}", _shodan),
    ("FOFA", 'ip="{}"', _fofa),
    ("SecurityTrails", "{}", _at("https://securitytrails.com/list/ip/")),
    ("ViewDNS", "{}", _at("https://viewdns.info/reverseip/?t=1&host=")),
)
_OF_NAME_SERVER: tuple[_Ask, ...] = (
    ("SecurityTrails", "{}", _at("https://securitytrails.com/list/ns/")),
    ("ViewDNS", "{}", _at("https://viewdns.info/reversens/?ns=")),
)
_OF_MAILBOX: tuple[_Ask, ...] = (
    ("ViewDNS", "{}", _at("https://viewdns.info/reversewhois/?q=")),
    ("SecurityTrails", "{}", _at("https://securitytrails.com/list/email/")),
)
_OF_TEXT: tuple[_Ask, ...] = (
    ("PublicWWW", '"{}"', _publicwww),
    ("FOFA", 'body="{}"', _fofa),
    ("Shodan", 'http.html:"{}"', _shodan),
)
_OF_KIND: dict[str, tuple[_Ask, ...]] = {
    "favicon-mmh3": (("Shodan", "http.favicon.hash:{}", _shodan), ("FOFA", 'icon_hash="{}"', _fofa)),
    "jarm": (("Shodan", "ssl.jarm:{}", _shodan), ("FOFA", 'jarm="{}"', _fofa)),
    "dns-mx": (("SecurityTrails", "{}", _at("https://securitytrails.com/list/mx/")),),
    "registrant-organisation": (("ViewDNS", "{}", _at("https://viewdns.info/reversewhois/?q=")),),
    "dns-ns": _OF_NAME_SERVER,
}


def of_domain(domain: str) -> Iterator[Query]:
    """What others know of a site."""
    yield from _asked(_OF_DOMAIN, "domain", domain)


def of_value(kind: str, family: str, value: str) -> Iterator[Query]:
    """Where else a value stands. Nothing for a kind that no service looks for, or a value that no query can hold safely.

    Args:
        kind, value: of an observation.
        family: of the kind.
    """
    yield from _asked(_OF_KIND.get(kind, ()), kind, value)
    if kind in _ADDRESSES:
        yield from _asked(_OF_ADDRESS, kind, value.partition("/")[0])
    if kind in _MAILBOXES:
        yield from _asked(_OF_MAILBOX, kind, value)
    if family in _IN_PAGES and not _NOT_IN_PAGES.fullmatch(kind):
        # matomo: host/site, Sentry: key@host/project; the part in front of the slash is what stands in pages.
        host = value.partition("/")[0]
        text = host if "." in host else value
        if not _TOO_SHORT.fullmatch(text):
            yield from _asked(_OF_TEXT, kind, text)


def of_values(values: Iterable[tuple[str, str, str]]) -> Iterator[Query]:
    """of_value for each (kind, family, value)."""
    for kind, family, value in values:
        yield from of_value(kind, family, value)


def _asked(services: Iterable[_Ask], kind: str, value: str) -> Iterator[Query]:
    if not _HARMLESS.fullmatch(value):
        return
    for service, question, address in services:
        text = question.format(value)
        yield Query(service, kind, value, text, address(text))
