"""The nouns of Samehand, frozen and typed.

Standard library only: everything else imports this module, and it imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a fetched document is for. It decides which extractors read it and which coverage an absence belongs to."""

    __hash__ = str.__hash__  # Enum's own is a function of Python, and members are looked up for each value

    FRONT = "front"
    ARTICLE = "article"
    ABOUT = "about"
    """About, contact, imprint and privacy pages: where a site says who it is."""
    ROBOTS = "robots"
    ADS_TXT = "ads-txt"
    FEED = "feed"
    SITEMAP = "sitemap"
    FAVICON = "favicon"
    CONTAINER = "container"
    """A tag container's public script (Google Tag Manager and the like) that one of the site's pages loads."""
    OTHER = "other"
    """A page whose place in its site is unknown, as in a WARC from elsewhere."""
    DNS = "dns"
    """What name servers say of the site's names; this and the next three are a probe's records (see probe_records)."""
    TLS = "tls"
    """What the site's servers show in a TLS handshake: certificates, versions."""
    REGISTRATION = "registration"
    """What the registry and the registrar say of the domain, by RDAP or WHOIS."""
    ARCHIVES = "archives"
    """What others recorded of the site: certificate transparency logs and passive sources."""

    CONTROL = "control"
    """Files at fixed addresses that only who runs the site can place: app links, security.txt."""
    ASSET = "asset"
    """A script or a style sheet of the site's own."""
    LOGO = "logo"
    PORTRAIT = "portrait"
    """A picture of an author."""
    PICTURE = "picture"
    """A picture of an article, for what its file says of its making."""
    WORDPRESS = "wordpress"
    """What WordPress says of its site to programs (wp-json)."""
    MISSING = "missing"
    """What the site answers for an address at which there is nothing."""
    RENDERED = "rendered"
    """A page as it stands in a browser once its scripts have run; this and the next two are made by `crawl --render`."""
    REQUESTS = "requests"
    """The requests that a page made in a browser (see fingerprints.rendered)."""
    SCREENSHOT = "screenshot"
    """A small picture of a page in a browser."""
    VARIANT = "variant"
    """A front page as another visitor is shown it (see Page.profile)."""
    PROFILES = "profiles"
    """What different visitors were shown at one address, compared (see fingerprints.variants)."""

    @property
    def is_probe(self) -> bool:
        """Whether it is no document of the site but what a probe learnt of its hosting."""
        return self in _PROBES

    @property
    def is_page(self) -> bool:
        """Whether a person reads it as a page of the site (HTML)."""
        return self in _PAGES


_PAGES = frozenset({Role.FRONT, Role.ARTICLE, Role.ABOUT, Role.OTHER, Role.RENDERED, Role.VARIANT})
_PROBES = frozenset({Role.DNS, Role.TLS, Role.REGISTRATION, Role.ARCHIVES})


class State(StrEnum):
    """How a value stood in its page. Only SEEN links sites."""

    __hash__ = str.__hash__

    SEEN = "seen"
    COPIED = "copied"
    """On a page (or in a quotation) that is a copy of somebody else's: the value is the original's."""
    COMMENTED = "commented"
    """Inside a comment: it was there, it does nothing now."""

    @property
    def rank(self) -> int:
        """0 is the strongest; of two sightings of one value the stronger one stands."""
        return _STATE_RANK[self]


_STATE_RANK = {State.SEEN: 0, State.COMMENTED: 1, State.COPIED: 2}


