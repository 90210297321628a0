"""Binds the farm to loopback addresses and runs its three servers until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from crawler.farm.certificates import Authority, server_context
from crawler.farm.http_server import HttpProtocol
from crawler.farm.name_server import TcpProtocol, UdpProtocol, Zones
from crawler.farm.plan import Plan
from crawler.farm.registry import WhoisProtocol
from crawler.farm.web import Web
from crawler.farm.world import Fault

_LOCALHOST = "127.0.0.1"
_BACKLOG = 512
_TRIES = 20


class FarmError(Exception):
    """The farm cannot be started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the farm serves; 0 asks for any free port."""

    http: int = 0
    https: int = 0
    dns: int = 0
    whois: int = 0


class Server:
    """The farm's servers. Start it, wait, close it."""

    def __init__(self, plan: Plan, folder: Path, ports: Ports, *, prepared: bool = False, log: TextIO | None = None) -> None:
        """With `prepared` all pages are made before the first is served, for measurements; `log` takes a line a request."""
        self._log = log
        self._plan = plan
        self._web = Web(plan)
        self._authority = Authority(folder, plan)
        self._folder = folder
        self._wanted = ports
        if prepared:
            self._web.prepare()
            for site in plan.sites:
                self._authority.context(site)
        self._servers: list[asyncio.AbstractServer] = []
        self._udp: asyncio.DatagramTransport | None = None

    @property
    def ca_file(self) -> Path:
        """The certificate that a client has to trust."""
        return self._authority.file

    async def start(self) -> Ports:
        """Binds and serves.

        Raises:
            FarmError: a port is taken or may not be used.
        """
        many = can_bind("127.0.1.1")
        dead = {address for site in self._plan.sites if site.fault is Fault.DEAD for address in site.hosting.addresses}
        planned = sorted({address for site in self._plan.sites for address in site.hosting.addresses} - dead)
        addresses = [*(planned if many else []), _LOCALHOST]
        ipv6 = any(site.hosting.ipv6 for site in self._plan.sites) and can_bind("::1")
        http, http_sockets = bind(addresses, self._wanted.http, ipv6=ipv6)
        https, https_sockets = bind(addresses, self._wanted.https, ipv6=ipv6)
        loop = asyncio.get_running_loop()
        for one in http_sockets:
            self._servers.append(
                await loop.create_server(lambda: HttpProtocol(self._web, "http", self._log), sock=one, backlog=_BACKLOG)
            )
        context = self._tls()
        for one in https_sockets:
            self._servers.append(
                await loop.create_server(
                    lambda: HttpProtocol(self._web, "https", self._log), sock=one, ssl=context, backlog=_BACKLOG
                )
            )
        others = ((host, _LOCALHOST) for host in sorted(self._web.others))
        zones = Zones(self._plan, (lambda address: address) if many else (lambda _: _LOCALHOST), ipv6, others)
        whois, sockets = bind([_LOCALHOST], self._wanted.whois)
        self._servers.append(await loop.create_server(lambda: WhoisProtocol(self._web.registry), sock=sockets[0]))
        self._write_lists()
        return Ports(http, https, await self._serve_dns(zones), whois)

    @property
    def hosting_data(self) -> Path:
        """The folder with the lists of registries and AS numbers."""
        return self._folder / "hosting"

    def _write_lists(self) -> None:
        self.hosting_data.mkdir(exist_ok=True)
        self._web.registry.write(self.hosting_data)
        homes = {site.hosting.name: site.hosting for site in self._plan.sites}.values()
        rows = [
            f"{home.addresses[0]}\t{home.addresses[-1]}\t{home.number}\tZZ\tAS of {home.domain}\n"
            for home in homes
            if home.addresses
        ]
        (self.hosting_data / "as_table.tsv").write_text("".join(sorted(rows)), "utf-8")

    async def _serve_dns(self, zones: Zones) -> int:
        loop = asyncio.get_running_loop()
        for _ in range(_TRIES):
            port, sockets = bind([_LOCALHOST], self._wanted.dns)
            try:
                self._udp, _ = await loop.create_datagram_endpoint(lambda: UdpProtocol(zones), local_addr=(_LOCALHOST, port))
            except OSError:
                sockets[0].close()
                continue
            self._servers.append(await loop.create_server(lambda: TcpProtocol(zones), sock=sockets[0]))
            return port
        raise FarmError(f"No free port for DNS on {_LOCALHOST}. Name another one with --dns.")

    def _tls(self) -> ssl.SSLContext:
        context = server_context()

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
            if name in self._web.others:
                connection.context = self._authority.of_host(name)
                return None
            site = self._web.site(name or "")
            if site is None or site.fault in (Fault.HTTP_ONLY, Fault.DEAD, Fault.UNKNOWN_DOMAIN):
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            connection.context = self._authority.context(site)
            return None

        context.sni_callback = choose
        return context

    async def close(self) -> None:
        """Gives back all sockets."""
        for server in self._servers:
            server.close()
        if self._udp is not None:
            self._udp.close()
        await asyncio.sleep(0)


def can_bind(address: str) -> bool:
    """Whether this machine lets us serve on the address (macOS has no 127.0.1.1)."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def bind(addresses: Iterable[str], port: int, *, ipv6: bool = False) -> tuple[int, list[socket.socket]]:
    """One listening socket on each address, all on one port.

    Raises:
        FarmError: the port is taken on one of them, or no port is free on all.
    """
    places = [*addresses, *(["::1"] if ipv6 else [])]
    for _ in range(1 if port else _TRIES):
        with suppress(OSError):
            return _bind_all(places, port)
    raise FarmError(
        f"No port ({port or 'any'}) can be bound on {len(places)} loopback addresses. Choose other ports, or raise ulimit -n."
    )


def _bind_all(addresses: list[str], port: int) -> tuple[int, list[socket.socket]]:
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port))
            port = one.getsockname()[1]
    except OSError:
        for one in sockets:
            one.close()
        raise
    return port, sockets
