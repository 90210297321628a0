"""What is true of a farm: who runs what, who only looks as if, and which members a crawl can be expected to find."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from crawler.farm.content import Content
from crawler.farm.estate import mailbox, registered
from crawler.farm.icons import favicon, mmh3_of
from crawler.farm.plan import Plan, Site
from crawler.farm.world import Network

_TOO_WEAK = frozenset({"favicon-mmh3", "ads-txt-reseller", "made-by"})
"""Kinds that need a second sign beside them: alone they make no member required."""


_LIKENESS = ("dom-simhash", "text-simhash")
_ENOUGH_TEXTS = 2
"""Texts in common that a crawl can be expected to find one of: it does not read every article."""


def truth(plan: Plan) -> dict[str, Any]:
    """The truth as JSON data."""
    networks = [_network(network, plan) for network in plan.world.networks]
    return {
        "world": plan.world.name,
        "title": plan.world.title,
        "seed": plan.seed,
        "networks": networks,
        "traps": [{"trap": name, "sites": sites} for name, sites in sorted(_traps(plan).items())],
        "sites": [_site(site, plan) for site in sorted(plan.sites, key=lambda site: site.domain)],
    }


def _network(network: Network, plan: Plan) -> dict[str, Any]:
    members = sorted((site for site in plan.sites if site.network == network.name), key=lambda site: site.domain)
    live = [site for site in members if not site.redirects_to]
    mailboxes = {site.domain: _mailboxes(site, plan) for site in live}
    carried = {one.kind for site in live for one in site.carried if one.source == "network" and one.state == "live"}
    alike = _alike(network, live, plan)
    shared = sorted(carried | {kind for found in mailboxes.values() for kind, _ in found} | (set(_LIKENESS) if alike else set()))
    required = _joined(live, mailboxes, alike)
    return {
        "name": network.name,
        "members": [site.domain for site in live],
        "aliases": [site.domain for site in members if site.redirects_to],
        "shares": shared,
        "hosting_only": not shared and not network.texts and not network.themes,
        "required": required,
        "habits": [habit.model_dump(mode="json") for habit in network.habits],
    }


def _mailboxes(site: Site, plan: Plan) -> list[tuple[str, str]]:
    """Mailboxes of the site's hand outside its pages: of its zone, of its registration."""
    found = []
    if site.hosting.soa == "owner" and not site.platform:
        found.append(("soa-email", mailbox(site)))
    group = next(group for group in plan.world.networks if group.name == site.network)
    if group.registrant == "shared" and not site.platform:
        found.append(("registrant-email", registered(site, plan).email))
    return found


def _alike(network: Network, members: Iterable[Site], plan: Plan) -> list[tuple[str, str]]:
    """Pairs of members with one template, which no stranger has, and two or more texts in common: likeness that links."""
    stock = {site.theme.name for site in plan.sites if site.network != network.name}
    carriers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for site in members:
        hidden = site.fault is not None and site.fault.hides
        if network.texts and not hidden and site.theme.name not in stock:
            for page in Content(site, plan.world, plan.seed).articles:
                if page.article and not page.article.wire:
                    carriers[site.theme.name, "\n".join(page.article.paragraphs)].append(site.domain)
    shared = Counter(pair for names in carriers.values() for pair in combinations(sorted(names), 2))
    return sorted(pair for pair, count in shared.items() if count >= _ENOUGH_TEXTS)


def _joined(
    members: Iterable[Site], mailboxes: dict[str, list[tuple[str, str]]], alike: Iterable[tuple[str, str]]
) -> list[list[str]]:
    """Groups of two or more members that live values or their likeness tie together, hidden sites left out."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    carriers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for site in members:
        if (site.fault is not None and site.fault.hides) or site.scripts != "none" or site.cloaks != "none":
            continue  # not seen by a crawl that neither runs scripts nor asks as different visitors
        for one in site.carried:
            if one.source == "network" and one.state == "live" and one.kind not in _TOO_WEAK:
                carriers[one.kind, one.value].append(site.domain)
        for key in mailboxes[site.domain]:
            carriers[key].append(site.domain)
    for names in (*carriers.values(), *alike):
        for name in names[1:]:
            parent[root(name)] = root(names[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(parent):
        groups[root(name)].append(name)
    return sorted(group for group in groups.values() if len(group) > 1)


def _traps(plan: Plan) -> dict[str, list[str]]:
    """Sites that look as if they belonged together, by what deceives."""
    traps: dict[str, list[str]] = defaultdict(list)
    for site in plan.sites:
        for one in site.carried:
            if one.source in ("vendor", "trap", "placeholder"):
                traps[f"{one.source}: {one.kind} {one.value}"].append(site.domain)
        if site.copies:
            traps[f"copy ({site.copied_how}) of {site.copies}"].extend((site.domain, site.copies))
        if site.platform:
            traps[f"platform {site.platform}"].append(site.domain)
        if not site.network:
            traps[f"theme {site.theme.name}"].append(site.domain)
            traps[f"hosting {site.hosting.name}"].append(site.domain)
    return {name: sorted(set(sites)) for name, sites in traps.items() if len(set(sites)) > 1}


def _site(site: Site, plan: Plan) -> dict[str, Any]:
    return {
        "domain": site.domain,
        "unicode": site.unicode,
        "title": site.title,
        "group": site.group,
        "network": site.network,
        "language": site.language,
        "theme": site.theme.name,
        "hosting": site.hosting.name,
        "addresses": list(site.hosting.addresses),
        "soa_email": "" if site.platform else mailbox(site),
        "registered": "" if site.platform else registered(site, plan).created.isoformat(),
        "fault": site.fault.value if site.fault else "",
        "origin": site.origin,
        "articles": site.articles,
        "scripts": site.scripts,
        "cloaks": site.cloaks,
        "copies": site.copies,
        "copied_how": site.copied_how,
        "redirects_to": site.redirects_to,
        "favicon_mmh3": str(mmh3_of(favicon(site.icon))),
        "carried": [
            {"kind": one.kind, "value": one.value, "pages": list(one.pages), "state": one.state, "source": one.source}
            for one in site.carried
        ],
    }
