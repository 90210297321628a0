"""How a site of the farm is hosted and registered: records of its zone, certificate, registrant. All derived from the plan."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from crawler.farm.kinds import word
from crawler.farm.plan import Hosting, Plan, Site

WHOIS_SUFFIXES = frozenset({"de", "ru", "xn--p1ai", "ir", "es"})
"""Top-level domains whose pretended registries have WHOIS only."""
THIN_SUFFIXES = frozenset({"com", "net"})
"""Those whose registries leave the registrant to the registrar's RDAP server, as the real ones do."""
_NS_POOL = 12
"""Name servers of a CDN, of which each customer gets two."""
_BATCH = 50
"""Sites on one of a CDN's certificates."""
_REGISTRARS = (("Farm Domains Inc.", "9101"), ("Harrow Registry GmbH", "9102"), ("Plough Names Ltd", "9103"))
_PRIVACY = ("Privacy service of Farm Domains", "redacted@privacy-{}.net")


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registry knows of a domain."""

    domain: str
    registrar: str
    registrar_id: str
    created: date
    organisation: str
    email: str
    private: bool
    """Whether a privacy service stands in the registrant's place."""
    name_servers: tuple[str, ...]


def mailbox(site: Site) -> str:
    """The mailbox of the zone's SOA record."""
    soa = site.hosting.soa
    if soa == "owner" and site.network:
        return _mailbox_of(f"soa of {site.network} at {site.hosting.domain}")
    return f"hostmaster@{site.hosting.domain if soa == 'provider' else site.domain}"


def name_servers(site: Site) -> tuple[str, ...]:
    """The names of the zone's servers."""
    hosting = site.hosting
    if hosting.kind != "cdn":
        return (f"ns1.{hosting.domain}", f"ns2.{hosting.domain}")
    numbers = sorted(Random(f"servers of {site.domain}").sample(range(_NS_POOL), 2))
    return tuple(pool_names(hosting)[number] for number in numbers)


def pool_names(hosting: Hosting) -> tuple[str, ...]:
    """The name servers that a CDN's customers get two of."""
    random = Random(f"pool of {hosting.domain}")
    return tuple(f"{word(random, 2)}{number}.ns.{hosting.domain}" for number in range(_NS_POOL))


def batches(plan: Plan) -> dict[str, tuple[str, ...]]:
    """For each site on a bundled certificate, the domains that stand on it."""
    found: dict[str, tuple[str, ...]] = {}
    homes: dict[str, list[str]] = {}
    for site in plan.sites:
        if site.hosting.certificates == "bundle" and not site.platform and site.fault is None:
            homes.setdefault(site.hosting.name, []).append(site.domain)
    for domains in homes.values():
        for start in range(0, len(domains), _BATCH):
            batch = tuple(sorted(domains[start : start + _BATCH]))
            found.update(dict.fromkeys(batch, batch))
    return found


def mail_key(domain: str) -> str:
    """The public key of the zone's outgoing mail, as DKIM writes it."""
    return base64.b64encode(Random(f"mail key of {domain}").randbytes(162)).decode("ascii")


def registered(site: Site, plan: Plan) -> Registered:
    """The registration of a site's domain."""
    group = next((group for group in plan.world.groups if group.name == (site.network or site.group)), None)
    random = Random(f"registration of {site.domain} {plan.seed}")
    shared = Random(f"registration of {site.network} {plan.seed}")
    burst = bool(site.network and group and group.registration == "burst")
    source = shared if burst else random
    registrar, number = source.choice(_REGISTRARS)
    days = (random.randrange(2) if burst else 0) + source.randrange(60, 4000)
    manner = group.registrant if group else "private"
    if manner == "shared" and site.network:
        organisation, email = f"{word(shared, 3).title()} Media", _mailbox_of(f"registrant of {site.network} {plan.seed}")
    elif manner == "own":
        organisation, email = site.title, f"domains@{site.domain}"
    else:
        organisation, email = _PRIVACY[0], _PRIVACY[1].format(number)
    created = plan.world.newest.date() - timedelta(days=days)
    private = organisation == _PRIVACY[0]
    return Registered(site.domain, registrar, number, created, organisation, email, private, name_servers(site))


@lru_cache(maxsize=1024)
def _mailbox_of(scope: str) -> str:
    random = Random(scope)
    return f"{word(random, 3)}.{word(random, 2)}@{word(random, 2)}post.com"
