"""By way of a proxy nothing goes past it: no connection, no question to a name server; and it reads what a direct crawl reads."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from crawler.farm import Farm, serve
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import open_store
from tests.crawler.crawling import crawl, looks, of_farm
from tests.crawler.farm.client import SMALL
from tests.crawler.names import naming
from tests.crawler.proxies import counting, proxying, telltale, told
from tests.crawler.web import serving
from tests.fingerprints.samehand import run

FEW = {"articles": 1, "about": 0, "registry_delay": 0, "retries": 0}


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with serve(SMALL, seed=1) as served:
        yield served


def options(farm: Farm, dns: int) -> dict[str, Any]:
    given = of_farm(farm)
    ports = f"{given['map_port']},43:{farm.whois}"
    return {**given, **FEW, "map_port": ports, "dns": f"127.0.0.1:{dns}", "hosting_data": farm.hosting, "probes": "all"}


def seeds(farm: Farm) -> list[str]:
    return [site["domain"] for site in farm.truth["sites"] if not site["fault"]][:3]


def values(store: Path) -> set[tuple[str, str, str]]:
    """All but what only the probes that stay at home can tell."""
    with open_store(str(store), create=False) as opened:
        of_dns = {look.capture for look in opened.coverage() if look.role is Role.DNS}
        return {(one.site, one.kind, one.value) for one in opened.carried() if one.capture not in of_dns and one.kind != "jarm"}


@pytest.fixture(scope="module")
def direct(farm: Farm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same crawl without a proxy, which proves that what counts does count."""
    folder = tmp_path_factory.mktemp("direct")
    with counting(farm.dns) as counter:
        ended = crawl(folder / "a.db", *seeds(farm), env=telltale(folder), **options(farm, counter.port))
    assert ended.code == 0
    assert counter.packets > 20
    assert any(line.startswith("socket.connect") and str(farm.https) in line for line in told(folder))
    return folder / "a.db"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_crawl_by_proxy_tells_nobody_else_and_reads_the_same(scheme: str, farm: Farm, direct: Path, tmp_path: Path) -> None:
    with proxying(tmp_path, "ann:s3cret") as proxy, counting(farm.dns) as counter:
        address = f"{scheme}://ann:s3cret@127.0.0.1:{proxy.port}"
        env = {**telltale(tmp_path), "SAMEHAND_PROXY": address}
        ended = crawl(tmp_path / "a.db", *seeds(farm), env=env, **options(farm, counter.port))
    assert (ended.code, counter.packets) == (0, 0)
    assert told(tmp_path) == {f"socket.connect ('127.0.0.1', {proxy.port})"}
    assert {f"{site}:{farm.https}" for site in seeds(farm)} <= proxy.reached
    assert values(tmp_path / "a.db") == values(direct) != set()
    found = looks(tmp_path / "a.db").values()
    assert {look.outcome for look in found if look.role is Role.DNS} == {Outcome.NOT_LOOKED_AT}
    assert all("--proxy" in look.detail for look in found if look.role is Role.DNS or look.url.startswith("jarm:"))
    assert {look.outcome for look in found if look.url.startswith("tls:")} == {Outcome.READ}
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".db", ".gz", ".db-wal"))
    assert b"s3cret" not in kept


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://ann:wrong@127.0.0.1:{port}", "wants a user and a password"),
        ("socks5://127.0.0.1:{port}", "closed the connection"),
        ("socks5://127.0.0.1:1", "cannot be connected to"),
    ],
)
def test_a_proxy_that_does_not_serve_us_is_told_and_nothing_goes_past_it(address: str, sentence: str, tmp_path: Path) -> None:
    with proxying(tmp_path, "ann:s3cret") as proxy, naming() as names, serving() as web:
        web.page("example.org/", "<html>here</html>")
        given = {"allow_private": 1, "dns": names.option, "map_port": f"80:{web.port}", "retries": 0, "delay": 0}
        crawl(tmp_path / "a.db", "example.org", proxy=address.format(port=proxy.port), **given)
        assert (web.asked, names.asked) == ([], [])
    failed = [look for look in looks(tmp_path / "a.db").values() if look.role is Role.FRONT]
    assert failed
    assert all(sentence in look.detail for look in failed)


def test_inward_addresses_are_not_asked_of_a_proxy_in_any_spelling(tmp_path: Path) -> None:
    with proxying(tmp_path) as proxy, serving() as web:
        seeds = ["127.0.0.1", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/"]
        crawl(tmp_path / "a.db", *seeds, proxy=f"http://127.0.0.1:{proxy.port}", map_port=f"80:{web.port}", delay=0)
        assert (web.asked, proxy.reached) == ([], set())


@contextmanager
def only_443(port: int) -> Iterator[int]:
    """In front of a proxy: refuses to connect to port 80, as Squid does by default, and passes on all else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_pass_on, args=(listener, port), daemon=True).start()
        yield listener.getsockname()[1]


def _pass_on(listener: socket.socket, port: int) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_one, args=(connection, port), daemon=True).start()


def _one(connection: socket.socket, port: int) -> None:
    with suppress(OSError), connection:
        first = connection.recv(65536)
        if first.startswith(b"CONNECT"):
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as beyond:
            beyond.sendall(first)
            threading.Thread(target=_pump, args=(connection, beyond), daemon=True).start()
            _pump(beyond, connection)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def test_a_proxy_that_opens_no_connection_to_port_80_gets_the_request_itself(tmp_path: Path) -> None:
    with proxying(tmp_path) as proxy, only_443(proxy.port) as port, serving() as web:
        web.page("example.org/", "<html>here</html>")
        call = ["crawl", f"http://example.org:{web.port}/", "--proxy", f"http://127.0.0.1:{port}", "--profile", "tor-browser"]
        run(tmp_path, *call, "--delay", "0", "--no-probes", "--store", "a.db", "--timeout", "5")
        assert all(b"User-Agent: Mozilla/5.0 (Windows NT 10.0; rv:" in head for head in web.heads)
    front = [look for look in looks(tmp_path / "a.db").values() if look.role is Role.FRONT]
    assert [look.outcome for look in front] == [Outcome.READ]
