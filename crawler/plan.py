"""What is fetched from one site, and in which order. Pure: the documents decide, not the time at which they arrived.

Stage 0 is the front page and the addresses that were given; stage 1 what the front page leads to (ads.txt, icon, pages about the
site, feed, sitemap); stage 2 articles; later stages what those lead to, and last the tag containers that the pages load, the
files of Role.CONTROL, and a few files and pictures (see crawler.extras). A stage is planned when the one before it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from crawler import extras
from crawler.discover import Links
from crawler.options import Options
from crawler.seeds import Seed
from crawler.urls import absolute, normal
from fingerprints.model import Outcome, Role
from fingerprints.roles import CONTROL_FILES
from fingerprints.sites import site_or_none

_MOST_HOSTS = 5
"""Hosts of one site whose front pages are fetched, where the seeds name several."""
_MOST_GIVEN = 1000
"""Addresses of one site that are fetched as given."""
_FEED_PATHS = ("/feed/",)
"""Asked for where the front page names no feed: WordPress's, the commonest."""

_COUNTED = (Role.ARTICLE, Role.OTHER)
"""Roles that the limit of articles counts."""


@dataclass(slots=True)
class Task:
    """One document to fetch."""

    number: int
    """Counts from 0 within the site; the order of fetching."""
    stage: int
    role: Role
    url: str
    depth: int = 0
    """Links between it and the front page."""
    outcome: Outcome | None = None
    """None until it is done."""
    answered: bool = True
    """Whether the server gave any answer."""
    no_name: bool = False
    """Whether there was no answer because the host has no address."""
    final_url: str = ""
    links: Links = field(default_factory=Links)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.outcome is not None


