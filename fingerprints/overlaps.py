"""Sites that belong to two networks by evidence: a tenant of a platform, a site that was sold, a brand of two owners.

Clustering makes each site a member of one network at most. That it is tied to a second one as its members are is told by that
network's pointers (see networks.py), and shown on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fingerprints.model import Network, Pointer


@dataclass(frozen=True, slots=True)
class Overlap:
    """A site, the network that it is a member of, and the one that it belongs to besides."""

    site: str
    home: str
    """The id of its network."""
    also: str
    """The id of the other one."""
    of: int
    """How many sites that one has."""
    pointer: Pointer
    """How it is tied to them."""

    @property
    def sentence(self) -> str:
        """For a person."""
        value = self.pointer.strongest
        tied = f"{self.pointer.links} of the {self.of} sites of {self.also}"
        by = f"{self.pointer.bits:.1f} bits with {self.pointer.member}, most by {value.kind} {value.value}"
        return f"{self.site}, a member of {self.home}, is linked to {tied} as well ({by}): it belongs to both by evidence."


def overlaps(networks: Iterable[Network]) -> Iterator[Overlap]:
    """The overlaps between these networks, in their order."""
    known = list(networks)
    home = {site: network.id for network in known for site in network.sites}
    for network in known:
        for one in network.pointers:
            if one.belongs and one.site in home:
                yield Overlap(one.site, home[one.site], network.id, len(network.sites), one)


def overlaps_of(network: Network, members: Mapping[str, Network]) -> list[Overlap]:
    """The overlaps of one network, its own members' and those of others.

    Args:
        network: which.
        members: site → the network that it is a member of, for the network's candidates at least.
    """
    others = {members[site].id: members[site] for site in network.candidates if site in members}
    return [one for one in overlaps((network, *others.values())) if network.id in (one.home, one.also)]
