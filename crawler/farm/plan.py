"""What a world and a seed come to: every site with all that it carries, before a single page is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.farm.languages import Place
from crawler.farm.world import Cloaks, Fault, PageClass, Scripts, World


@dataclass(frozen=True, slots=True)
class Carried:
    """One value on one site's pages."""

    kind: str
    value: str
    pages: tuple[PageClass, ...]
    source: str
    """own, network, vendor, trap or placeholder."""
    state: str = "live"
    """live, commented or quoted."""
    form: int = 0
    """Which of the kind's forms the site uses."""
    number: int = 1
    """The site's number in its group: a property of an account."""
    credit: bool = False
    """Whether it is an agency's signature."""


@dataclass(frozen=True, slots=True)
class Theme:
    """How pages look."""

    name: str
    """Two sites with one name look alike."""
    layout: str
    generator: str = ""
    plugins: tuple[str, ...] = ()
    own_favicon: bool = True


@dataclass(frozen=True, slots=True)
class Hosting:
    """Where sites live."""

    name: str
    kind: str
    domain: str
    """The provider's own domain, that of its name servers."""
    addresses: tuple[str, ...]
    """Addresses in 127.0.0.0/8; the farm binds those it can."""
    ipv6: bool = False
    soa: str = "site"
    """Whose mailbox the SOA records name: owner, provider or site."""
    certificates: str = "site"
    """site, bundle or self-signed."""
    number: int = 0
    """Of its autonomous system; from those for documentation and private use."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site."""

    domain: str
    """The registrable domain in ASCII."""
    unicode: str
    """The domain as a person writes it."""
    title: str
    place: Place
    language: str
    group: str
    """Its network or group of strangers; for the site of a trap, the trap."""
    network: str
    """Empty for strangers."""
    theme: Theme
    hosting: Hosting
    www: bool
    """Whether its pages are under www. (and the bare domain redirects there)."""
    to_https: bool
    """Whether http redirects to https."""
    fault: Fault | None = None
    carried: tuple[Carried, ...] = ()
    recommends: tuple[str, ...] = ()
    """Addresses of other sites' front pages that its footer links to."""
    icon: str = ""
    """Sites with one key have one favicon."""
    articles: int = 8
    reuse: float = 0.0
    wire: float = 0.0
    platform: str = ""
    copies: str = ""
    """The domain of which this site is a copy."""
    copied_how: str = ""
    """canonical, assets, redirect or refresh."""
    redirects_to: str = ""
    """The domain to which every address of this one redirects."""
    scripts: Scripts = "none"
    """What is brought into its pages by scripts: nothing, its snippets, all."""
    cloaks: Cloaks = "none"
    """By what it knows the visitors whom it shows its snippets; none: everybody."""

    @property
    def host(self) -> str:
        """The host name under which its pages are."""
        return f"www.{self.domain}" if self.www else self.domain

    @property
    def origin(self) -> str:
        """Scheme and host of its pages."""
        return f"{'http' if self.fault is Fault.HTTP_ONLY else 'https'}://{self.host}"


@dataclass(frozen=True)
class Plan:
    """All sites of a world."""

    world: World
    seed: int
    sites: tuple[Site, ...]
    resellers: tuple[str, ...]
    """The RESELLER lines of all ads.txt files, as exchange/seller-id."""
    platform_accounts: dict[str, str] = field(default_factory=dict)
    """The AdSense account of each platform."""

    def by_domain(self) -> dict[str, Site]:
        """The sites by their domain."""
        return {site.domain: site for site in self.sites}

    def seeds(self) -> tuple[str, ...]:
        """The list a crawl starts from: domains, addresses, and names as people write them."""
        return tuple(_seed(site, number) for number, site in enumerate(self.sites))


def _seed(site: Site, number: int) -> str:
    if site.unicode != site.domain and number % 2:
        return site.unicode
    if number % 5 == 3:
        return f"{site.origin}/"
    return site.domain
