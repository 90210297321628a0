"""A crawl under way: which site is open, what is asked next, and what an answer leads to."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from crawler import clock, conditions, containers, extras
from crawler.comparing import Compared, Comparer
from crawler.discover import links_of
from crawler.errors import FetchError, NoAddressError, RefusedError
from crawler.frontier import Counts, Frontier, Leased
from crawler.http.client import Exchange
from crawler.journal import MOST_PENDING, Journal, take_over
from crawler.options import Options
from crawler.plan import Plan, Task
from crawler.politeness import Queue
from crawler.probes.base import Note, Seen
from crawler.probes.prober import Probing
from crawler.readers import Readers
from crawler.render.renderer import Rendered, Rendering
from crawler.render.showing import Showing, archive
from crawler.robots import ALLOW_ALL, Rules, rules_of
from crawler.urls import absolute, origin
from crawler.warc import Asked, Made, WarcWriter
from fingerprints import probe_records
from fingerprints.model import Coverage, Failure, Outcome, Page, Redirect, Role
from fingerprints.reading import read_page
from fingerprints.rendered import PREFIXES
from fingerprints.sites import site_or_none
from fingerprints.stores.base import Batch

_SENDS_ON = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({429, 502, 503, 504})
"""Statuses that say that the same request may succeed a little later."""
_MOST_ORIGINS = 50_000
"""Origins whose robots.txt is kept in memory."""
_NOT_KEPT = frozenset({Role.CONTAINER, Role.MISSING})
"""Documents that are always asked for anew."""
_ELSEWHERE = frozenset({Role.FAVICON, Role.CONTAINER})
"""Documents that are the site's own wherever they lie: a page of the site names them."""


@dataclass(eq=False, slots=True)
class Site:
    """A site that is open."""

    plan: Plan
    opened_at: float
    note: str = ""
    """Why it ends early; empty otherwise."""
    trouble: str = ""
    """Why no front page was read: the reason of the last try, but for a guess at another name of an unknown host."""
    probing: int = 0
    """Groups of probes under way."""
    fetched: bool = False
    """Whether its documents are done, so that only probes are left."""
    showing: Showing = field(default_factory=Showing)


@dataclass(eq=False, slots=True)
class Job:
    """One document on its way, through redirects and repeats."""

    site: str
    """Whose task it is, or, for a robots.txt, whose origin."""
    role: Role
    asked: str
    url: str
    """What is asked now: `asked`, or where redirects led."""
    task: Task | None = None
    """None for robots.txt, which is asked when the first request to its origin needs it."""
    hops: tuple[Redirect, ...] = ()
    tries: int = 0
    kept: conditions.Kept | None = None
    """What the server is told that we have; None when the document is asked for as it is."""
    batches: list[Batch] = field(default_factory=list)
    page: Page | None = None
    shown: list[Page] = field(default_factory=list)
    """The page as a browser left it; one at the most."""
    load: asyncio.Future[Exchange] | None = None
    """Who waits for the answer: a page in a browser, which this is a part of."""
    then: Callable[[], None] | None = None
    """What comes after it, where it is no task."""
    profile: str = ""
    """As whom it is asked for, where front pages are compared; empty: as everything."""
    variant: asyncio.Future[Page] | None = None
    """Who waits for the page to compare it."""

    @property
    def host(self) -> str:
        """The site that is asked."""
        return site_or_none(self.url) or self.url

    @property
    def line(self) -> str:
        """Whose requests it waits with, for politeness: tenants of one host are asked one after the other."""
        site = site_or_none(self.url)
        return site.partition("/")[0] if site else self.url

    def most_bytes(self, options: Options) -> int:
        """Bytes of the answer that are read."""
        return min(options.max_bytes, options.file_bytes) if self.role in extras.FILES else options.max_bytes

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """The headers of a conditional request."""
        return self.kept.headers if self.kept else ()


