"""World and seed → plan. All chance comes from the seed, each site from a source of its own, so that worlds change by pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from crawler.farm import values
from crawler.farm.kinds import invent, kinds, word
from crawler.farm.languages import Paper, language
from crawler.farm.plan import Hosting, Plan, Site, Theme
from crawler.farm.world import CloneTrap, Fault, Group, MentionTrap, Network, PlaceholderTrap, World

_LAYOUTS = ("magazine", "broadsheet", "portal", "blog", "app")
_GENERATORS = (
    "WordPress 6.4.3",
    "WordPress 6.5.2",
    "Joomla! - Open Source Content Management",
    "Drupal 10 (https://www.drupal.org)",
    "",
    "",
)
_TRAP_OWN = {"google-analytics-4": 0.6, "google-analytics": 0.5, "email": 1.0}


def build(world: World, seed: int) -> Plan:
    """All sites of the world."""
    return _Builder(world, seed).plan()


def _recommended(group: Group, sites: list[Site]) -> list[Site]:
    """The sites with links to the next ones of their group, around a ring."""
    near = range(1, min(group.recommends, len(sites) - 1) + 1)
    return [
        replace(site, recommends=tuple(f"{sites[(number + step) % len(sites)].origin}/" for step in near))
        for number, site in enumerate(sites)
    ]


class _Builder:
    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.seed = seed
        self.taken: set[str] = set()
        self.addresses = 0
        self.hosting = {
            name: self._hosting(name, table.kind, table.addresses, table.ipv6, table.soa, table.certificates)
            for name, table in world.hosting.items()
        }
        self.themes = {
            name: Theme(name, table.layout, table.generator, table.plugins, table.favicon == "own")
            for name, table in world.themes.items()
        }

    def random(self, *scope: object) -> Random:
        return Random("/".join(map(str, (self.world.name, self.seed, *scope))))

    def plan(self) -> Plan:
        vendors = values.vendor_values(self.world, self.random("vendors"))
        groups: dict[str, list[Site]] = {}
        for group in self.world.groups:
            bare = [self._site(group, number) for number in range(group.sites)]
            groups[group.name] = _recommended(group, values.carry(group, bare, vendors, self.random(group.name, "values")))
        sites = [site for members in groups.values() for site in members]
        for network in self.world.networks:
            sites.extend(self._aliases(network, groups[network.name]))
        for number, trap in enumerate(self.world.traps):
            sites.extend(self._trap(trap, number, groups))
        random = self.random("order")
        random.shuffle(sites)
        resellers = tuple(invent(kinds()["ads-txt-reseller"], random) for _ in range(self.world.resellers))
        platforms = sorted({site.platform for site in sites if site.platform})
        accounts = {name: invent(kinds()["adsense"], self.random("platform", name)) for name in platforms}
        return Plan(self.world, self.seed, tuple(sites), resellers, accounts)

    def _site(self, group: Group, number: int) -> Site:
        random = self.random(group.name, number)
        weights = group.languages or self.world.languages
        code = random.choices(tuple(weights), tuple(weights.values()))[0]
        paper, domain, unicode = self._domain(group, code, random)
        faults = [fault for fault, count in group.faults.items() for _ in range(count)]
        behind = group.sites - number - 1
        fault = faults[behind] if behind < len(faults) else None
        theme = self._theme(group, number, random)
        return Site(
            domain=domain,
            unicode=unicode,
            title=paper.title,
            place=paper.place,
            language=code,
            group=group.name,
            network=group.name if isinstance(group, Network) else "",
            theme=theme,
            hosting=self._home(group, number, domain, fault),
            www=not group.platform and random.random() < 0.5,
            to_https=fault is None and random.random() < 0.7,
            fault=fault,
            icon=domain if theme.own_favicon else f"theme {theme.name}",
            articles=random.randint(*(group.articles or self.world.articles)),
            reuse=group.texts if isinstance(group, Network) else 0.0,
            wire=group.wire,
            platform=group.platform,
            scripts=group.scripts,
            cloaks=group.cloaks,
        )

    def _domain(self, group: Group, code: str, random: Random) -> tuple[Paper, str, str]:
        """A paper with a domain that is nobody else's: in ASCII and as a person writes it."""
        own_letters = random.random() < group.idn
        while True:
            paper = language(code).paper(random)
            suffix = group.platform or random.choice(group.suffixes or language(code).suffixes)
            in_unicode = own_letters or not suffix.isascii()
            unicode = f"{paper.unicode_label if in_unicode else paper.label}.{suffix}"
            try:
                domain = unicode.encode("idna").decode("ascii")
            except UnicodeError:  # digits in a name that is written from right to left
                continue
            if domain not in self.taken:
                self.taken.add(domain)
                return paper, domain, unicode

    def _theme(self, group: Group, number: int, random: Random) -> Theme:
        if group.themes:
            return self.themes[group.themes[number % len(group.themes)]]
        layout = "blog" if group.platform else random.choice(_LAYOUTS)
        generator = "blogger" if group.platform else random.choice(_GENERATORS)
        name = f"{word(random, 2)}-{word(random, 2)}"
        return Theme(name, layout, generator, own_favicon=not group.platform)

    def _home(self, group: Group, number: int, domain: str, fault: Fault | None) -> Hosting:
        if fault is Fault.DEAD:
            return self._hosting(f"dead {domain}", "server", 1, soa="provider")
        if group.platform:
            if group.platform not in self.hosting:
                self.hosting[group.platform] = self._hosting(group.platform, "shared", 2)
            return self.hosting[group.platform]
        if group.hosting:
            return self.hosting[group.hosting[number % len(group.hosting)]]
        return self._hosting(f"server of {domain}", "server", 1, soa="provider")

    def _hosting(self, name: str, kind: str, count: int, ipv6: bool = False, soa: str = "", certificates: str = "") -> Hosting:
        first = self.addresses
        self.addresses += count
        # Far from 127.0.0.1, so that what a test serves there is not the farm's.
        addresses = tuple(f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(first, first + count))
        random = self.random("hosting", name)
        domain = f"{word(random, 3)}-hosting.net"
        return Hosting(
            name,
            kind,
            domain,
            addresses,
            ipv6,
            soa=soa or ("owner" if kind == "server" else "provider"),
            certificates=certificates or ("bundle" if kind == "cdn" else "site"),
            number=64_496 + random.randrange(16) if kind == "server" else 65_000 + first % 500,
        )

    def _aliases(self, network: Network, members: Sequence[Site]) -> Iterator[Site]:
        for number in range(network.aliases):
            target = members[number % len(members)]
            bare = self._site(
                network.model_copy(update={"name": f"{network.name} (old domains)", "faults": {}, "idn": 0.0}), number
            )
            yield replace(
                bare, network=network.name, group=network.name, redirects_to=target.domain, hosting=target.hosting, www=False
            )

    def _trap(self, trap: CloneTrap | MentionTrap | PlaceholderTrap, number: int, groups: dict[str, list[Site]]) -> list[Site]:
        name = f"trap {number + 1}: {trap.type}"
        group = Group(name=name, sites=trap.sites, own={} if isinstance(trap, CloneTrap) else _TRAP_OWN)
        bare = [self._site(group, index) for index in range(trap.sites)]
        if isinstance(trap, CloneTrap):
            victims = groups[trap.of]
            return [self._clone(site, victims[index % len(victims)], trap.how) for index, site in enumerate(bare)]
        sites = values.carry(group, bare, {}, self.random(name, "values"))
        if isinstance(trap, PlaceholderTrap):
            return [values.with_placeholders(site) for site in sites]
        victims = groups[trap.of]
        return [values.with_mention(site, victims[index % len(victims)], trap.type) for index, site in enumerate(sites)]

    def _clone(self, site: Site, victim: Site, how: str) -> Site:
        redirects = victim.domain if how == "redirect" else ""
        return replace(
            site,
            copies=victim.domain,
            copied_how=how,
            redirects_to=redirects,
            icon=victim.icon,
            theme=victim.theme,
            language=victim.language,
        )
