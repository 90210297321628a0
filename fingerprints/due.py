"""When a site is looked at again: by how often it changes, what it is worth, and whether it answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints import config
from fingerprints.model import Outcome
from fingerprints.stores.history import Visit

LOWEST, HIGHEST = -3, 3
_SEEN = frozenset({Outcome.READ, Outcome.NOT_LOOKED_AT})
"""What a visit came to that learnt something: a page, or where the site sends its visitors."""


class Policy(BaseModel):
    """The table [recrawl] of config/schedule.toml, which says what each number is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_days: float = Field(gt=0, le=365)
    fewest_days: float = Field(gt=0, le=365)
    most_days: float = Field(gt=0, le=365)
    changed: float = Field(gt=0, le=1)
    unchanged: float = Field(ge=1, le=10)
    failed_days: float = Field(gt=0, le=365)
    lost_after: int = Field(ge=1)
    lost_days: float = Field(gt=0, le=3650)


@dataclass(frozen=True, slots=True)
class Due:
    """When a site is to be looked at, and why then."""

    site: str
    at: datetime
    every: float
    """Days between two looks as its changes suggest; 0 before the first."""
    priority: int = 0
    """-3 to 3; each step halves or doubles the time between looks."""
    failures: int = 0
    """Visits in a row that gave no page."""
    looked: datetime | None = None
    begun: datetime | None = None
    """When the visit under way began; None between visits."""
    dropped: bool = False
    """Whether a person took it off the list."""
    why: str = ""
    """A sentence."""


def policy() -> Policy:
    """The plan of the configuration.

    Raises:
        ConfigError: schedule.toml cannot be used.
    """
    try:
        return Policy(**config.toml("schedule.toml")["recrawl"])
    except ValidationError as error:
        first = error.errors()[0]
        raise config.ConfigError(f"schedule.toml, [recrawl] {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def after(before: Due, visit: Visit, plan: Policy) -> Due:
    """The next look, after this visit."""
    ended = replace(before, looked=visit.ended, begun=None)
    if visit.outcome not in _SEEN:
        return _backed_off(ended, visit, plan)
    changes = visit.appeared + visit.gone
    if not before.every:
        every, why = plan.first_days, "new: a second look shows whether it changes"
    elif changes:
        every, why = before.every * plan.changed, f"{changes} values changed at the last look"
    else:
        every, why = before.every * plan.unchanged, "nothing changed at the last look"
    every = min(plan.most_days, max(plan.fewest_days, every))
    if before.failures:
        every, why = plan.fewest_days, f"it answers again after {before.failures} failures"
    return replace(ended, every=every, failures=0, at=visit.ended + _weighed(every, before.priority, plan), why=why)


def _backed_off(ended: Due, visit: Visit, plan: Policy) -> Due:
    failures = ended.failures + 1
    if failures > plan.lost_after:
        wait, why = plan.lost_days, f"no page {failures} times in a row ({visit.outcome.value}): it counts as lost"
    else:
        # The exponent is bounded: a float holds no power of a thousand failures.
        wait = min(plan.most_days, plan.failed_days * 2 ** min(failures - 1, 30))
        why = f"no page {failures} time{'s' if failures > 1 else ''} in a row ({visit.outcome.value})"
    return replace(ended, failures=failures, at=visit.ended + timedelta(days=wait), why=why)


def _weighed(every: float, priority: int, plan: Policy) -> timedelta:
    return timedelta(days=max(plan.fewest_days, every / 2**priority))