@dataclass(slots=True)
class Progress:
    """Numbers for the person who waits."""

    pages: int = 0
    """Answers received."""
    unchanged: int = 0
    """Of these, answers that the document is the one we have."""
    failed: int = 0
    """Documents without an answer."""
    live: int = 0
    """Requests under way."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Documents by what came of them."""
    notes: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    """Sentences about sites that gave no front page, not told yet."""
    remarks: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    """Sentences about the crawl as a whole, not told yet."""


class Crawl:
    """All open sites. One thread; nothing here waits."""

    def __init__(
        self,
        options: Options,
        frontier: Frontier,
        journal: Journal,
        warc: WarcWriter,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.options = options
        self.prober: Probing | None = None
        """None when no probe is on. It tells what it sees to probed()."""
        self.renderer: Rendering | None = None
        """None when pages are not shown in a browser."""
        self.comparer: Comparer | None = None
        """None when front pages are not asked for as other visitors."""
        self.readers: Readers | None = None
        """None when no other process reads pages."""
        self.wake: Callable[[], None] = _nothing
        """Called when something was lined up that no answer led to."""
        self.progress = Progress()
        self.counts: Counts = frontier.counts()
        self._frontier = frontier
        self._journal = journal
        self._warc = warc
        self._clock = clock
        self._queue: Queue[Job] = Queue()
        self._sites: dict[str, Site] = {}
        self._rules: dict[str, Rules] = {}
        self._broken: dict[str, FetchError] = {}
        """Origins that gave no answer, and why."""
        self._waiting: dict[str, list[Job]] = {}
        """What waits for an origin's robots.txt."""
        self._containers = containers.Kept()
        self._random = random.Random()  # noqa: S311  (jitter of delays)
        self._longest = 3 * options.timeout
        """Seconds after which a request is over: on a connection that proves closed, opening another, and on that one."""
        self._stopping = False
        self._lease_after = 0.0

    @property
    def open_sites(self) -> int:
        """Sites that are being crawled."""
        return len(self._sites)

    @property
    def waiting(self) -> int:
        """Requests that wait for their time."""
        return len(self._queue)

    @property
    def finished(self) -> bool:
        """Whether no wanted site is left, here or with another worker."""
        return not self._sites and self.counts.done >= self.counts.sites

    def next(self) -> Job | None:
        """What may be asked now, or None if everything waits."""
        self._lease()
        now = self._clock()
        while not self._stopping and (job := self._queue.take(now)) is not None:
            wait = self._frontier.claim(job.host, self._longest, self._delay(job))
            if not wait:
                self.progress.live += 1
                return job
            self._queue.back(job.line, job, now + wait)
        return None

    def next_at(self) -> float:
        """Seconds until next() may have something again."""
        at = self._queue.next_at()
        soon = 1.0 if at is None else min(1.0, at - self._clock())
        return max(0.0, soon)

    def stop(self) -> None:
        """Starts nothing more; what is under way may end."""
        self._stopping = True

    def close(self) -> None:
        """Writes what is pending and gives the open sites back.

        Raises:
            StoreError, OSError: it could not be written.
        """
        if self.readers is not None:
            self.readers.finish()
        self._journal.flush()
        self._frontier.release(self._sites)
        self._sites.clear()
        self._warc.close()

    def answered(self, job: Job, exchange: Exchange) -> None:
        """Takes an answer: archives it, reads it, and goes on from it.

        Raises:
            OSError: the archive cannot be written.
        """
        self._ended(job)
        self.progress.pages += 1
        if job.variant is not None:
            self._variant(job, job.variant, exchange)
            return
        if job.load is not None:
            self._warc.write(exchange, Asked(job.url, None, site=job.site))
            if job.site in self._sites:
                self._sites[job.site].showing.keep(exchange, self.options.render_bytes)
            _tell(job.load, exchange)
            return
        status = exchange.answer.status
        if status in _LATER and self._repeats(job, _retry_after(exchange)):
            return
        if status == conditions.NOT_MODIFIED and job.kept is not None:
            self._unchanged(job, job.kept, exchange)
            return
        target = absolute(job.url, exchange.answer.header("location")) if status in _SENDS_ON else None
        if target:
            job.hops = (*job.hops, Redirect(job.url, status, target))
        page = self._archived(job, exchange)
        if page is not None and not target and self.readers is not None and self.readers.takes(page):
            self.readers.read(page, partial(self._was_read, job, exchange))
            return
        if page is not None:
            self._keep(job, exchange, read_page(page))
        if target:
            self._send_on(job, target)
        else:
            self._done(job, None)

    def _was_read(self, job: Job, exchange: Exchange, batch: Batch) -> None:
        """Goes on from a page that another process read."""
        self._keep(job, exchange, batch)
        self._done(job, None)
        self.wake()

    def _unchanged(self, job: Job, kept: conditions.Kept, exchange: Exchange) -> None:
        """The document is the one in the archive, which is read again: looked at, and all its values seen."""
        page = conditions.page_of(self.options.captures, kept, exchange.at)
        if page is None:  # the archive was moved or thinned out: asked for as it is
            job.kept = None
            self._queue.put(job.line, job, self._clock())
            return
        self._warc.unchanged(exchange)
        self.progress.unchanged += 1
        job.page = page
        job.batches.append(read_page(page))
        self._done(job, None)

    def failed(self, job: Job, error: FetchError) -> None:
        """Takes note that there is no answer."""
        self._ended(job)
        if job.load is None and job.variant is None and error.passing and self._repeats(job, self.options.retry_wait):
            return
        self.progress.failed += 1
        self._done(job, error)

    def probed(self, name: str, seen: Seen) -> None:
        """Takes what a probe saw of a site: archives it and reads it.

        Raises:
            OSError: the archive cannot be written.
        """
        if name not in self._sites:
            return
        if isinstance(seen, Note):
            page = self._warc.note(seen, name)
        else:
            page = self._warc.write(seen.exchange, Asked(seen.exchange.url, seen.role, site=name))
        if isinstance(page, Page):
            self._note(read_page(page))
        elif isinstance(page, Failure):
            self._note(Batch(failures=(page,)))

    def load(self, name: str, url: str) -> asyncio.Future[Exchange]:
        """Fetches what a page of a site wants in a browser, as everything is fetched: robots.txt, delays, limits, archive."""
        future: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()
        kept = self._sites[name].showing.kept.get(url) if name in self._sites else None
        if kept is not None:
            future.set_result(kept)
        elif self._stopping or name not in self._sites:
            future.set_exception(FetchError("The crawl is ending."))
        else:
            self._route(Job(name, Role.OTHER, url, url, load=future))
            self.wake()
        return future

    def ask_as(self, name: str, url: str, profile: str) -> asyncio.Future[Page]:
        """Asks for a page of a site as another visitor, as everything is asked for, and archives it."""
        future: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        if self._stopping or name not in self._sites:
            future.set_exception(FetchError("The crawl is ending."))
        else:
            profile_asked = "" if profile == self.options.profile else profile
            self._route(Job(name, Role.VARIANT, url, url, variant=future, profile=profile_asked))
            self.wake()
        return future

    def _variant(self, job: Job, waiting: asyncio.Future[Page], exchange: Exchange) -> None:
        asked = Asked(job.url, Role.VARIANT, profile=job.profile or self.options.profile)
        page = self._warc.write(exchange, asked)
        if not isinstance(page, Page):
            _tell(waiting, FetchError(page.error if page is not None else "The answer cannot be read."))
            return
        self._note(read_page(page))
        _tell(waiting, page)

    def compared(self, name: str, seen: Compared) -> None:
        """Takes what different visitors were shown: archives it and reads it."""
        site = self._sites.get(name)
        if site is None:
            return
        made = Made(PREFIXES[Role.PROFILES] + seen.url, seen.at, seen.body, probe_records.CONTENT_TYPE, Role.PROFILES)
        page = self._warc.made(made)
        if isinstance(page, Page):
            self._note(read_page(page))
        site.probing -= 1
        self._ask_last(name, site)
        self.wake()

    def flush(self) -> None:
        """Writes what is pending.

        Raises:
            StoreError, OSError: it could not be written.
        """
        self._journal.flush()

    def ahead(self) -> Callable[[], None] | None:
        """What another thread can do before flush() (see WarcWriter.ahead)."""
        return self._warc.ahead()

    def renew(self) -> None:
        """Says that this worker is alive, and looks how far the others are."""
        self._frontier.renew()
        self.counts = self._frontier.counts()

    def _lease(self) -> None:
        room = self.options.open_sites - len(self._sites)
        if self._stopping or room <= 0 or self._clock() < self._lease_after:
            return
        if self._sites and room < self.options.open_sites // 4:
            return
        leased = self._frontier.lease(room)
        if not leased:
            # Nothing is left, or others have the rest: they may yet die, so that it is worth asking again.
            self._lease_after = self._clock() + 2.0
            take_over(self._frontier, self.options.captures)
            self.counts = self._frontier.counts()
        for one in leased:
            self._open(one)

    def _open(self, leased: Leased) -> None:
        plan = Plan(leased.site, leased.seeds, self.options, () if self.options.passive else leased.tasks)
        self._sites[leased.site] = Site(plan, self._clock())
        self._journal.task(leased.site, *(() if self.options.passive else plan.open()))
        if self.prober is not None and "/" not in leased.site:  # how its platform is hosted says nothing of a tenant
            self._sites[leased.site].probing += 1
            self.prober.passive(leased.site, _hosts(leased), self._probes_ended)
        self._go_on(leased.site)

    def _go_on(self, name: str) -> None:
        """Lines up the site's next task, or closes the site."""
        site = self._sites[name]
        self._check_limits(site)
        while (task := None if site.note else site.plan.next()) is None:
            added = [] if site.note else site.plan.advance(self._sitemaps(site.plan))
            if not added:
                self._documents_done(name, site)
                return
            self._journal.task(name, *added)
        if task.role is Role.CONTAINER:
            self._container(Job(name, task.role, task.url, task.url, task))
        else:
            self._route(Job(name, task.role, task.url, task.url, task, kept=self._frontier.kept(task.url)))

    def _container(self, job: Job) -> None:
        """Many sites load one container; its server is asked once, and each site gets its record."""
        known = self._containers.get(job.url)
        if known is None:
            self._route(job)
        else:
            page = self._archived(job, known)
            if page is not None:
                self._keep(job, known, read_page(page))
            self._done(job, None)

    def _documents_done(self, name: str, site: Site) -> None:
        """What asks the site's server besides comes last, so that the server is asked one thing at a time."""
        if site.fetched:
            return
        site.fetched = True
        front = next((task for task in site.plan.tasks if task.role is Role.FRONT and task.outcome is Outcome.READ), None)
        if self.comparer is not None and front is not None and not site.note:
            site.probing += 1
            self.comparer.compare(name, front.final_url or front.url, self.compared)
        else:
            self._ask_last(name, site)

    def _ask_last(self, name: str, site: Site) -> None:
        if self.prober is not None and not self.options.passive and "/" not in name:
            site.probing += 1
            self.prober.active(name, _front_host(name, site.plan), self._probes_ended)
        elif not site.probing:
            self._close_site(name, site)

    def _probes_ended(self, name: str) -> None:
        site = self._sites.get(name)
        if site is None:
            return
        site.probing -= 1
        if site.fetched and not site.probing:
            self._close_site(name, site)

    def _check_limits(self, site: Site) -> None:
        if self._clock() - site.opened_at > self.options.site_seconds:
            site.note = f"The limit of {self.options.site_seconds:g} s for one site was reached."
        elif site.plan.given_up():
            site.note = f"The site gave no answer {self.options.give_up_after} times in a row."

    def _sitemaps(self, plan: Plan) -> list[str]:
        found: dict[str, None] = {}
        for task in plan.tasks:
            if task.role is Role.FRONT and task.answered and task.done:
                for url in dict.fromkeys((task.url, task.final_url)):
                    rules = self._rules_of(origin(url)) if url else None
                    found.update(dict.fromkeys(rules.sitemaps() if rules else ()))
        return list(found)

    def _close_site(self, name: str, site: Site) -> None:
        now = clock.now()
        looks = [
            Coverage(name, task.role, task.url, Outcome.NOT_LOOKED_AT, now, "", site.note)
            for task in site.plan.tasks
            if not task.done
        ]
        front = next((task.url for task in site.plan.tasks), f"https://{name}/")
        if self.options.passive:
            looks.append(Coverage(name, Role.FRONT, front, Outcome.NOT_LOOKED_AT, now, "", "--passive: the site was not asked."))
        for role, count in zip((Role.ARTICLE, Role.ABOUT), site.plan.left_out(), strict=True):
            if count:
                detail = f"{count} more were linked and not fetched: a limit was reached."
                looks.append(Coverage(name, role, front, Outcome.NOT_LOOKED_AT, now, "", detail))
        self._note(Batch(coverage=tuple(looks)))
        if site.trouble and not any(task.role is Role.FRONT and task.outcome is Outcome.READ for task in site.plan.tasks):
            self.progress.notes.append(f"{name}: {site.trouble}")
        self._journal.finished(name, site.note)
        del self._sites[name]
        if len(self._rules) + len(self._broken) > _MOST_ORIGINS:
            self._rules.clear()  # they are in the frontier
            self._broken.clear()
        self.counts = Counts(self.counts.sites, self.counts.done + 1, self.counts.elsewhere)

    def _note(self, batch: Batch) -> None:
        self._journal.note(batch)
        # That a page's scripts were not run is told of each site; it is no document besides.
        counted = (look for look in batch.coverage if (look.role, look.outcome) != (Role.RENDERED, Outcome.NOT_LOOKED_AT))
        self.progress.outcomes.update(look.outcome.value for look in counted)

    def _rules_of(self, place: str) -> Rules | None:
        if not self.options.robots:
            return ALLOW_ALL
        rules = self._rules.get(place)
        if rules is None:
            rules = self._frontier.rules(place)
            if rules is not None:
                self._rules[place] = rules
        return rules

    def _route(self, job: Job, not_before: float = 0.0) -> None:
        """Lines a request up, once its origin's robots.txt is known and allows it."""
        if job.role is Role.ROBOTS:
            self._queue.put(job.line, job, not_before)
            return
        place = origin(job.url)
        if place in self._broken:
            self._done(job, self._broken[place])
            return
        rules = self._rules_of(place)
        if rules is None:
            self._ask_robots(place, job)
            return
        refusal = rules.refusal(job.url, self.options.robots_name)
        if refusal:
            self._done(job, RefusedError(refusal))
        else:
            self._queue.put(job.line, job, not_before)

    def _ask_robots(self, place: str, job: Job) -> None:
        waiting = self._waiting.setdefault(place, [])
        waiting.append(job)
        if len(waiting) == 1:
            url = place + "/robots.txt"
            self._queue.put(job.line, Job(job.host, Role.ROBOTS, url, url))

    def _ended(self, job: Job) -> None:
        """The request is over: its site may be asked again after the delay."""
        self.progress.live -= 1
        delay = self._delay(job)
        if delay:
            delay *= 1 + self.options.jitter * self._random.random()
        self._queue.release(job.line, self._clock() + delay)
        self._frontier.free(job.host, delay)

    def _delay(self, job: Job) -> float:
        """Seconds between two requests to its site, at least."""
        rules = self._rules.get(origin(job.url))
        asked = min(rules.delay(self.options.robots_name), self.options.most_crawl_delay) if rules else 0.0
        usual = self.options.delay if job.load is None else min(self.options.delay, self.options.render_delay)
        return max(usual, asked)

    def _repeats(self, job: Job, wait: float) -> bool:
        if job.tries >= self.options.retries or wait > self.options.most_retry_after:
            return False
        job.tries += 1
        self._queue.put(job.line, job, self._clock() + wait)
        return True

    def _archived(self, job: Job, exchange: Exchange) -> Page | None:
        """Archives an answer. Gives the page that is to be read, or none for an answer that cannot be."""
        elsewhere = job.role in _ELSEWHERE and not job.hops and job.host != job.site
        asked = Asked(job.asked, job.role, job.hops, job.site if elsewhere else "")
        page = self._warc.write(exchange, asked)
        if isinstance(page, Page):
            job.page = page
            if job.role is Role.CONTAINER and not job.hops and not page.truncated:
                self._containers.put(job.url, exchange)
            return page
        error = page.error if isinstance(page, Failure) else "The answer cannot be read."
        look = Coverage(job.host, job.role, job.url, Outcome.FAILED, exchange.at, "", error, exchange.answer.status)
        job.batches.append(Batch(coverage=(look,)))
        return None

    def _keep(self, job: Job, exchange: Exchange, batch: Batch) -> None:
        job.batches.append(_with_certificate(batch, exchange, job.role))

    def _send_on(self, job: Job, target: str) -> None:
        """Follows a redirect, or ends the chain with a sentence."""
        fault = ""
        if len(job.hops) > self.options.redirects:
            fault = f"The chain of redirects has more than {self.options.redirects} hops."
        elif any(hop.url == target for hop in job.hops):
            fault = "The redirects go in a circle."
        elif not (job.role.is_page or job.role is Role.ROBOTS) and site_or_none(target) != site_or_none(job.url):
            self._done(job, None)  # what another site serves says nothing about this one
            return
        if fault:
            job.page = None
            look = Coverage(job.host, job.role, job.asked, Outcome.FAILED, clock.now(), "", fault)
            job.batches.append(Batch(coverage=(look,)))
            self._done(job, None)
            return
        job.url = target
        job.kept = None
        job.tries = 0
        self._route(job)

    def _show(self, job: Job, task: Task) -> bool:
        """Shows the page of a finished task in a browser, if it is to be; the task ends when that does."""
        page, site = job.page, self._sites[job.site]
        if self.renderer is None or page is None or page.site != job.site or _outcome(job) is not Outcome.READ:
            return False
        if not site.showing.takes(page.role, self.options.render_pages):
            return False
        self.renderer.render(page, lambda seen: self._shown(job, task, seen))
        return True

    def _shown(self, job: Job, task: Task, seen: Rendered) -> None:
        """Takes what a browser made of the page: archives it, reads it, and goes on from there."""
        if job.site not in self._sites:
            return
        for page in archive(seen, self._warc):
            batch = read_page(page)
            self._note(batch)
            job.batches.append(batch)
            if page.role is Role.RENDERED and batch.coverage[0].outcome is Outcome.READ:
                job.shown.append(page)
        self.wake()
        away = next((hop for hop in reversed(seen.hops) if site_or_none(hop.target) != job.site), None)
        if away is None:
            self._task_done(job, task, None)
        else:
            self._follow(job, task, away)

    def _follow(self, job: Job, task: Task, away: Redirect) -> None:
        """Asks for the page of another site to which a script sends the visitors, as for one that a server sends them to."""
        hops = (*job.hops, away)
        other = Job(job.site, job.role, job.asked, away.target, hops=hops, then=lambda: self._task_done(job, task, None))
        self._route(other)

    def _done(self, job: Job, error: FetchError | None) -> None:
        waiting = job.load or job.variant
        if waiting is not None:
            _tell(waiting, error or FetchError("There is no answer."))
            return
        if error is not None and (job.role is not Role.ROBOTS or isinstance(error, RefusedError)):
            look = Coverage(_filed(job), job.role, job.url, error.outcome, clock.now(), "", str(error))
            job.batches.append(Batch(coverage=(look,)))
        for batch in job.batches:
            self._note(batch)
        if job.then is not None:
            job.then()
        elif job.task is None:
            self._robots_done(job, error)
        elif error is not None or not self._show(job, job.task):
            self._task_done(job, job.task, error)
        if self._journal.pending >= MOST_PENDING:
            self._journal.flush()

    def _robots_done(self, job: Job, error: FetchError | None) -> None:
        place = origin(job.asked)
        if error is not None and not job.hops:
            self._broken[place] = error
        elif error is not None or job.page is None:
            self._rules[place] = Rules(
                closed=f"robots.txt of {urlsplit(job.asked).netloc} cannot be read: {error or 'it redirects to nothing'}"
            )
        else:
            self._rules[place] = rules_of(job.page.status, job.page.body, urlsplit(job.asked).netloc)
        if place in self._rules:
            self._journal.rules(place, job.site, self._rules[place])
        for waiting in self._waiting.pop(place, ()):
            self._route(waiting)

    def _task_done(self, job: Job, task: Task, error: FetchError | None) -> None:
        site = self._sites[job.site]
        page = job.page
        task.outcome = error.outcome if error else _outcome(job)
        task.no_name = isinstance(error, NoAddressError)
        task.answered = error is None or isinstance(error, RefusedError) or bool(job.hops)
        if task.role is Role.FRONT and task.outcome is not Outcome.READ and not (task.no_name and site.trouble):
            site.trouble = next((look.detail for batch in reversed(job.batches) for look in batch.coverage), "")
        task.final_url = page.final_url if page is not None else job.url
        if page is not None and task.outcome is Outcome.READ and page.site == job.site and site.plan.wants_links(task):
            task.links = links_of(page)
            for shown in job.shown:
                task.links = task.links.joined(links_of(shown)) if shown.site == job.site else task.links
        if page is not None and page.site == job.site and page.role.is_page and self.options.containers:
            found = (one for batch in job.batches for one in batch.observations)
            task.links = replace(task.links, containers=containers.addresses(page, found))
        if page is not None and task.outcome is Outcome.READ and page.site == job.site and site.plan.wants_extras(task):
            task.links = replace(task.links, **extras.addresses(page, self.options))
        keeps = page is not None and task.outcome is Outcome.READ and not job.hops and task.role not in _NOT_KEPT
        kept = conditions.of(page) if page is not None and keeps else None
        if kept is not None:
            self._journal.kept(task.url, job.site, kept)
        self._journal.task(job.site, task, *site.plan.finish(task))
        self._go_on(job.site)


def _nothing() -> None:
    """Nobody has to be told."""


def _tell(waiting: asyncio.Future[Any], result: object) -> None:
    if waiting.done():
        return  # the page was given up in the meantime
    if isinstance(result, FetchError):
        waiting.set_exception(result)
    else:
        waiting.set_result(result)


def _with_certificate(batch: Batch, exchange: Exchange, role: Role) -> Batch:
    """A certificate that does not hold is told once, with the front page."""
    if not exchange.certificate_fault or role is not Role.FRONT:
        return batch
    fault = exchange.certificate_fault
    looks = (replace(look, detail=f"{look.detail} {fault}".strip()) if look.role is role else look for look in batch.coverage)
    return replace(batch, coverage=tuple(looks))


def _hosts(leased: Leased) -> list[str]:
    """The names of a site that are looked up besides its own."""
    named = (urlsplit(f"//{seed.host}").hostname or "" for seed in leased.seeds)
    return list(dict.fromkeys((f"www.{leased.site}", *filter(None, named))))


def _front_host(name: str, plan: Plan) -> str:
    """The host under which the site's front page was found, or was looked for."""
    fronts = [task for task in plan.tasks if task.role is Role.FRONT]
    answered = [task.final_url or task.url for task in fronts if task.answered and not task.no_name]
    own = [url for url in (*answered, *(task.url for task in fronts)) if site_or_none(url) == name]
    return (urlsplit(own[0]).hostname if own else None) or name


def _filed(job: Job) -> str:
    """The site that a failure is told of: that of the address that failed, or of the task for a document that lies elsewhere."""
    return job.site if job.role in _ELSEWHERE else job.host


def _outcome(job: Job) -> Outcome:
    looks = [look for batch in job.batches for look in batch.coverage if look.role is job.role]
    return looks[-1].outcome if looks else Outcome.FAILED


def _retry_after(exchange: Exchange) -> float:
    text = exchange.answer.header("retry-after").strip()
    return float(text) if text.isdigit() and len(text) < 9 else 5.0