class Outcome(StrEnum):
    """What came of looking at a document. Absence of a value follows only from READ and ABSENT."""

    __hash__ = str.__hash__

    READ = "read"
    ABSENT = "absent"
    """The server said that there is no such document (404, 410)."""
    FAILED = "failed"
    """No answer, or one that cannot be read. Says nothing about what the document holds."""
    REFUSED = "refused"
    """We did not ask: robots.txt, a limit, a private address."""
    BLOCKED = "blocked"
    """A bot wall, a consent wall or a rate limit answered in the site's place."""
    NOT_LOOKED_AT = "not looked at"
    """Known of and left out, for a limit on pages, time or depth."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that a server or a page sent us on."""

    url: str
    """The address that answered with the hop."""
    status: int
    """HTTP status; 0 for a hop by the page itself (meta refresh, a script)."""
    target: str
    """The absolute address it sent us to."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where a document's record lies, so that it can be shown again."""

    file: str
    """Name of the WARC file, relative to the folder of captures."""
    offset: int
    """Byte offset of the record in the (compressed) file."""
    sha256: str
    """Of the decoded body, in lower-case hex."""


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched document with every fact about it, so that extractors do no I/O of their own."""

    url: str
    """The address asked for, before redirects."""
    final_url: str
    """The address that answered."""
    site: str
    """The site of final_url (see fingerprints.sites)."""
    role: Role
    fetched_at: datetime
    """In UTC, with time zone."""
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """In the order and the case in which they were received; empty when the archive did not keep them."""
    body: bytes = b""
    """Decoded of transfer and content encodings, cut at the crawl's limit of bytes; the character set is left as it was."""
    redirects: tuple[Redirect, ...] = ()
    truncated: bool = False
    """Whether the body was cut at a limit."""
    capture: Capture | None = None
    """None when the page did not come from a WARC."""
    profile: str = ""
    """As whom it was asked for, where the same address was asked for as several visitors; empty otherwise."""

    def header(self, name: str) -> str:
        """The first header of this name in any case, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one kind, seen on one page of one site. Never a list."""

    kind: str
    value: str
    """Normalised; two sightings are of the same thing exactly if kind and value are equal."""
    site: str
    page_url: str
    role: Role
    seen_at: datetime
    where: str
    """By what it was found: a script call, an attribute, an ads.txt line."""
    offset: int = -1
    """Byte offset in the page's body; -1 where the value was not in the body (a header, a hash of the whole)."""
    excerpt: str = ""
    """Up to 160 characters around the value, printable, for a person."""
    state: State = State.SEEN
    copied_from: str = ""
    """With State.COPIED: the site whose page this is a copy of, when known."""
    capture: Capture | None = None

    @property
    def strength(self) -> tuple[int, int, str, int, str]:
        """Sort key by which one example is kept for (site, kind, value); does not depend on the order of arrival."""
        return (self.state.rank, _ROLE_RANK.get(self.role, 9), self.page_url, self.offset, self.where)


_ROLE_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read. Stored and counted, never shown as an absence."""

    site: str
    kind: str
    """The indicator, or the step ("fetch", "archive"), that failed."""
    page_url: str
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """That a document was looked at, or why it was not."""

    site: str
    role: Role
    url: str
    outcome: Outcome
    at: datetime
    catalogue: str
    """Version of the indicators that read it; empty unless outcome is READ."""
    detail: str = ""
    """A sentence for every outcome but READ: what happened."""
    status: int = 0
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one page gave."""

    observations: tuple[Observation, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One call of crawl or read that wrote into a store."""

    id: str
    started_at: datetime
    command: str
    catalogue: str


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value that two sites carry, and what it is worth as evidence that one hand runs both."""

    kind: str
    value: str
    sites: int
    """How many sites of the store carry it."""
    bits: float
    """log2 of how much likelier the sharing is for one hand than for strangers; 0 when it counts for nothing."""
    family: str
    why: str = ""
    """Why bits are none or fewer than rarity gives: a vendor's account, a ceiling, an unknown prevalence. Empty otherwise."""
    background: int = -1
    """Sites of the background table that carry it; -1 when the table does not know the kind."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ties two sites together."""

    a: str
    b: str
    shared: tuple[SharedValue, ...]
    """Strongest first."""
    bits: float
    """Total after the families' ceilings."""
    sentence: str = ""

    @staticmethod
    def pair(one: str, other: str) -> tuple[str, str]:
        """The two sites in the order in which evidence names them."""
        return (one, other) if one <= other else (other, one)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Why a site is a candidate: the member with which it shares most, and of that the value that says most."""

    site: str
    """The candidate."""
    member: str
    bits: float
    """Of all that the two share."""
    strongest: SharedValue
    links: int = 0
    """Members that the site is linked to although it is none: another network's member, or held by one member alone."""
    belongs: bool = False
    """Whether these are so many that it belongs here as the members do."""


@dataclass(frozen=True, slots=True)
class Network:
    """Sites that evidence says are administered by the same hand."""

    id: str
    core: tuple[str, ...]
    """Sites held by two independent families of evidence, or by proof of control."""
    associated: tuple[str, ...]
    """Sites held by one strong family."""
    candidates: tuple[str, ...]
    """Sites that weak evidence or a chain alone points to. They are no members."""
    confidence: float
    """Probability, 0 to 1, of the weakest link that holds the members together."""
    links: tuple[Evidence, ...]
    notes: tuple[str, ...] = field(default=())
    """What was left out and why, and the value without which the network falls apart."""
    pointers: tuple[Pointer, ...] = field(default=())
    """One a candidate, in their order; none where an older version found the network."""

    @property
    def sites(self) -> tuple[str, ...]:
        """Core and associated members, sorted."""
        return tuple(sorted((*self.core, *self.associated)))


def strongest(observations: Iterable[Observation]) -> Observation:
    """Of several sightings of one (site, kind, value), the one that is kept as the example."""
    return min(observations, key=lambda observation: observation.strength)
