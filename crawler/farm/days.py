"""A farm whose web changes over days: ids swapped, sites moved, a network split, outages, block pages; with the truth of each.

with changing(course(plan, seed=1), folder) as farm:
    farm.turn(5)  # it is the fifth day now
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random

from crawler.farm.documents import Document
from crawler.farm.kinds import invent, kinds
from crawler.farm.plan import Carried, Plan, Site
from crawler.farm.server import Ports, Server
from crawler.farm.web import Web
from crawler.farm.world import EVERYWHERE, Fault

_QUIET_AT_END = 4
"""Days before the last on which nothing new happens: what happens must have time to be found."""
_ADDED = ("facebook-page-id", "telegram", "google-ads", "yandex-metrica")
_LINKING = frozenset({"adsense", "google-analytics", "google-tag-manager", "yandex-metrica", "email"})
_WALLS = (
    Document(b"<html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>", status=403),
    Document(b"<html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>", status=200),
    # One that no rule knows by its mark.
    Document(b"<html><head><title>Notice</title></head><body>Please prove that you are no machine.</body></html>", status=200),
)


class Story(StrEnum):
    """What can happen to a site."""

    SWAP = "swap"
    ADD = "add"
    DROP = "drop"
    BACK = "back"
    """A value goes and comes back days later."""
    BRIEF = "brief"
    """A value stands there for a day."""
    MOVE = "move"
    OUTAGE = "outage"
    WALL = "wall"
    JOIN = "join"
    SPLIT = "split"


_STORIES = {
    Story.SWAP: 8,
    Story.ADD: 5,
    Story.DROP: 5,
    Story.BACK: 4,
    Story.BRIEF: 5,
    Story.MOVE: 3,
    Story.OUTAGE: 7,
    Story.WALL: 6,
}
"""How many sites each story happens to."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens to one site."""

    story: Story
    site: str
    day: int
    """Noon of which it is so; nothing of it before."""
    until: int = 0
    """First day on which it is over; 0 when it lasts."""
    kind: str = ""
    old: str = ""
    new: str = ""
    target: str = ""
    """Where a site moved to; for a member, the network."""

    def lasts(self, day: int) -> bool:
        """Whether it is so on this day."""
        return self.day <= day and not (self.until and day >= self.until)


@dataclass(frozen=True)
class Course:
    """What happens on a farm."""

    plan: Plan
    days: int
    happenings: tuple[Happening, ...]

    def plan_on(self, day: int) -> Plan:
        """The farm as it is on a day."""
        now: dict[str, list[Happening]] = {}
        for one in self.happenings:
            if one.lasts(day):
                now.setdefault(one.site, []).append(one)
        sites = tuple(_changed(site, now[site.domain]) if site.domain in now else site for site in self.plan.sites)
        return replace(self.plan, sites=sites)

    def walls_on(self, day: int) -> frozenset[str]:
        """Sites before which a bot wall stands."""
        return frozenset(one.site for one in self.happenings if one.story is Story.WALL and one.lasts(day))


def course(plan: Plan, seed: int, days: int = 30) -> Course:
    """What happens on the farm of a plan; each site has one story at the most."""
    random = Random(f"course {plan.world.name} {seed}")
    made: list[Happening] = []
    free = _free(plan)
    for network in _networks(plan, free)[:2]:
        made += (_split if not made else _join)(network, free, days, random)
    taken = {one.site for one in made}
    rest = [site for site in free if site.domain not in taken and not site.network] + [
        site for site in free if site.domain not in taken and site.network
    ]
    random.shuffle(rest)
    for story, count in _STORIES.items():
        for _ in range(count):
            site = next((one for one in rest if story not in _NEEDS_ID or _own(one)), None)
            if site is not None:
                rest.remove(site)
                made.append(_happen(story, site, plan, days, random))
    return Course(plan, days, tuple(sorted(made, key=lambda one: (one.day, one.site, one.kind))))


_NEEDS_ID = frozenset({Story.SWAP, Story.DROP, Story.BACK})


def _free(plan: Plan) -> list[Site]:
    """Sites that a crawl sees and nobody copies."""
    victims = {site.copies for site in plan.sites} | {site.redirects_to for site in plan.sites}
    hidden = (Fault.HTTP_ONLY, None)
    return [
        site
        for site in plan.sites
        if site.fault in hidden and not (site.copies or site.redirects_to or site.platform) and site.domain not in victims
    ]


def _own(site: Site) -> list[Carried]:
    """Values of its own that stand on its front page."""
    return [
        one for one in site.carried if one.source == "own" and one.state == "live" and "front" in one.pages and one.kind in _SWAPS
    ]


_SWAPS = frozenset(
    {"google-analytics", "google-analytics-4", "adsense", "email", "facebook-page-id", "yandex-metrica", "meta-pixel"}
)


