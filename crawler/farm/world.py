"""What a world file says, and the sentences for what it says wrong. docs/worlds.md is the guide for its writers."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.farm.kinds import kinds
from crawler.farm.languages import codes
from fingerprints.config import DEFAULTS
from fingerprints.sites import NotASiteError, site_of_host

MOST_SITES = 5000
"""A world of more sites is refused: every site is held in memory."""

Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=MOST_SITES)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Scripts = Literal["none", "tags", "application"]
Cloaks = Literal["none", "referrer", "language", "agent"]
PageClass = Literal["front", "articles", "about", "ads-txt"]
Weights = dict[str, Annotated[float, Field(gt=0, le=1000)]]
EVERYWHERE: tuple[PageClass, ...] = ("front", "articles", "about", "ads-txt")


class WorldError(ValueError):
    """A world that cannot be built; the message says what, where and what to do."""


class Fault(StrEnum):
    """What is wrong with a site."""

    DEAD = "dead"
    UNKNOWN_DOMAIN = "unknown-domain"
    EXPIRED = "expired-certificate"
    SELF_SIGNED = "self-signed-certificate"
    WRONG_NAME = "wrong-name-certificate"
    ERROR_500 = "error-500"
    WRONG_TYPE = "wrong-content-type"
    SLOW = "slow"
    ROBOTS = "robots-forbids"
    HTTP_ONLY = "http-only"

    @property
    def hides(self) -> bool:
        """Whether a polite crawler that checks certificates may see nothing of the site."""
        return self not in (Fault.SLOW, Fault.HTTP_ONLY)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ThemeTable(_Table):
    """How pages look: two sites with one theme share layout, class names, script and style files."""

    layout: Literal["magazine", "broadsheet", "portal", "blog", "app"] = "magazine"
    generator: str = Field("", max_length=80)
    """Content of the meta generator; empty for none."""
    plugins: tuple[Name, ...] = ()
    """Plug-ins whose files its pages load."""
    favicon: Literal["own", "default"] = "own"
    """default: a site keeps the icon that came with the theme."""


class HostingTable(_Table):
    """A place where sites live: they share its addresses and name servers."""

    kind: Literal["server", "shared", "cdn"] = "shared"
    addresses: int = Field(1, ge=1, le=8)
    ipv6: bool = False
    soa: Literal["", "owner", "provider", "site"] = ""
    """Whose mailbox stands in the SOA records: one of each network's own that lives here, the provider's, or each site's own.
    Without: the owner's on a server, the provider's elsewhere."""
    certificates: Literal["", "site", "bundle", "self-signed"] = ""
    """One for each site, one for up to fifty strangers together, or a self-signed one for all. Without: bundles on a CDN."""


class VendorTable(_Table):
    """Somebody who serves unrelated sites and leaves his own ids on them."""

    kinds: tuple[str, ...] = Field(min_length=1)
    pages: tuple[PageClass, ...] = Field(("front", "articles", "about"), min_length=1)
    credit: bool = False
    """An agency's signature in the footer in place of the usual snippet; only for kinds that have one (email)."""


class Habit(_Table):
    """Values that the sites of a group carry."""

    kinds: tuple[str, ...] = Field(min_length=1)
    share: Literal["all", "chain", "own"] = "all"
    """all: one value for all; chain: a value for each stretch of the members, kinds taking turns; own: each site its own."""
    members: Fraction = 1.0
    """On which part of the sites."""
    pages: tuple[PageClass, ...] = Field(EVERYWHERE, min_length=1)
    state: Literal["live", "commented", "quoted"] = "live"
    width: int = Field(2, ge=2, le=100)
    """chain: how many sites a value is on."""
    step: int = Field(1, ge=1, le=100)
    """chain: how many sites further the next value begins."""


