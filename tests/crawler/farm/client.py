"""A client that asks a farm as a crawler does: by host name, through the farm's DNS."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import dns.message
import dns.query
import dns.rdatatype

from crawler.farm import Farm
from crawler.farm.plan import Plan, Site
from crawler.farm.world import Fault

SMALL = Path(__file__).parent / "small.toml"


@dataclass(frozen=True)
class Answer:
    """An answer of the farm."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """Asks a farm."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.trust = ssl.create_default_context(cafile=str(farm.ca_file))

    def ask_dns(self, name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
        host, port = self.farm.dns.split(":")
        query = dns.message.make_query(name, kind)
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(query, host, port=int(port), timeout=10)

    def addresses(self, name: str) -> list[str]:
        sets = self.ask_dns(name, "A").answer
        return [record.to_text() for found in sets if found.rdtype == dns.rdatatype.A for record in found]

    def connect(self, name: str, port: int) -> socket.socket:
        return socket.create_connection((self.addresses(name)[0], port), timeout=10)

    def get(self, url: str, *, trusting: bool = True) -> Answer:
        parts = urlsplit(url)
        name = parts.hostname or ""
        secure = parts.scheme == "https"
        plain = self.connect(name, self.farm.https if secure else self.farm.http)
        context = self.trust if trusting else ssl._create_unverified_context()
        sock = context.wrap_socket(plain, server_hostname=name) if secure else plain
        connection = http.client.HTTPConnection(name)
        connection.sock = sock
        connection.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", headers={"Host": name})
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return answer


def with_fault(plan: Plan, fault: Fault) -> Site:
    """A site that has this wrong."""
    return next(site for site in plan.sites if site.fault is fault)
