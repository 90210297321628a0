"""RDAP and WHOIS over real sockets: limits, errors, endless answers."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from crawler.http.client import Client
from crawler.http.resolve import Resolver
from crawler.options import load
from crawler.probes.base import Fetched, Note, Seen
from crawler.probes.bootstrap import Bootstrap
from crawler.probes.pace import Lanes
from crawler.probes.registration import Registration
from fingerprints.model import Outcome, Role
from tests.crawler.names import Names, naming
from tests.crawler.probes.records import of_kind, read
from tests.crawler.web import Web, serving

SITE = "harbour-news.com"
ANSWER = {
    "objectClassName": "domain",
    "events": [{"eventAction": "registration", "eventDate": "2024-05-13T08:00:00Z"}],
    "entities": [
        {
            "roles": ["registrar"],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "9101"}],
            "vcardArray": ["vcard", [["fn", {}, "text", "Harrow"]]],
        }
    ],
}
REGISTRANT = {
    "objectClassName": "domain",
    "entities": [{"roles": ["registrant"], "vcardArray": ["vcard", [["email", {}, "text", "anna@harbourpost.com"]]]}],
}


def look(names: Names, ports: str, rdap: dict[str, str], whois: dict[str, str], **given: Any) -> list[Seen]:
    options = {"store": "x.db", "allow_private": 1, "dns": names.option, "map_port": ports, "registry_delay": 0, **given}

    async def run() -> list[Seen]:
        chosen = load(options)
        client, resolver = Client(chosen), Resolver(chosen.dns)
        probe = Registration(chosen, client, resolver, Bootstrap(rdap, whois, ""), Lanes())
        try:
            return [seen async for seen in probe.look_up(SITE)]
        finally:
            client.close()

    return asyncio.run(run())


def of_rdap(web: Web, **given: Any) -> list[Seen]:
    with naming() as names:
        return look(names, f"80:{web.port}", {"com": "http://rdap.registry.net/v1/"}, {}, **given)


def of_whois(answer: Callable[[socket.socket], None], **given: Any) -> tuple[Outcome, str, set[tuple[str, str]], bytes]:
    with answering(answer) as port, naming() as names:
        (seen,) = look(names, f"43:{port}", {}, {"com": "whois.registry.net"}, **given)
    assert isinstance(seen, Note)
    assert seen.uri == f"whois://whois.registry.net/{SITE}"
    return (*read(seen.body, Role.REGISTRATION), seen.body)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def _read(seen: Seen) -> tuple[Outcome, str, set[tuple[str, str]]]:
    assert not isinstance(seen, Note)
    answer = seen.exchange.answer
    return read(answer.body, Role.REGISTRATION, answer.status, headers=answer.headers)


def test_registry_and_registrar_are_asked() -> None:
    with serving() as web:
        related = {"links": [{"rel": "related", "href": f"http://rdap.registrar.net/domain/{SITE.upper()}"}]}
        packed = gzip.compress(json.dumps(ANSWER | related).encode())
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        web.answers[f"rdap.registry.net/v1/domain/{SITE}"] = head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
        web.page(f"rdap.registrar.net/domain/{SITE.upper()}", json.dumps(REGISTRANT), "application/rdap+json")
        registry, registrar = of_rdap(web)
    assert isinstance(registry, Fetched)
    assert registry.exchange.answer.header("transfer-encoding") == "chunked"
    assert of_kind(_read(registrar)[2], "registrant-email") == {"anna@harbourpost.com"}


def test_too_many_requests_is_waited_for_as_long_as_is_asked() -> None:
    with serving() as web:
        place = f"rdap.registry.net/v1/domain/{SITE}"
        web.page(place, json.dumps(ANSWER), "application/rdap+json")
        good = web.answers[place]
        assert isinstance(good, bytes)

        def later(connection: socket.socket) -> None:
            web.answers[place] = good
            connection.sendall(
                b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )

        web.answers[place] = later
        (seen,) = of_rdap(web)
        assert web.asked == [place, place]
    assert _read(seen)[0] is Outcome.READ


def test_a_wait_that_is_too_long_is_told_and_no_absence() -> None:
    with serving() as web:
        web.page(f"rdap.registry.net/v1/domain/{SITE}", "", status="429 Later", Retry_After="86400")
        (seen,) = of_rdap(web, most_retry_after=1)
        assert len(web.asked) == 1
    assert _read(seen)[0] is Outcome.BLOCKED


def test_unknown_at_the_registry_is_absent() -> None:
    with serving() as web:
        (seen,) = of_rdap(web)
    assert _read(seen)[0] is Outcome.ABSENT


def test_a_registry_that_is_not_there_is_a_failure() -> None:
    with naming() as names:
        (seen,) = look(names, "443:1", {"com": "https://rdap.registry.net/"}, {})
    assert isinstance(seen, Note)
    outcome, told, _ = read(seen.body, Role.REGISTRATION)
    assert (outcome, "refused the connection" in told) == (Outcome.FAILED, True)


def test_whois_where_there_is_no_rdap() -> None:
    lines = b"Domain Name: HARBOUR-NEWS.COM\r\nRegistrar: Harrow\r\nCreation Date: 13.05.2024\r\nRegistrant Email: anna@harbourpost.com\r\n"
    outcome, _, found, _ = of_whois(lambda connection: connection.sendall(lines))
    assert outcome is Outcome.READ
    assert of_kind(found, "registration-day") == {"2024-05-13 registrar harrow"}
    assert of_kind(found, "registrant-email") == {"anna@harbourpost.com"}


def test_an_endless_whois_answer_is_cut_and_says_so() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"Registrar: Harrow\r\n" + b"% terms of use\r\n" * 65_536)

    outcome, told, found, body = of_whois(endless)
    assert (outcome, told) == (Outcome.READ, "Only the beginning of the answer was read.")
    assert of_kind(found, "registrar") == {"Harrow"}
    assert len(body) < 70_000


def test_a_silent_whois_server_is_a_failure() -> None:
    outcome, told, _, _ = of_whois(lambda connection: connection.recv(1) and None, timeout=0.3)
    assert (outcome, "did not answer within 0.3 s" in told) == (Outcome.FAILED, True)


def test_private_addresses_are_refused() -> None:
    outcome, told, _, _ = of_whois(lambda connection: None, allow_private=0)
    assert (outcome, "no address of the public Internet" in told) == (Outcome.REFUSED, True)


def test_no_server_known_is_not_looked_at() -> None:
    with naming() as names:
        (seen,) = look(names, "43:1", {}, {})
    assert isinstance(seen, Note)
    assert read(seen.body, Role.REGISTRATION)[0] is Outcome.NOT_LOOKED_AT
