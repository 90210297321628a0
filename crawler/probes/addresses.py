"""Addresses of hosts for probes, from the questions that the DNS probe has put already."""

from __future__ import annotations

from ipaddress import ip_address

from crawler.errors import FetchError, NoAddressError
from crawler.http.resolve import MOST_ADDRESSES, Resolver
from crawler.probes.dns_client import DnsClient
from crawler.probes.dns_message import DnsFault


class ProbeResolver(Resolver):
    """A Resolver that asks over the probes' few sockets."""

    def __init__(self, client: DnsClient) -> None:
        super().__init__()
        self._client = client

    async def addresses(self, host: str) -> tuple[str, ...]:
        """See Resolver."""
        try:
            return (str(ip_address(host)),)
        except ValueError:
            pass
        for kind in ("A", "AAAA"):
            try:
                answer = await self._client.ask(host, kind)
            except DnsFault as fault:
                raise FetchError(f"It is not known where {host} is. {fault}") from None
            if answer.records:
                return answer.records[:MOST_ADDRESSES]
            if answer.rcode == "NXDOMAIN":
                raise NoAddressError(f"The domain {host} does not exist (the name server knows no such name).")
        raise NoAddressError(f"The host {host} has no address.")