class Group(_Table):
    """Sites that are made alike. The base of networks and strangers."""

    name: Name
    sites: int = Field(ge=1, le=MOST_SITES)
    languages: Weights = {}
    suffixes: tuple[str, ...] = ()
    """Public suffixes of the domains; empty for those usual in the language."""
    idn: Fraction = 0.0
    """Part of the sites whose domain is written in the language's own letters."""
    platform: str = ""
    """A public suffix under which strangers get names (blogspot.com): the sites live on this platform."""
    themes: tuple[str, ...] = ()
    """Themes of the world, in turn; empty: each site a theme of its own."""
    hosting: tuple[str, ...] = ()
    """Hosting of the world, in turn; empty: each site a server of its own."""
    own: dict[str, Fraction] = {}
    """Kinds of which sites carry values of their own, and on which part of the sites."""
    vendors: dict[str, Fraction] = {}
    """Vendors of the world, and on which part of the sites."""
    faults: dict[Fault, Count] = {}
    wire: Fraction = 0.0
    """Part of the articles that come from an agency and stand on other sites, too."""
    articles: tuple[int, int] | None = None
    recommends: Count = 0
    """How many of the group's other sites, the next ones in turn, each one links to by their front pages."""
    scripts: Scripts = "none"
    """tags: the ids are brought into each page by a script of the site's own; application: all of the page is."""
    cloaks: Cloaks = "none"
    """By what a site knows whom it shows its ids: a visitor from a search engine, one with its language, one with a browser."""
    registrant: Literal["private", "own", "shared"] = "private"
    """Who is told as the registrant: a privacy service, each site's own name, or (networks) one name and mailbox for all."""
    registration: Literal["spread", "burst"] = "spread"
    """burst: a network's domains are registered with one registrar within two days."""


class Network(Group):
    """Sites that one hand runs."""

    habits: tuple[Habit, ...] = ()
    texts: Fraction = 0.0
    """Part of the articles that its sites of one language share."""
    aliases: Count = 0
    """Old domains that redirect to members, besides `sites`."""


class Strangers(Group):
    """Sites that have nothing to do with each other."""


class CloneTrap(_Table):
    """Copies of somebody's pages under another domain."""

    type: Literal["clone"]
    of: Name
    """A network or a group of strangers; its sites are the victims in turn."""
    how: Literal["canonical", "assets", "redirect", "refresh"]
    sites: int = Field(1, ge=1, le=MOST_SITES)


class MentionTrap(_Table):
    """Strangers on whose articles somebody's snippets stand without effect: in a comment, or quoted as code."""

    type: Literal["quoted", "commented"]
    of: Name
    sites: int = Field(1, ge=1, le=MOST_SITES)


class PlaceholderTrap(_Table):
    """Strangers whose template still has its sample ids."""

    type: Literal["placeholders"]
    sites: int = Field(2, ge=1, le=MOST_SITES)


Trap = Annotated[CloneTrap | MentionTrap | PlaceholderTrap, Field(discriminator="type")]


