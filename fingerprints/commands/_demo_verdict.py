"""What was found beside what is true: each network found, partly found or missed, and every false link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from fingerprints.model import Network


@dataclass(frozen=True, slots=True)
class Result:
    """One network of the truth."""

    name: str
    outcome: str
    """found, partly, missed, or "not asked" for one that shares nothing a crawl of pages can see."""
    sentence: str


@dataclass(frozen=True, slots=True)
class FalseLinks:
    """Pairs of sites in one printed network that no hand joins, those that one thing deceives about together."""

    sites: tuple[str, ...]
    pairs: int
    why: str
    """What makes them look alike, by the truth; empty if it does not say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole comparison."""

    results: tuple[Result, ...]
    false_links: tuple[FalseLinks, ...]

    @property
    def passed(self) -> bool:
        """Whether every network that is asked for was found, and nothing false."""
        return not self.false_links and all(result.outcome in ("found", "not asked") for result in self.results)

    @property
    def sentence(self) -> str:
        """The result in one line."""
        asked = [result for result in self.results if result.outcome != "not asked"]
        found = sum(result.outcome == "found" for result in asked)
        false = sum(links.pairs for links in self.false_links)
        links = "no false link" if not false else f"{false} false link{'s' if false > 1 else ''}"
        return f"{found} of {len(asked)} networks that share more than hosting found, {links}."


def compare(networks: Sequence[Network], truth: dict[str, Any]) -> Verdict:
    """Compares printed networks with a farm's truth (crawler/farm/truth.py)."""
    printed = [frozenset(network.sites) for network in networks]
    results = tuple(_result(network, printed) for network in truth["networks"])
    return Verdict(results, tuple(_false_links(printed, truth)))


def _result(network: dict[str, Any], printed: Sequence[frozenset[str]]) -> Result:
    members = set(network["members"])
    if not network["required"]:
        pieces = [len(members & sites) for sites in printed if len(members & sites) > 1]
        shares = "only hosting" if network["hosting_only"] else "nothing that links"
        seen = f"; {max(pieces)} of {len(members)} sites were found" if pieces else ""
        return Result(network["name"], "not asked", f"{len(members)} sites that share {shares}{seen}")
    wanted = sum(map(len, network["required"]))
    pieces = sorted(
        (len(set(group) & sites) for group in network["required"] for sites in printed if set(group) & sites), reverse=True
    )
    whole = all(any(sites.issuperset(group) for sites in printed) for group in network["required"])
    shares = ", ".join(network["shares"])
    if whole:
        return Result(network["name"], "found", f"{wanted} of {wanted} sites, by {shares}")
    if not any(piece > 1 for piece in pieces):
        return Result(network["name"], "missed", f"{wanted} sites that share {shares}")
    parts = " + ".join(map(str, pieces))
    return Result(network["name"], "partly", f"{parts} of {wanted} sites, which share {shares}")


def _false_links(printed: Iterable[frozenset[str]], truth: dict[str, Any]) -> Iterable[FalseLinks]:
    hand = {site: network["name"] for network in truth["networks"] for site in (*network["members"], *network["aliases"])}
    traps = [(trap["trap"], frozenset(trap["sites"])) for trap in truth["traps"]]
    false: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for sites in printed:
        for a, b in combinations(sorted(sites), 2):
            if hand.get(a, a) != hand.get(b, b):
                false[", ".join(name for name, trapped in traps if a in trapped and b in trapped)].append((a, b))
    for why, pairs in sorted(false.items(), key=lambda item: (-len(item[1]), item[0])):
        yield FalseLinks(tuple(sorted({site for pair in pairs for site in pair})), len(pairs), why)
