"""Page → observations and failures. Pure: no I/O, and the same page gives the same answer years later."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import hyperscan

from fingerprints import rendered
from fingerprints.automaton import automaton
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import HTML, Found, Pattern, Reader
from fingerprints.model import Extraction, Failure, Observation, Page, Role, State
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

MOST_OF_A_KIND = 500
"""Values of one kind that are kept from one page; a page with more is hostile or a list of somebody else's."""
_OWN_ASSETS = 3
"""Assets of its own by absolute address that show that a page was made by its own site."""
MOST_PLACES = 200_000
"""Places in one page at which rules are tried."""
MOST_OF_A_NEED = 10_000
"""Places in one page that readers are told of what they need."""


class _Full(Exception):  # noqa: N818  (control flow inside this file, never seen outside)
    """The page has more places than are looked at."""


class Extractor:
    """The rules that apply to one role, with all their anchors in one automaton: the page's bytes are read once."""

    def __init__(self, role: Role) -> None:
        self._patterns: list[list[Pattern]] = []
        self._lengths: list[int] = []
        self._readers: list[tuple[Reader, frozenset[int]]] = []
        numbers: dict[tuple[str, bool], int] = {}
        sought: set[int] = set()
        # The roles that are pages have nearly the same rules, and share one automaton: to make it takes a tenth of a second.
        together = HTML if role.is_page else frozenset({role})
        for rule in catalogue.rules():
            if not together & rule.roles:
                continue
            if isinstance(rule, Reader):
                ids, asked = (
                    frozenset(self._number(numbers, text.lower() if text.isascii() else text, text.isascii()) for text in texts)
                    for texts in (rule.needs, rule.asks)
                )
                if role in rule.roles:
                    self._readers.append((rule, ids))
                    sought |= ids | asked
            else:
                for anchor in rule.anchors:
                    number = self._number(numbers, anchor.lower() if rule.caseless else anchor, rule.caseless)
                    if role in rule.roles:
                        self._patterns[number].append(rule)
        self._database = _compile(tuple(numbers))
        self._needs = {number: anchor for (anchor, _), number in numbers.items() if number in sought}
        self._need_names = frozenset(self._needs.values())

    def _number(self, numbers: dict[tuple[str, bool], int], anchor: str, caseless: bool) -> int:
        number = numbers.setdefault((anchor, caseless), len(numbers))
        if number == len(self._patterns):
            self._patterns.append([])
            self._lengths.append(len(anchor.encode()))
        return number

    def extract(self, page: Page) -> Extraction:
        """All that the rules of this role find in the page.

        A rule that raises becomes a Failure of its kinds, and the others go on.
        """
        scan = Scan(page)
        failures: list[Failure] = []
        places: list[tuple[int, int]] = []
        needed: dict[int, list[int]] = {}
        try:
            self._places(scan.body, places, needed)
        except _Full:
            failures.append(_failure(page, "page", f"More than {MOST_PLACES} places to look at; the rest was not read."))
        present = set(needed)
        scan.know_places({self._needs[number]: starts for number, starts in needed.items()}, self._need_names)
        found = list(self._match(scan, places, failures))
        for reader, needs in self._readers:
            if needs and needs.isdisjoint(present):
                continue
            try:
                found.extend(reader.read(scan))
            except Exception as error:  # noqa: BLE001  (a rule's fault is one kind's failure, not the page's)
                failures.extend(_failure(page, kind.name, f"{type(error).__name__}: {error}") for kind in reader.kinds)
        return Extraction(tuple(_observations(scan, found, failures)), tuple(failures))

    def _places(self, body: bytes, places: list[tuple[int, int]], needed: dict[int, list[int]]) -> None:
        if self._database is None or not body:
            return
        lengths, patterns, sought = self._lengths, self._patterns, self._needs

        def hit(number: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            start = end - lengths[number]
            if number in sought:
                starts = needed.setdefault(number, [])
                if len(starts) < MOST_OF_A_NEED:
                    starts.append(start)
            if patterns[number]:
                places.append((start, number))
                return len(places) >= MOST_PLACES
            return None

        try:
            self._database.scan(body, match_event_handler=hit)
        except hyperscan.ScanTerminated:
            raise _Full from None

    def _match(self, scan: Scan, places: Iterable[tuple[int, int]], failures: list[Failure]) -> Iterator[Found]:
        for start, number in places:
            for pattern in self._patterns[number]:
                try:
                    if pattern.compiled.match(scan.body, start):  # nearly always not, and then no generator is needed
                        yield from pattern.at(scan, start)
                except Exception as error:  # noqa: BLE001  (as above)
                    failures.append(_failure(scan.page, pattern.kind.name, f"{type(error).__name__}: {error}"))


def extract(page: Page) -> Extraction:
    """The observations and failures of one page, in a fixed order, without repeats."""
    return _extractor(page.role).extract(page)


def load() -> None:
    """Loads all rules, which takes a second: a crawl had better spend it before it has connections open."""
    for role in Role:
        _extractor(role)


@cache
def _extractor(role: Role) -> Extractor:
    return Extractor(role)


@cache
def _compile(anchors: tuple[tuple[str, bool], ...]) -> hyperscan.Database | None:
    """One automaton of anchors, each with whether any case will do; their numbers are their places."""
    if not anchors:
        return None
    return automaton(
        [re.escape(anchor.encode()) for anchor, _ in anchors],
        [hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, caseless in anchors],
    )


def _observations(scan: Scan, found: Iterable[Found], failures: list[Failure]) -> Iterator[Observation]:
    page = scan.page
    original = original_of(scan)
    best: dict[tuple[str, str], Observation] = {}
    counts: Counter[str] = Counter()
    for one in found:
        key = (one.kind.name, one.value)
        earlier = best.get(key)
        if earlier is not None and earlier.state is State.SEEN and 0 <= earlier.offset < one.start:
            continue
        if earlier is None:
            counts[one.kind.name] += 1
            if counts[one.kind.name] > MOST_OF_A_KIND:
                continue
        state = one.state or _state(scan, one.start, original)
        observation = Observation(
            kind=one.kind.name,
            value=one.value,
            site=page.site,
            page_url=page.final_url,
            role=page.role,
            seen_at=page.fetched_at,
            where=_where(scan, one),
            offset=one.start,
            excerpt=scan.excerpt(one.start, one.end) if one.start >= 0 else "",
            state=state,
            copied_from=original if state is State.COPIED and original else "",
            capture=page.capture,
        )
        if earlier is None or observation.strength < earlier.strength:
            best[key] = observation
    for kind, count in sorted(counts.items()):
        if count > MOST_OF_A_KIND:
            failures.append(_failure(page, kind, f"{count} values on one page; {MOST_OF_A_KIND} were kept."))
    yield from (best[key] for key in sorted(best))


def original_of(scan: Scan) -> str | None:
    """The other site that this page is a copy of; None for a page that is the site's own.

    A copy names another site, and not its own, by canonical link and og:url. A page that does so and still loads scripts, styles
    and images from its own site by absolute addresses was made by its own site, which took over an article: a copy's addresses
    are the original's, or relative. A page that names nobody and sends its visitors to another site by itself is a copy as well.
    """
    if scan.page.role is Role.REQUESTS:
        return rendered.original_of(scan.body) or None
    if not scan.page.role.is_page:
        return None
    claims = scan.claims
    if not claims:
        return _sent_on(scan)
    if scan.page.site in claims:
        return None
    assets = Counter(site for site in map(site_or_none, _assets(scan)) if site in (scan.page.site, claims[0]))
    own, theirs = assets[scan.page.site], assets[claims[0]]
    return None if own >= _OWN_ASSETS and own > theirs else claims[0]


def _sent_on(scan: Scan) -> str | None:
    """The other site to which the page sends its visitors by itself: clones lead them to what they copied."""
    for content, _, _, _ in scan.metas("refresh"):
        target = content.lower().partition("url=")[2].strip(" '\"")
        site = site_or_none(target) if target.startswith(("http://", "https://")) else None
        if site and site != scan.page.site:
            return site
    return None


def _assets(scan: Scan) -> Iterator[str]:
    for tag in scan.tags_named("script", "link", "img"):
        relation = tag.attributes.get("rel", "").lower()
        if tag.name != "link" or "stylesheet" in relation or "preload" in relation:
            address = tag.attributes.get("href" if tag.name == "link" else "src", "").strip()
            if address.startswith(("http://", "https://")):
                yield address
            elif address.startswith("//"):
                yield f"https:{address}"


def _state(scan: Scan, offset: int, original: str | None) -> State:
    if original or (scan.page.role is Role.REQUESTS and _is_of_other_frame(scan, offset)):
        return State.COPIED
    region = scan.region_at(offset) if offset >= 0 and scan.page.role.is_page else None
    if region is None:
        return State.SEEN
    if region.name == "comment":
        return State.COMMENTED
    if region.name in ("pre", "code", "xmp", "textarea"):
        return State.COPIED
    return State.COMMENTED if scan.in_js_comment(offset) else State.SEEN


def _is_of_other_frame(scan: Scan, offset: int) -> bool:
    """Whether a frame of another site made the request: what an advertisement in it loads is not the page's."""
    call = rendered.call_at(scan.body, offset) if offset >= 0 else None
    return call is not None and bool(call.frame)


def _where(scan: Scan, one: Found) -> str:
    role = scan.page.role
    if role is Role.REQUESTS:
        return _in_request(scan, one)
    if one.start < 0 or not role.is_page:
        return one.where or role.value
    context = scan.context(one.start)
    if role is Role.RENDERED:
        context = f"{context} of the rendered page"
    elif scan.page.profile:
        context = f"{context} as shown to the profile {scan.page.profile}"
    return f"{one.where} in {context}" if one.where else context


def _in_request(scan: Scan, one: Found) -> str:
    call = rendered.call_at(scan.body, one.start) if one.start >= 0 else None
    if call is None:
        return one.where or "rendered page"
    host = call.url.partition("//")[2].partition("/")[0].partition("?")[0][:100]
    place = f"request to {host if host.isascii() and host.isprintable() else 'an odd host'} by the rendered page"
    return f"{one.where} in {place}" if one.where else place


def _failure(page: Page, kind: str, error: str) -> Failure:
    return Failure(page.site, kind, page.final_url, error[:300], page.fetched_at)