class World(_Table):
    """A whole world file."""

    name: Name
    title: str = Field("", max_length=200)
    newest: datetime = datetime(2024, 5, 13, 6, 0)
    """When the newest article was written; fixed, so that pages are the same on every day."""
    articles: tuple[int, int] = (5, 12)
    languages: Weights = {"en": 1.0}
    resellers: int = Field(30, ge=0, le=500)
    """RESELLER lines that all ads.txt files have in common."""
    themes: dict[Name, ThemeTable] = {}
    hosting: dict[Name, HostingTable] = {}
    vendors: dict[Name, VendorTable] = {}
    networks: tuple[Network, ...] = ()
    strangers: tuple[Strangers, ...] = ()
    traps: tuple[Trap, ...] = ()

    @property
    def groups(self) -> tuple[Network | Strangers, ...]:
        """Networks, then strangers."""
        return (*self.networks, *self.strangers)

    @property
    def size(self) -> int:
        """Number of sites, those of traps and aliases included."""
        return sum(group.sites for group in (*self.groups, *self.traps)) + sum(network.aliases for network in self.networks)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not 1 <= self.size <= MOST_SITES:
            raise ValueError(f"the world has {self.size} sites; 1 to {MOST_SITES} are possible")
        names = [group.name for group in self.groups]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two groups are called {name!r}; give each network and each group of strangers its own name")
        _articles(self.articles, "articles")
        _known(self.languages, codes(), "languages")
        for name, vendor in self.vendors.items():
            _known(vendor.kinds, kinds(), f"vendors.{name}: kinds")
            if vendor.credit and not all(kinds()[kind].credit for kind in vendor.kinds):
                raise ValueError(f"vendors.{name}: credit is only possible with the kind email")
        for group in self.groups:
            self._check_group(group)
        for trap in self.traps:
            if not isinstance(trap, PlaceholderTrap):
                _known((trap.of,), names, f"the trap {trap.type!r}: of")
        return self

    def _check_group(self, group: Group) -> None:
        _known(group.languages, codes(), f"{group.name}: languages")
        _known(group.themes, self.themes, f"{group.name}: themes")
        _known(group.hosting, self.hosting, f"{group.name}: hosting")
        _known(group.vendors, self.vendors, f"{group.name}: vendors")
        _known(group.own, kinds(), f"{group.name}: own")
        if group.articles:
            _articles(group.articles, f"{group.name}: articles")
        for suffix in (*group.suffixes, *filter(None, (group.platform,))):
            _suffix(suffix, group.name)
        if sum(group.faults.values()) > group.sites:
            raise ValueError(f"{group.name}: there are more faults than sites; a site has one at most")
        for habit in group.habits if isinstance(group, Network) else ():
            _known(habit.kinds, kinds(), f"{group.name}: kinds")
            if habit.state != "live" and not all(kinds()[kind].forms for kind in habit.kinds):
                raise ValueError(f"{group.name}: only kinds that stand in pages can be {habit.state}")
            if "favicon-mmh3" in habit.kinds and habit.share == "chain":
                raise ValueError(f"{group.name}: a site has one favicon; share it with all or with nobody, not in chains")


def _known(used: object, possible: object, where: str) -> None:
    choices = sorted(possible)  # type: ignore[call-overload]
    for name in used:  # type: ignore[attr-defined]
        if name not in choices:
            listed = ", ".join(choices) or "none is defined"
            raise ValueError(f"{where} names {name!r}, which is not there; there are: {listed}")


def _articles(span: tuple[int, int], where: str) -> None:
    if not 1 <= span[0] <= span[1] <= 100:
        raise ValueError(f"{where} are given as [fewest, most] with 1 <= fewest <= most <= 100")


def _suffix(suffix: str, where: str) -> None:
    try:
        whole = (
            site_of_host(f"a.b.{suffix}") == site_of_host(f"b.{suffix}")
            and site_of_host(f"b.{suffix}").count(".") == suffix.count(".") + 1
        )
    except NotASiteError:
        whole = False
    if not whole:
        raise ValueError(
            f"{where}: {suffix!r} is no public suffix (https://publicsuffix.org/list/); write one such as com or co.uk"
        )


def load(path: Path | None = None) -> World:
    """Reads a world file, the shipped default world without a path.

    Raises:
        WorldError: no such file, no TOML, or something in it that cannot be; one sentence says what.
    """
    file = path or DEFAULTS / "worlds" / "default.toml"
    try:
        text = file.read_text("utf-8")
        data = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise WorldError(f"The world file {file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise WorldError(f"The world file {file} is not TOML: {error}. Mend that line.") from error
    try:
        return World.model_validate(data)
    except ValidationError as error:
        raise WorldError(f"The world file {file}: {_sentence(error)}.") from error


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    more = f" (and {error.error_count() - 1} more mistakes)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        message = "there is no such setting; see docs/worlds.md"
    return f"{where}: {message}{more}" if where else message + more
