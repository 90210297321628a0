"""What hosting traits are worth as evidence: nothing when strangers share them, by lists and by what the store itself shows.

An address, a name server or a certificate is shared by the customers of one host as by the sites of one hand. It counts where
most of its sites also share something that strangers do not: a mailbox, an account, a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from fingerprints import config

if TYPE_CHECKING:  # to look a trait up in a list, as a single site's page does, needs no arrays
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

FAMILY = "hosting"
STRONG_BITS = 9.0
"""What another value must be worth to show that sites on one server belong together: near what links two sites alone."""
MOST = 0.8
"""Share of a trait's sites that must belong together by something else. A host's customers may include a whole network."""
_ADDRESSES = frozenset({"dns-a", "spf-ip4", "dns-wildcard"})
_HOSTS = frozenset({"dns-ns", "dns-mx", "cname"})
_MAILBOXES = frozenset({"soa-email", "name-server-contact", "dmarc-rua", "registrant-email"})
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who serves strangers."""

    name: str
    what: str
    """Whose it is, for a person: "a CDN's", "protects persecuted media"."""

    @property
    def sentence(self) -> str:
        """Why a trait of theirs ties nobody."""
        return f"shared hosting: {self.what} ({self.name})"


def why_shared(kind: str, value: str) -> str:
    """Why this trait ties nobody by the lists of config/hosting; empty when they do not know it."""
    provider = None
    if kind in _ADDRESSES:
        provider = _of_address(value)
    elif kind in _HOSTS:
        provider = of_host(value)
    elif kind == "dns-ns-set":
        found = [of_host(name) for name in value.split(",")]
        provider = found[0] if all(found) else None
    elif kind in _MAILBOXES:
        provider = of_host(value.rpartition("@")[2])
    return provider.sentence if provider else ""


def of_host(host: str) -> Provider | None:
    """Whose host name it is, by providers.tsv."""
    labels = host.split(".")
    table = _providers()
    return next((table[name] for start in range(len(labels)) if (name := ".".join(labels[start:])) in table), None)


def doubt(
    sites: int,
    site: NDArray[np.int32],
    value: NDArray[np.int32],
    bits: NDArray[np.float64],
    family: NDArray[np.int32],
    families: tuple[str, ...],
    weak: frozenset[str],
    why: dict[int, str],
) -> None:
    """Sets to nothing what is worth something by its rarity alone, while its sites share nothing that strangers do not.

    Args:
        sites: number of sites.
        site, value: who carries what, sorted by value and then by site.
        bits: what each value is worth; changed.
        family: of each value, an index into families.
        families: their names.
        weak: families in which strangers agree by chance.
        why: reasons by value; extended.
    """
    import numpy as np

    if FAMILY not in families:
        return
    traits = (family == families.index(FAMILY)) & (bits > 0)
    if not traits.any():
        return
    is_weak = np.array([name in weak for name in families])
    strong = (bits >= STRONG_BITS) & ~is_weak[family]
    share = _belonging(site, value, traits, strong, sites)
    for index in np.flatnonzero(traits & (share < MOST)).tolist():
        bits[index] = 0.0
        why[index] = f"shared hosting: {share[index]:.0%} of its sites belong together by anything but hosting"


def _belonging(
    site: NDArray[np.int32], value: NDArray[np.int32], traits: NDArray[np.bool_], strong: NDArray[np.bool_], sites: int
) -> NDArray[np.float64]:
    """For each trait the share of its sites that share a strong value with another of them."""
    import numpy as np
    from scipy import sparse

    shape = (sites, len(traits))
    has_trait, has_strong = _incidence(site, value, traits, shape), _incidence(site, value, strong, shape)
    both = (has_trait.T @ has_strong).tocoo()
    joined = both.data >= 2
    ties = sparse.csr_matrix((np.ones(int(joined.sum()), dtype=np.int32), (both.row[joined], both.col[joined])), both.shape)
    held = (has_strong @ ties.T).multiply(has_trait).tocoo()
    belonging = np.bincount(held.col[held.data > 0], minlength=len(traits))
    carriers = np.asarray(has_trait.sum(axis=0)).ravel()
    return np.asarray(belonging / np.maximum(carriers, 1))


def _incidence(
    site: NDArray[np.int32], value: NDArray[np.int32], chosen: NDArray[np.bool_], shape: tuple[int, int]
) -> sparse.csr_matrix:
    import numpy as np
    from scipy import sparse

    keep = chosen[value]
    return sparse.csr_matrix((np.ones(int(keep.sum()), dtype=np.int32), (site[keep], value[keep])), shape=shape)


@cache
def _providers() -> dict[str, Provider]:
    return {suffix: Provider(name, what) for suffix, what, name, _source in config.table("hosting/providers.tsv", 4)}


def _of_address(text: str) -> Provider | None:
    try:
        address = ip_address(text.partition("/")[0])
    except ValueError:
        return None
    number = int(address)
    for length, table in _ranges()[address.version].items():
        found = table.get(number >> (address.max_prefixlen - length))
        if found is not None:
            return found
    return None


@cache
def _ranges() -> dict[int, dict[int, dict[int, Provider]]]:
    """IP version → length of the prefix, longest first → the prefix as a number."""
    tables: dict[int, dict[int, dict[int, Provider]]] = {4: {}, 6: {}}
    for text, what, name, _source in config.table("hosting/ranges.tsv", 4):
        net = _network(text)
        prefix = int(net.network_address) >> (net.max_prefixlen - net.prefixlen)
        tables[net.version].setdefault(net.prefixlen, {})[prefix] = Provider(name, what)
    return {version: dict(sorted(found.items(), reverse=True)) for version, found in tables.items()}


def _network(text: str) -> _Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise config.ConfigError(f"hosting/ranges.tsv: {text!r} is no range of addresses: {error}.") from None