class Plan:
    """One site's tasks."""

    def __init__(self, site: str, seeds: Sequence[Seed], options: Options, tasks: Sequence[Task] = ()) -> None:
        """
        Args:
            site: its name.
            seeds: what was given of it.
            options: the limits.
            tasks: what was planned, and in part done, before.
        """
        self.site = site
        self.seeds = seeds
        self.tasks = list(tasks)
        self._options = options
        self._urls = {task.url for task in self.tasks}
        self._next = 0
        """Number of the first task that may not be done; what is done stays so."""
        self._sitemaps: Sequence[str] = ()

    def open(self) -> list[Task]:
        """Plans the first stage, unless it is there."""
        if self.tasks:
            return []
        made: list[Task] = []
        if self._is_tenant:
            made += self._add(0, Role.FRONT, f"{self.seeds[0].scheme or 'https'}://{self.site}")
            return made + [task for seed in self.seeds[:_MOST_GIVEN] if seed.url for task in self._add(0, Role.ARTICLE, seed.url)]
        hosts = list(dict.fromkeys((seed.host, seed.scheme) for seed in self.seeds))
        named = {host for host, scheme in hosts if scheme == ""}
        fronts = [(host, scheme) for host, scheme in hosts if scheme != "http" or host not in named]
        for host, scheme in dict(fronts[:_MOST_HOSTS]).items():
            made += self._add(0, Role.FRONT, f"{scheme or 'https'}://{host}/")
        for seed in self.seeds[:_MOST_GIVEN]:
            if seed.url:
                made += self._add(0, Role.ARTICLE, seed.url)
        return made

    def next(self) -> Task | None:
        """The next task to do, or None if nothing is planned (see advance)."""
        while self._next < len(self.tasks) and self.tasks[self._next].done:
            self._next += 1
        return self.tasks[self._next] if self._next < len(self.tasks) else None

    def finish(self, task: Task) -> list[Task]:
        """Takes note of a finished task.

        Returns:
            Tasks that it made necessary at once: the front page by http, or under www., where it gave no answer.
        """
        if task.role is not Role.FRONT or task.stage != 0 or task.answered:
            return []
        for url in _alternatives(task):
            if url not in self._urls:
                return self._add(0, Role.FRONT, url)
        return []

    def advance(self, sitemaps: Sequence[str] = ()) -> list[Task]:
        """Plans the next stage in which there is something to do.

        Args:
            sitemaps: those that the site's robots.txt names.

        Returns:
            Its tasks; none when the site is done.
        """
        self._sitemaps = sitemaps
        stage = max((task.stage for task in self.tasks), default=0)
        if not self._fronts():
            return []
        return (self._stage_1() if stage == 0 else []) or self._articles(max(stage, 1) + 1) or self._last(stage + 1)

    def wants_links(self, task: Task) -> bool:
        """Whether what this document leads to can still be fetched."""
        if task.role in (Role.FRONT, Role.FEED, Role.SITEMAP):
            return True
        known = {url for front in self._fronts() for url in front.links.articles}
        known.update(other.url for other in self.tasks if other.role in _COUNTED)
        return task.depth < self._options.depth and len(known) < self._options.articles

    def wants_extras(self, task: Task) -> bool:
        """Whether files and pictures that this page shows can still be fetched: of the front page, and of a few articles."""
        if not (self._options.assets or self._options.pictures or self._options.extras):
            return False
        articles = (other for other in self.tasks if other.role is Role.ARTICLE and other.outcome is Outcome.READ)
        return task.role is Role.FRONT or (task.role is Role.ARTICLE and task in islice(articles, extras.MOST_ARTICLES))

    def given_up(self) -> bool:
        """Whether the site gave no answer so many times in a row that asking on is pointless."""
        silent = 0
        for task in reversed(self.tasks):
            if task.done and task.outcome is not Outcome.REFUSED and task.role is not Role.CONTAINER:
                if task.answered:
                    return False
                silent += 1
                if silent == self._options.give_up_after:
                    return True
        return False

    def left_out(self) -> tuple[int, int]:
        """(articles, pages about the site) that are known of and were not planned."""
        articles = {url for task in self.tasks for url in task.links.articles}
        about = {url for task in self.tasks for url in task.links.about}
        return len(articles - self._urls), len(about - self._urls)

    def _add(self, stage: int, role: Role, url: str, depth: int = 0) -> list[Task]:
        if url in self._urls:
            return []
        task = Task(len(self.tasks), stage, role, url, depth)
        self.tasks.append(task)
        self._urls.add(url)
        return [task]

    def _fronts(self) -> list[Task]:
        return [task for task in self.tasks if task.role is Role.FRONT and task.answered and task.done]

    def _is_own(self, task: Task) -> bool:
        return site_or_none(task.final_url or task.url) == self.site

    @property
    def _is_tenant(self) -> bool:
        """Whether the site is a part of a host, whose files and icons are its platform's."""
        return "/" in self.site

    def _room(self) -> int:
        return self._options.pages - len(self.tasks)

    def _stage_1(self) -> list[Task]:
        made: list[Task] = []
        for front in self._fronts():
            base = front.final_url if front.final_url and self._is_own(front) else front.url
            if front.outcome is Outcome.REFUSED:
                continue
            for role, url in self._first_documents(base, front):
                if self._room() > 0:
                    made += self._add(1, role, url, 1)
        return made

    def _first_documents(self, base: str, front: Task) -> Iterator[tuple[Role, str]]:
        root = absolute(base, "/") or base
        if not self._is_tenant:
            yield Role.ADS_TXT, root + "ads.txt"
            yield Role.FAVICON, (front.links.icons or (root + "favicon.ico",))[0]
        if front.outcome is not Outcome.READ or not self._is_own(front):
            return
        yield from ((Role.FRONT, url) for url in front.links.refresh)
        yield from ((Role.ABOUT, url) for url in front.links.about[: self._options.about])
        if self._options.articles:
            own = [url for url in self._sitemaps if site_or_none(url) == self.site]
            feeds = front.links.feeds[:1]
            yield from ((Role.FEED, url) for url in feeds)
            yield from ((Role.SITEMAP, url) for url in own[:1])
            if not feeds and not own and not self._is_tenant:
                yield Role.SITEMAP, root + "sitemap.xml"
                yield from ((Role.FEED, root.rstrip("/") + path) for path in _FEED_PATHS)

    def _articles(self, stage: int) -> list[Task]:
        made: list[Task] = []
        counted = (task for task in self.tasks if task.role in _COUNTED and task.outcome is not Outcome.REFUSED)
        room = self._options.articles - sum(1 for _ in counted)
        for role, url, depth in self._candidates(stage):
            if room <= 0 or self._room() <= 0:
                break
            added = self._add(stage, role, url, depth)
            made += added
            room -= len(added) if role is not Role.SITEMAP else 0
        return made

    def _last(self, stage: int) -> list[Task]:
        """Tag containers, and the files by which a site shows its control; these where its front page could be read."""
        own = [] if self._is_tenant else self._fronts()
        read = [front for front in own if front.outcome is Outcome.READ and self._is_own(front)]
        roots = [absolute(front.final_url or front.url, "/") for front in read[:1]]
        files = [f"{root.rstrip('/')}{path}" for root in roots if root for path in CONTROL_FILES]
        made = self._containers(stage)
        wanted = [*((Role.CONTROL, url) for url in files), *(self._extras(roots[0]) if roots and roots[0] else ())]
        return made + [task for role, url in wanted if self._room() > 0 for task in self._add(stage, role, url, 1)]

    def _extras(self, root: str) -> Iterator[tuple[Role, str]]:
        options = self._options
        if options.extras and any(task.role is Role.ADS_TXT and task.outcome is Outcome.READ for task in self.tasks):
            yield Role.ADS_TXT, f"{root}app-ads.txt"
        links = [task.links for task in self.tasks if self._is_own(task)]
        yield from ((Role.WORDPRESS, url) for found in links[:1] for url in found.wordpress)
        if options.extras:
            yield Role.MISSING, extras.nothing_at(root)
        for role, name, most in (
            (Role.ASSET, "assets", options.assets),
            (Role.LOGO, "logos", options.pictures),
            (Role.PORTRAIT, "portraits", options.pictures),
            (Role.PICTURE, "pictures", options.pictures),
        ):
            urls = dict.fromkeys(url for found in links for url in getattr(found, name))
            yield from ((role, url) for url in islice(urls, most))

    def _containers(self, stage: int) -> list[Task]:
        room = self._options.containers - sum(task.role is Role.CONTAINER for task in self.tasks)
        found = dict.fromkeys(url for task in self.tasks for url in task.links.containers)
        wanted = [url for url in found if url not in self._urls][: max(0, room)]
        return [task for url in wanted for task in self._add(stage, Role.CONTAINER, url, 1)]

    def _candidates(self, stage: int) -> Iterator[tuple[Role, str, int]]:
        """First what looks like an article, page by page in their order, then feeds, then sitemaps; other pages last."""
        before = [task for task in self.tasks if task.stage < stage and task.outcome is Outcome.READ and self._is_own(task)]
        pages = [task for task in before if task.role.is_page and task.depth < self._options.depth]
        lists = [task for task in before if task.role is Role.FEED] + [task for task in before if task.role is Role.SITEMAP]
        for task in lists:
            for url in task.links.sitemaps:
                if stage == 2:
                    yield Role.SITEMAP, url, 1
        for task in (*pages, *lists):
            yield from ((Role.ARTICLE, url, task.depth + 1) for url in task.links.articles)
        for task in pages:
            yield from ((Role.OTHER, url, task.depth + 1) for url in task.links.others)


def _alternatives(task: Task) -> Iterator[str]:
    parts = urlsplit(task.url)
    if not task.no_name and parts.scheme == "https":
        yield f"http://{parts.netloc}/"
    elif task.no_name and parts.hostname == site_or_none(task.url):
        wanted = normal(f"https://www.{parts.netloc}/")
        if wanted and site_or_none(wanted) == site_or_none(task.url):
            yield wanted
