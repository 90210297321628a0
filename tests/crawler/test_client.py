from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import FetchError, NoAddressError, NobodyThereError, RefusedError
from crawler.http.client import Client, Exchange
from crawler.options import load
from tests.crawler.certificates import self_signed
from tests.crawler.names import naming
from tests.crawler.web import drip, serving, silent


def asking(work: Callable[[Client], Coroutine[Any, Any, Any]], **given: Any) -> Any:
    """What `work` gives with a client of these options."""

    async def run() -> Any:
        client = Client(load({"store": "x.db", **given}))
        try:
            return await work(client)
        finally:
            client.close()

    return asyncio.run(run())


def get(url: str, **given: Any) -> Exchange:
    return asking(lambda client: client.get(url), **{"allow_private": True, **given})


def test_asks_honestly_and_keeps_both_sides() -> None:
    with serving() as web:
        web.page("/a", "hello", X_Odd="1")
        exchange = get(f"http://127.0.0.1:{web.port}/a?b=c")
        assert exchange.answer.status == 404
        exchange = get(f"http://127.0.0.1:{web.port}/a")
    assert (exchange.answer.body, exchange.address) == (b"hello", "127.0.0.1")
    assert exchange.request == web.heads[-1]
    assert b"User-Agent: Samehand/" in exchange.request
    assert b"Cookie" not in exchange.request


def test_uses_a_connection_again_also_when_it_went_stale() -> None:
    with serving() as web:
        web.page("/", "x")

        async def three(client: Client) -> list[int]:
            url = f"http://127.0.0.1:{web.port}/"
            return [(await client.get(url)).answer.status for _ in range(3)]

        assert asking(three, allow_private=True) == [200, 200, 200]
        assert web.connections == 1

        def once(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

        web.answers["/"] = once  # it says nothing of closing, and closes
        assert asking(three, allow_private=True) == [200, 200, 200]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0", "64:ff9b::7f00:1"]
)
def test_private_addresses_are_refused_whatever_name_they_have(address: str) -> None:
    with serving() as web, naming() as names:
        names.default = address
        ports = {80: web.port}
        with pytest.raises(RefusedError, match="no address of the public Internet"):
            get("http://harmless.example.org/", allow_private=False, dns=names.option, map_port=ports)
        assert web.connections == 0


def test_a_name_that_changes_its_address_is_checked_where_it_is_connected() -> None:
    """A name server that says a public address first and a private one next gains nothing: one look-up, one address, one check."""
    with serving() as web, naming() as names:
        names.addresses["rebind.example.org"] = ["127.0.0.1", "93.184.215.14"]
        with pytest.raises(RefusedError):
            get("http://rebind.example.org/", allow_private=False, dns=names.option, map_port={80: web.port})
        names.addresses["rebind.example.org"] = ["93.184.215.14", "127.0.0.1"]
        assert web.connections == 0
        assert names.asked.count("rebind.example.org") == 1


def test_ports_that_are_no_web_servers_are_refused() -> None:
    with pytest.raises(RefusedError, match="Port 22"):
        get("http://example.org:22/", allow_private=False)


def test_an_unknown_name_is_a_sentence() -> None:
    with naming() as names:
        names.missing.add("nosuch.example.org")
        with pytest.raises(NoAddressError, match=r"nosuch\.example\.org does not exist"):
            get("http://nosuch.example.org/", dns=names.option)


def test_a_name_server_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(FetchError, match="name server did not say"):
        get("http://example.org/", dns="127.0.0.1:1", timeout=1)


def test_nobody_at_the_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NobodyThereError, match="refused the connection"):
        get(f"http://127.0.0.1:{port}/")


def test_a_silent_server_is_given_up() -> None:
    with serving() as web:
        web.answers["/"] = silent
        with pytest.raises(FetchError, match=r"did not answer within 0\.2 s") as caught:
            get(f"http://127.0.0.1:{web.port}/", timeout=0.2)
    assert caught.value.passing


def test_a_slow_answer_is_cut_off_and_kept() -> None:
    with serving() as web:
        web.answers["/"] = drip
        exchange = get(f"http://127.0.0.1:{web.port}/", timeout=0.3)
    assert exchange.answer.cut == "time"
    assert exchange.answer.body.startswith(b"<html>x")


def test_an_endless_answer_is_cut_off_at_the_limit() -> None:
    with serving() as web:
        web.answers["/"] = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000
        exchange = get(f"http://127.0.0.1:{web.port}/", max_bytes=10_000)
    assert (len(exchange.answer.body), exchange.answer.cut) == (10_000, "length")


def test_a_certificate_that_does_not_hold_is_told_and_no_obstacle(tmp_path: Path) -> None:
    with serving(self_signed(tmp_path, "good.example.org")) as web, naming() as names:
        web.page("/", "x")
        given = {"dns": names.option, "map_port": {443: web.port}}
        trusted = get("https://good.example.org/", ca_file=tmp_path / "good.example.org.pem", **given)
        unknown = get("https://good.example.org/", **given)
        misnamed = get("https://other.example.org/", ca_file=tmp_path / "good.example.org.pem", **given)
    assert trusted.certificate_fault == ""
    assert "self-signed" in unknown.certificate_fault
    assert "Hostname mismatch" in misnamed.certificate_fault
    assert {one.answer.status for one in (trusted, unknown, misnamed)} == {200}


def test_plain_http_at_the_port_of_https_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(FetchError, match="does not answer in TLS"):
            get("https://127.0.0.1/", map_port={443: listener.getsockname()[1]})
