"""Who carries which values: habits of networks, sites' own accounts, vendors' ids, and what traps leave on strangers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from crawler.farm.kinds import invent, kinds
from crawler.farm.plan import Carried, Site
from crawler.farm.world import EVERYWHERE, Group, Habit, Network, PageClass, World

_FAVICON = "favicon-mmh3"
# Sample ids as they stand in vendors' documentation and in templates for sale.
_PLACEHOLDERS = {
    "google-analytics": "UA-XXXXX",
    "google-analytics-4": "G-XXXXXXXXXX",
    "google-tag-manager": "GTM-XXXX",
    "adsense": "pub-0000000000000000",
    "meta-pixel": "YOUR_PIXEL_ID",
}
_PAGES: tuple[PageClass, ...] = ("front", "articles", "about")

Vendors = dict[str, tuple[Carried, ...]]


def vendor_values(world: World, random: Random) -> Vendors:
    """What each vendor leaves on his customers' pages."""
    return {
        name: tuple(
            Carried(kind, invent(kinds()[kind], random), vendor.pages, "vendor", credit=vendor.credit) for kind in vendor.kinds
        )
        for name, vendor in world.vendors.items()
    }


def carry(group: Group, sites: Sequence[Site], vendors: Vendors, random: Random) -> list[Site]:
    """The group's sites with all that they carry."""
    carried: list[list[Carried]] = [[] for _ in sites]
    for kind, fraction in group.own.items():
        _give_own(kind, EVERYWHERE, "live", _some(len(sites), fraction, random), sites, carried, random)
    start = 0
    for habit in group.habits if isinstance(group, Network) else ():
        members = _members(habit, start, len(sites))
        start = members[-1]
        _follow(habit, sorted(members), sites, carried, random)
    for name, fraction in group.vendors.items():
        for index in _some(len(sites), fraction, random):
            carried[index].extend(vendors[name])
    return [_site(site, index, values) for index, (site, values) in enumerate(zip(sites, carried, strict=True))]


def _site(site: Site, index: int, values: list[Carried]) -> Site:
    random = Random(f"{site.domain} forms")
    icon = next((one.value for one in values if one.kind == _FAVICON), site.icon)
    kept = [
        replace(one, form=random.randrange(max(1, len(kinds()[one.kind].forms))), number=index % 9 + 1)
        for one in values
        if one.kind != _FAVICON
    ]
    return replace(site, carried=tuple(dict.fromkeys(kept)), icon=icon)


def _some(count: int, fraction: float, random: Random) -> list[int]:
    """The numbers of this part of the sites."""
    return sorted(random.sample(range(count), round(fraction * count)))


def _follow(habit: Habit, members: list[int], sites: Sequence[Site], carried: list[list[Carried]], random: Random) -> None:
    if habit.share == "own":
        for kind in habit.kinds:
            _give_own(kind, habit.pages, habit.state, members, sites, carried, random)
        return
    for kind, indices in _stretches(habit, members):
        value = Carried(kind, invent(kinds()[kind], random), habit.pages, "network", habit.state)
        for index in indices:
            carried[index].append(value)


def _members(habit: Habit, start: int, count: int) -> list[int]:
    """The sites that a habit is found on. The next habit begins with the last of them, so that habits hang together."""
    least = 1 if habit.share == "own" else min(2, count)
    size = max(least, round(habit.members * count))
    return [(start + index) % count for index in range(size)]


def _stretches(habit: Habit, members: list[int]) -> Iterator[tuple[str, list[int]]]:
    if habit.share == "all":
        for kind in habit.kinds:
            yield kind, members
        return
    for turn, start in enumerate(range(0, len(members) - 1, habit.step)):
        stretch = members[start : start + habit.width]
        yield habit.kinds[turn % len(habit.kinds)], stretch
        if start + habit.width >= len(members):
            return


def _give_own(
    kind: str,
    pages: tuple[PageClass, ...],
    state: str,
    indices: Sequence[int],
    sites: Sequence[Site],
    carried: list[list[Carried]],
    random: Random,
) -> None:
    for index in indices:
        domain = sites[index].domain
        plain = "" if domain.startswith("xn--") else domain
        carried[index].append(Carried(kind, invent(kinds()[kind], random, plain), pages, "own", state))


def with_placeholders(site: Site) -> Site:
    """The site with the sample ids of its template left in."""
    samples = tuple(Carried(kind, value, _PAGES, "placeholder") for kind, value in _PLACEHOLDERS.items())
    return replace(site, carried=(*site.carried, *samples))


def with_mention(site: Site, victim: Site, state: str) -> Site:
    """The site with a victim's ids on its articles, in comments or quoted."""
    shown = [one for one in victim.carried if kinds()[one.kind].place in ("head", "body-end") and one.state == "live"]
    shown.sort(key=lambda one: one.source != "network")
    copies = tuple(replace(one, pages=("articles",), source="trap", state=state) for one in shown[:3])
    return replace(site, carried=(*site.carried, *copies))
