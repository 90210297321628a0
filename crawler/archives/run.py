"""Asks an archive about sites, one after the other, and brings what it gives into WARC and store, dated by the captures."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler import clock
from crawler.archives import sample
from crawler.archives.asking import ArchiveFault, Asking
from crawler.archives.commoncrawl import CommonCrawl
from crawler.archives.index import Capture
from crawler.archives.wayback import Wayback
from crawler.options import Options
from crawler.probes.base import Note
from crawler.warc import WarcWriter, file_prefix
from fingerprints.indicators import catalogue
from fingerprints.model import Coverage, Failure, Outcome, Page, Role, Run
from fingerprints.past import presences
from fingerprints.probe_records import encode
from fingerprints.reading import read_page
from fingerprints.stores.base import Batch, Store
from fingerprints.stores.history import History

Tell = Callable[[dict[str, Any]], None]
_MOST_NOTED = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an archive."""

    sites: Sequence[str]
    since: str
    until: str
    """Up to fourteen digits each; empty for any time."""
    captures: int
    pages: int


@dataclass(slots=True)
class _Site:
    """What came of one site."""

    name: str
    listed: list[Capture] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    read: list[Capture] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Gathering:
    """One run."""

    def __init__(self, archive: Wayback | CommonCrawl, name: str, options: Options, store: Store, asking: Asking) -> None:
        """
        Args:
            archive: which one, and where.
            name: what records call it.
            options: limits, and where the captures go.
            store: takes what is found.
            asking: the line to the archive.
        """
        self._archive = archive
        self._name = name
        self._options = options
        self._store = store
        self._asking = asking
        worker = uuid.uuid4().hex
        now = clock.now()
        store.begin(Run(worker, now, name, catalogue.version()))
        prefix = file_prefix(worker, now).replace("samehand-", f"{name}-", 1)
        self._warc = WarcWriter(
            options.captures,
            prefix,
            level=options.warc_level,
            most_bytes=options.warc_bytes,
            quota=options.captures_quota,
        )

    async def run(self, wanted: Wanted, tell: Tell) -> bool:
        """Asks about all sites; whether everything that was wanted was had.

        Raises:
            StoreError, OSError: store or archive files cannot be written.
        """
        whole = True
        try:
            for name in wanted.sites:
                site = _Site(name)
                outcome, detail = await self._site(site, wanted)
                self._keep(site, outcome, detail)
                tell(_event(site, outcome, detail))
                whole = whole and outcome in (Outcome.READ, Outcome.ABSENT) and not site.faults
        finally:
            self._warc.close()
        return whole

    async def _site(self, site: _Site, wanted: Wanted) -> tuple[Outcome, str]:
        try:
            site.listed = await self._archive.listed(self._asking, site.name, wanted.since, wanted.until)
        except ArchiveFault as fault:
            return Outcome.FAILED, str(fault)
        chosen = sample.fronts(site.listed, site.name, wanted.captures)
        chosen += sample.others(site.listed, site.name, wanted.pages)
        if not chosen:
            what = f"{len(site.listed)} captures and none of a page" if site.listed else "nothing"
            return Outcome.ABSENT, f"The archive has {what} of the site{_of_time(wanted)}."
        for one in chosen:
            await self._capture(site, one)
        if not site.read:
            return Outcome.FAILED, f"None of {len(chosen)} captures could be had: {site.faults[0]}"
        return Outcome.READ, ""

    async def _capture(self, site: _Site, one: Capture) -> None:
        try:
            page = await self._fetch(one)
        except (ArchiveFault, ValueError) as fault:
            self._fault(site, one, str(fault))
            return
        if isinstance(page, Failure):
            self._fault(site, one, page.error)
        elif page is not None:
            site.read.append(one)
            site.batches.append(read_page(page))

    async def _fetch(self, one: Capture) -> Page | Failure | None:
        if isinstance(self._archive, Wayback):
            return self._warc.old(await self._archive.fetch(self._asking, one, self._options.max_bytes))
        member, source, exchange = await self._archive.fetch(self._asking, one)
        return self._warc.copy(member, source, exchange.at)

    def _fault(self, site: _Site, one: Capture, sentence: str) -> None:
        """A capture that could not be had says nothing about what stood there."""
        site.faults.append(sentence)
        role = Role.FRONT if sample.is_front(one.url) else Role.OTHER
        look = Coverage(site.name, role, one.url, Outcome.FAILED, one.at, "", f"A capture of this time: {sentence}")
        site.batches.append(Batch(coverage=(look,)))

    def _keep(self, site: _Site, outcome: Outcome, detail: str) -> None:
        """Writes what came of a site; the archive's list beside it, so that what was left out can be seen."""
        facts = [
            {"url": one.url, "at": one.stamp, "status": one.status, "digest": one.digest, "read": one in site.read}
            for one in site.listed[:_MOST_NOTED]
        ]
        body = encode(self._name, outcome, detail or _told(site), facts)
        noted = self._warc.note(Note(Role.ARCHIVES, f"{self._name}:{site.name}", clock.now(), body), site.name)
        batches = [*site.batches, *((read_page(noted),) if isinstance(noted, Page) else ())]
        self._warc.flush()
        for batch in batches:
            self._store.write(batch)
        if isinstance(self._store, History):
            self._store.past(presences(site.batches))


def _told(site: _Site) -> str:
    first, last = min(one.at for one in site.read), max(one.at for one in site.read)
    lost = f"; {len(site.faults)} could not be had: {site.faults[0]}" if site.faults else ""
    return f"{len(site.read)} of {len(site.listed)} captures read, of {first:%Y-%m-%d} to {last:%Y-%m-%d}{lost}"


def _event(site: _Site, outcome: Outcome, detail: str) -> dict[str, Any]:
    return {
        "event": "site",
        "site": site.name,
        "outcome": outcome.value,
        "listed": len(site.listed),
        "read": len(site.read),
        "failed": len(site.faults),
        "text": detail or _told(site),
    }


def _of_time(wanted: Wanted) -> str:
    return " in that time" if wanted.since or wanted.until else ""
