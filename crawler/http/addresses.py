"""Which addresses a crawl may connect to: a hostile name server can point a name anywhere. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# The special-purpose registries of IANA list what is not globally reachable:
# https://www.iana.org/assignments/iana-ipv4-special-registry/ and …/iana-ipv6-special-registry/
_CLOSED_4 = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_OPEN_6 = ip_network("2000::/3")
"""All that is allotted for unicast on the Internet; loopback, unique local, link-local and multicast lie outside."""
_CLOSED_6 = tuple(ip_network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = ip_network("64:ff9b::/96")
_6TO4 = ip_network("2002::/16")


def is_public(text: str) -> bool:
    """Whether an address is one of the public Internet. IPv6 addresses that carry an IPv4 address are judged by that."""
    try:
        address = ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    carried = _carried(address)
    if carried is not None:
        return is_public(str(carried))
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4:
        return address.sixtofour
    return None
