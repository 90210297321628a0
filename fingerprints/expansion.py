"""Outward from the seeds of a crawl: which domains to look at next, how likely each is of the same hand, and why.

Data never turns back within a run: a crawl ends, its sites are compared, and what they name is the next crawl's seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints import config
from fingerprints.pivot import NothingKnownError, pivot
from fingerprints.pivot_next import named
from fingerprints.stores.base import Store
from fingerprints.stores.neighbours import neighbours
from fingerprints.verdicts import Verdicts

_FILE = "expansion.toml"
_MOST_LINKED = 200
"""Sites that one site is linked with and that are followed."""
_MOST_REASONS = 3


class Limits(BaseModel):
    """When a domain is worth a visit, and how many are visited at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: float = Field(gt=0, le=1)
    round: int = Field(ge=1, le=1000)


class Settings(BaseModel):
    """All of config/expansion.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    worth: dict[str, float]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Step:
    """A domain to look at."""

    domain: str
    score: float
    """How likely it is of the seeds' hand, 0 to 1, by what names it."""
    why: tuple[str, ...]
    """Which sites name it and how, the likeliest first."""


def load() -> Settings:
    """The shipped settings with the user's over them.

    Raises:
        ConfigError: a value of the wrong sort, an unknown name.
    """
    try:
        return Settings.model_validate(config.toml(_FILE))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise config.ConfigError(f"{_FILE}, {place}: {first['msg']}.") from error


def ring(store: Store, seeds: Iterable[str], verdicts: Verdicts | None = None) -> dict[str, float]:
    """The seeds and all sites of the store that are linked with them, also through each other, with the probability of one hand.

    Args:
        store: what was crawled.
        seeds: sites' names; those that are not in the store are left out.
        verdicts: what people decided.
    """
    near = neighbours(store)
    found = {site: 1.0 for site in seeds if near.site(site) is not None}
    pending = sorted(found)
    while pending:
        site = pending.pop(0)
        try:
            linked = [one for one in pivot(store, site, verdicts=verdicts, most=_MOST_LINKED).candidates if one.linked]
        except NothingKnownError:
            continue
        for one in linked:
            if one.site not in found:
                found[one.site] = found[site] * one.probability
                pending.append(one.site)
    return found


def steps(store: Store, within: dict[str, float], settings: Settings) -> list[Step]:
    """The domains that sites of the ring name and nobody has looked at, those worth a visit, the likeliest first.

    A domain that sites outside the ring name as well is no more likely than the ring's share among them: everybody's service.

    Args:
        store: what was crawled.
        within: the ring.
        settings: what a naming is worth.
    """
    near = neighbours(store)
    by: defaultdict[str, dict[str, tuple[float, str]]] = defaultdict(dict)
    for site, likely in within.items():
        for kind, one in named(near, site):
            worth = settings.worth.get(kind, 0.0) * likely
            if worth > by[one.domain].get(site, (0.0, ""))[0]:
                by[one.domain][site] = (worth, one.why)
    found = []
    for domain, reasons in by.items():
        if near.site(domain) is not None or not reasons:
            continue
        doubt = 1.0
        for worth, _ in reasons.values():
            doubt *= 1.0 - worth
        score = (1.0 - doubt) * len(reasons) / max(len(reasons), _naming(store, domain, settings))
        if score >= settings.limits.least:
            ranked = sorted(reasons.values(), key=lambda reason: (-reason[0], reason[1]))
            found.append(Step(domain, round(score, 3), tuple(why for _, why in ranked[:_MOST_REASONS])))
    return sorted(found, key=lambda step: (-step.score, step.domain))


def _naming(store: Store, domain: str, settings: Settings) -> int:
    """How many sites of the store name a domain."""
    near = neighbours(store)
    holders = {
        holder.site for value, _ in near.values(domain, settings.worth.keys()) for holder in near.holders(value, _MOST_LINKED)
    }
    return len(holders)
