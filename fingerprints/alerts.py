"""Which events a person wants to be told of. Pure given a store; sending is in exports/notify.py."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints import changes, config
from fingerprints.lookalikes import Brands, known_brands
from fingerprints.stores.base import Store
from fingerprints.stores.history import History, NetworkFate


class KeepsHistory(Store, History, Protocol):
    """A store with history."""


class RuleTable(BaseModel):
    """One table of [rules] in config/alerts.toml, which says what each name is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: Literal["new-member", "split", "value-seen", "lookalike", "back-online", "pivot", "change"]
    to: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Sending(BaseModel):
    """The table [sending]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tries: int = Field(ge=1, le=100)
    wait_minutes: float = Field(ge=0)
    most_a_run: int = Field(ge=1)


class Settings(BaseModel):
    """config/alerts.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: Mapping[str, str]
    rules: Mapping[str, RuleTable]
    sending: Sending

    def address(self, channel: str) -> str:
        """Where a channel leads.

        Raises:
            ConfigError: its address stands in the environment, and is not there.
        """
        text = self.channels[channel]
        if not text.startswith("env:"):
            return text
        found = os.environ.get(text[4:], "")
        if not found:
            raise config.ConfigError(f"alerts.toml: the channel {channel} takes its address from {text[4:]}, which is not set.")
        return found


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell of."""

    rule: str
    at: datetime
    title: str
    body: str
    key: tuple[str, ...]
    """What makes it this event and no other; its time is in it where it may happen again."""

    @property
    def id(self) -> str:
        """The same for one event, however often it is found."""
        return hashlib.sha256("\0".join((self.rule, *self.key)).encode("utf-8", "replace")).hexdigest()[:24]


def settings() -> Settings:
    """The rules of the configuration.

    Raises:
        ConfigError: alerts.toml cannot be used.
    """
    try:
        found = Settings(**config.toml("alerts.toml"))
    except ValidationError as error:
        first = error.errors()[0]
        raise config.ConfigError(f"alerts.toml, {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    for name, rule in found.rules.items():
        for channel in rule.to:
            if channel not in found.channels:
                raise config.ConfigError(f"alerts.toml, rules.{name}: there is no channel {channel}. Define it in [channels].")
        if rule.on == "pivot" and not rule.values:
            raise config.ConfigError(f"alerts.toml, rules.{name}: a pivot needs values.")
    return found


def events(store: KeepsHistory, rules: Mapping[str, RuleTable], since: datetime) -> Iterator[Event]:
    """What happened at or after `since` and a rule asks for, rule by rule."""
    for name, rule in rules.items():
        yield from _FINDERS[rule.on](store, name, rule, since)


_SENTENCES = {
    NetworkFate.BORN: "{n} sites turn out to be one network, {a}.",
    NetworkFate.JOINED: "{n} new in network {a}.",
    NetworkFate.SPLIT: "Network {a} split: {n} sites are network {b} now.",
    NetworkFate.MERGED: "Network {a} became part of network {b}.",
}


def _new_members(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    for one in store.network_events(since=since):
        sentence = _SENTENCES.get(one.fate)
        if sentence is None or (rule.networks and not {one.network, one.other} & set(rule.networks)):
            continue
        title = sentence.format(n=len(one.sites), a=one.network, b=one.other)
        body = "\n".join((*one.sites, f"Why: samehand networks; samehand explain {' '.join(one.sites[:2])}"))
        yield Event(name, one.at, title, body, (one.fate.value, one.network, one.other, one.at.isoformat(), *one.sites))


def _parted(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    for one in changes.came_apart(store.networks(), store, since=since):
        if not rule.networks or one.network in rule.networks:
            title = f"Network {one.network} has come apart: its sites share their ids in {len(one.parts)} groups now."
            yield Event(name, one.at, title, "\n".join(", ".join(part) for part in one.parts), tuple(map(" ".join, one.parts)))


def _seen_again(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    quiet = () if rule.values else changes.quiet_kinds()
    for one in changes.changes(store, since=since, quiet=quiet):
        if one.what is changes.What.BACK and (not rule.values or one.new in rule.values):
            title = f"{one.site} carries {one.kind} {one.new} again"
            yield Event(name, one.at, title, one.page_url, (one.site, one.kind, one.new, one.at.isoformat()))


def _lookalikes(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    brands = Brands(rule.brands) if rule.brands else known_brands()
    for one in store.sites():
        found = brands.find(one.site) if one.first_seen >= since else None
        if found is not None:
            title = f"{one.site} looks like {found.brand}"
            yield Event(name, one.first_seen, title, f"By {found.technique}, score {found.score:.2f}.", (one.site, found.brand))


def _back_online(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    for one in changes.returns(store, since=since):
        if not rule.sites or one.site in rule.sites:
            body = f"It gave no page at {one.visits} visit{'s' if one.visits > 1 else ''} since {one.gone:%Y-%m-%d %H:%M} UTC."
            yield Event(name, one.at, f"{one.site} is back online", body, (one.site, one.gone.isoformat()))


def _pivots(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    for value in rule.values:
        for one in store.carried(value=value):
            if one.first_seen >= since:
                title = f"{one.site} carries {one.kind} {one.value}"
                yield Event(name, one.first_seen, title, f"{one.page_url}\n{one.excerpt}", (one.site, one.kind, one.value))


def _changed(store: KeepsHistory, name: str, rule: RuleTable, since: datetime) -> Iterator[Event]:
    for one in changes.changes(store, since=since, quiet=changes.quiet_kinds()):
        if (rule.groups and one.group not in rule.groups) or (rule.sites and one.site not in rule.sites):
            continue
        values = " → ".join(filter(None, (one.old, one.new)))
        key = (one.site, one.what.value, one.kind, one.old, one.new, one.at.isoformat())
        yield Event(name, one.at, f"{one.site}: {one.kind} {one.what.value}: {values}", one.page_url, key)


_FINDERS = {
    "new-member": _new_members,
    "split": _parted,
    "value-seen": _seen_again,
    "lookalike": _lookalikes,
    "back-online": _back_online,
    "pivot": _pivots,
    "change": _changed,
}
