"""What a value is worth by its rarity, and the values that link nobody by a list: for one value, without arrays."""

from __future__ import annotations

from functools import cache
from math import log2

from fingerprints import background, config, hosting
from fingerprints.evidence_settings import KindOverride, Settings

UNKNOWN = "prevalence on the web unknown: bits capped"
SUPPORTING_BITS = 9.0
"""What another value must be worth so that sharing it shows that sites belong together."""
SMALL_STORE = 1000
"""In a store of fewer sites one network may be most of it, and what its sites share is no chance."""
TELLING_BITS = 3.0
"""What a value must be worth for its being shared to tell that sites have something in common at all."""
WEAK_FAMILIES = frozenset({"agency", "favicon", "hosting", "platform", "promotion", "software", "template", "text"})
"""Families in which strangers agree by chance: agreement in them is no sign that a value's sites belong together."""


@cache
def shared_values() -> dict[tuple[str, str], str]:
    """(kind, value) → why it links nobody, from config/shared_values.tsv."""
    return {(kind, value): why for kind, value, why, _source in config.table("shared_values.tsv", 4)}


def bits_of(
    kind: str, value: str, carriers: int, rule: KindOverride, table: background.Background, settings: Settings
) -> tuple[float, str]:
    """What sharing a value is worth by its rarity, and a reason when that is less than its rarity in the store gives.

    Args:
        kind, value: what is shared.
        carriers: sites of the store that carry it.
        rule: what holds for the kind (see Settings.of_kind).
        table: how common it is on the web.
        settings: the web's size, caps and bonuses.
    """
    assert rule.m is not None
    assert rule.cap is not None
    on_web = max(float(carriers), table.per_web(kind, value, settings.web.sites))
    rarity = log2(rule.m * settings.web.sites / on_web)
    count = table.count(kind, value)
    known = count >= 0 and table.sites >= settings.web.known_from_sites
    # A cap that keeps a kind from linking alone is about what the kind means: no table lifts it.
    lifted = known and rule.cap >= settings.links.strong_value_bits
    cap = rule.cap + (settings.web.known_bonus_bits if lifted else 0.0)
    if count > 0:
        return max(0.0, min(rarity, cap)), f"on {count} of {table.sites} background sites"
    return max(0.0, min(rarity, cap)), "" if known or rarity <= cap else UNKNOWN


def why_nobody(kind: str, value: str) -> str:
    """Why a value ties nobody by the lists of shared hosting and of accounts; empty when they do not know it."""
    return hosting.why_shared(kind, value) or _account_shared(kind, value)


def _account_shared(kind: str, value: str) -> str:
    """Why a property links nobody: its account (UA-1234 of UA-1234-5) is a listed one."""
    if kind != "google-analytics-property":
        return ""
    return shared_values().get(("google-analytics", value.rpartition("-")[0]), "")