def _networks(plan: Plan, free: Sequence[Site]) -> list[list[Site]]:
    """Networks that one value on front pages holds together, the largest first; members that share it only."""
    found = []
    for network in plan.world.networks:
        members = [site for site in free if site.network == network.name]
        for kind, value in sorted({(one.kind, one.value) for site in members for one in _shared(site)}):
            carriers = [site for site in members if any((one.kind, one.value) == (kind, value) for one in _shared(site))]
            if len(carriers) >= 3 and not network.texts and len(carriers) >= 0.5 * len(members):
                found.append(carriers)
                break
    return sorted(found, key=lambda carriers: (-len(carriers), carriers[0].network))


def _shared(site: Site) -> list[Carried]:
    good = ("front",)
    return [
        one
        for one in site.carried
        if one.source == "network" and one.state == "live" and set(good) <= set(one.pages) and one.kind in _LINKING
    ]


def _split(members: list[Site], _free: list[Site], days: int, random: Random) -> list[Happening]:
    """Half of the sites take another id together."""
    half, day = members[: len(members) // 2], random.randint(5, days // 2)
    made = []
    for kind, value in sorted({(one.kind, one.value) for site in half for one in _shared(site)}):
        new = invent(kinds()[kind], random)
        carriers = [site for site in half if any((one.kind, one.value) == (kind, value) for one in _shared(site))]
        made += [Happening(Story.SPLIT, site.domain, day, 0, kind, value, new, site.network) for site in carriers]
    return made


def _join(members: list[Site], free: list[Site], days: int, random: Random) -> list[Happening]:
    """Two strangers turn out to be the network's: they take its ids."""
    strangers = [site for site in free if not site.network]
    shared = _shared(members[0])
    made = []
    for site in random.sample(strangers, min(2, len(strangers))):
        day = random.randint(4, days - _QUIET_AT_END)
        network = members[0].network
        made += [Happening(Story.JOIN, site.domain, day, 0, one.kind, "", one.value, network) for one in shared]
    return made


def _happen(story: Story, site: Site, plan: Plan, days: int, random: Random) -> Happening:
    day = random.randint(2, days - _QUIET_AT_END)
    if story in _NEEDS_ID:
        one = random.choice(_own(site))
        new = invent(kinds()[one.kind], random, site.domain) if story is Story.SWAP else ""
        if new == one.value:
            new = f"x{new}" if one.kind == "email" else new
        until = min(day + random.randint(6, 10), days - _QUIET_AT_END + 1) if story is Story.BACK else 0
        day = min(day, days - 14) if story is Story.BACK else day
        return Happening(story, site.domain, day, until, one.kind, one.value, new)
    if story in (Story.ADD, Story.BRIEF):
        carried = {one.kind for one in site.carried}
        kind = random.choice([name for name in _ADDED if name in kinds() and name not in carried])
        return Happening(story, site.domain, day, day + 1 if story is Story.BRIEF else 0, kind, "", invent(kinds()[kind], random))
    if story is Story.MOVE:
        others = [other for other in plan.sites if not other.fault and not other.redirects_to and other.domain != site.domain]
        return Happening(story, site.domain, day, target=random.choice(others).domain)
    return Happening(story, site.domain, day, min(day + random.randint(1, 7), days - _QUIET_AT_END + 1))


def _changed(site: Site, happened: Sequence[Happening]) -> Site:
    carried = list(site.carried)
    for one in happened:
        if one.story is Story.OUTAGE:
            site = replace(site, fault=Fault.DEAD if one.day % 2 else Fault.ERROR_500)
        elif one.story is Story.MOVE:
            site = replace(site, redirects_to=one.target)
        elif one.new and one.old:
            carried = [replace(it, value=one.new) if (it.kind, it.value) == (one.kind, one.old) else it for it in carried]
        elif one.new:
            carried.append(Carried(one.kind, one.new, EVERYWHERE, "own"))
        else:
            carried = [it for it in carried if (it.kind, it.value) != (one.kind, one.old)]
    return replace(site, carried=tuple(carried))


class _DaysWeb(Web):
    """The web of one day."""

    def __init__(self, plan: Plan, walls: frozenset[str]) -> None:
        super().__init__(plan)
        self._walls = walls

    def _answer(self, site: Site, scheme: str, host: str, path: str, trusted: bool) -> Document:
        if site.domain in self._walls and path != "/robots.txt":
            return _WALLS[len(site.domain) % len(_WALLS)]
        return super()._answer(site, scheme, host, path, trusted)


class Changing(Server):
    """The farm's servers with a calendar."""

    def __init__(self, course: Course, folder: Path) -> None:
        super().__init__(course.plan_on(0), folder, Ports())
        self.course = course
        self.ports = Ports()

    def turn(self, day: int) -> None:
        """From the next connection on it is this day."""
        self._web = _DaysWeb(self.course.plan_on(day), self.course.walls_on(day))


@contextmanager
def changing(course: Course, folder: Path) -> Iterator[Changing]:
    """Serves from a thread until the block is left."""
    server = Changing(course, folder)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        server.ports = asyncio.run_coroutine_threadsafe(server.start(), loop).result(60)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
