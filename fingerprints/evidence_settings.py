"""The numbers of config/evidence.toml, checked. Each has its reason beside it in that file."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints import config
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Kind


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Web(_Section):
    """How rarity is counted."""

    sites: int = Field(gt=0)
    known_bonus_bits: float = Field(ge=0)
    known_from_sites: int = Field(ge=0)


class Prior(_Section):
    """How rare it is that two suspects are of one hand."""

    bits: float
    one_origin_bits: float = Field(ge=0)


class Links(_Section):
    """When evidence makes a link."""

    bits: float = Field(gt=0)
    candidate_bits: float = Field(gt=0)
    second_family_bits: float = Field(gt=0)
    one_origin: tuple[str, ...]
    strong_value_bits: float = Field(gt=0)


class Combination(_Section):
    """How values of one family add up."""

    decay: float = Field(gt=0, le=1)


class Confirmed(_Section):
    """What confirms a declaration."""

    by: str
    family: str
    bits: float = Field(ge=0)


class Dates(_Section):
    """When a value is too old to link."""

    longest_gap_days: int = Field(ge=0)


class Shared(_Section):
    """How values of vendors and platforms are recognised."""

    fewest_sites: int = Field(ge=3)
    beside_hours: float = Field(ge=0)
    fewest_own: int = Field(ge=1)
    vendor_own_share: float = Field(ge=0, le=1)
    vendor_agreeing_share: float = Field(ge=0, le=1)
    settled_own_share: float = Field(ge=0, le=1)
    own_value_share: float = Field(ge=0, le=1)
    agreeing_share: float = Field(ge=0, le=1)
    platform_share: float = Field(gt=0, le=1)
    many_sites: int = Field(ge=3)
    coherence: float = Field(ge=0, le=1)

    @property
    def slack(self) -> float:
        """Seconds that may lie between two values that stand beside each other."""
        return 3600 * self.beside_hours


class Agency(_Section):
    """How values that an agency brings to its customers are recognised."""

    brings: tuple[str, ...]
    credited_share: float = Field(gt=0, le=1)
    purses: tuple[str, ...]
    purse_m: float = Field(gt=0, le=1)
    holders: tuple[str, ...]
    fewest_owners: int = Field(ge=2)


class Pairs(_Section):
    """Which pairs of sites are compared."""

    all_pairs_up_to: int = Field(ge=20)
    neighbours: int = Field(ge=2, le=8)


class Communities(_Section):
    """When two linked groups stay apart."""

    smallest_side: int = Field(ge=2)
    inner_density: float = Field(ge=0, le=1)
    cross_density: float = Field(ge=0, le=1)
    bridge_bits: float = Field(gt=0)


class KindOverride(_Section):
    """What a user changes of what an indicator declares."""

    m: float | None = Field(default=None, gt=0, le=1)
    cap: float | None = Field(default=None, ge=0)
    family: str | None = None
    links: bool | None = None


class Settings(_Section):
    """All of config/evidence.toml."""

    web: Web
    prior: Prior
    links: Links
    combination: Combination
    confirmed: Confirmed
    dates: Dates
    shared: Shared
    agency: Agency
    pairs: Pairs
    communities: Communities
    families: dict[str, float]
    kinds: dict[str, KindOverride]

    def probability(self, bits: float, *, independent: bool = True) -> float:
        """The probability of one hand, 0 to 1, that a total of bits gives after the prior.

        Args:
            bits: of a pair.
            independent: whether a strong value or two families stand behind them; what comes from one origin is doubted.
        """
        doubt = 0.0 if independent else self.prior.one_origin_bits
        return float(1.0 / (1.0 + 2.0 ** (self.prior.bits + doubt - bits)))

    def of_kind(self, kind: Kind) -> KindOverride:
        """What holds for a kind: its own declaration with the overrides over it. No field is None."""
        override = self.kinds.get(kind.name, KindOverride())
        return KindOverride(
            m=kind.m if override.m is None else override.m,
            cap=kind.cap if override.cap is None else override.cap,
            family=override.family or kind.family,
            links=kind.links if override.links is None else override.links,
        )


@cache
def load() -> Settings:
    """The shipped settings with the user's over them.

    Raises:
        ConfigError: a value of the wrong sort, an unknown name, a kind that does not exist.
    """
    try:
        settings = Settings.model_validate(config.toml("evidence.toml"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise config.ConfigError(f"evidence.toml, {place}: {first['msg']}.") from error
    for name in settings.kinds:
        if name not in catalogue.kinds():
            raise config.ConfigError(f"evidence.toml, kinds.{name}: there is no such kind. `samehand indicators` lists them.")
    for family in {settings.of_kind(kind).family or "" for kind in catalogue.kinds().values()}:
        if family not in settings.families:
            raise config.ConfigError(f"evidence.toml, families: {family!r} has no ceiling, and a kind belongs to it. Add a line.")
    return settings
