"""What a site has to say: its articles and pages, before a layout is put around them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from random import Random
from urllib.parse import quote

from crawler.farm.design import Design, design
from crawler.farm.kinds import word
from crawler.farm.languages import language, plain
from crawler.farm.plan import Site
from crawler.farm.texts import Article, Writer
from crawler.farm.world import PageClass, World

_POOL = 24
"""Articles that a network's sites, or an agency's customers, choose from."""
_EMBEDS = 0.2


@dataclass(frozen=True, slots=True)
class Urls:
    """How a page writes addresses."""

    canonical: str
    """The page's canonical address; empty for none."""
    link_origin: str
    """What stands before the paths of links; empty for relative ones."""
    asset_origin: str

    def link(self, path: str) -> str:
        """The address of one of the site's pages."""
        return self.link_origin + path

    def asset(self, path: str) -> str:
        """The address of a picture, script or style sheet."""
        return self.asset_origin + path


@dataclass(frozen=True)
class PageView:
    """One page as the layouts see it."""

    kind: PageClass
    title: str
    description: str
    path: str
    number: int
    picture: str
    site_title: str
    article: Article | None = None
    paragraphs: tuple[str, ...] = ()

    def structured(self, urls: Urls) -> str:
        """The page's JSON-LD."""
        data: dict[str, object] = {"@context": "https://schema.org", "@type": "WebPage", "name": self.title}
        if self.article:
            data = {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": self.title,
                "datePublished": self.article.published.isoformat(),
                "author": {"@type": "Organization", "name": self.article.byline},
                "publisher": {"@type": "Organization", "name": self.site_title},
            }
        if urls.canonical:
            data["url"] = urls.canonical
        return _json(data)

    def state(self, urls: Urls) -> str:
        """The page's data once more, as single-page applications leave it in their pages."""
        data: dict[str, object] = {"route": self.kind, "title": self.title, "path": urls.link(self.path)}
        if self.article:
            data["body"] = [{"type": "p", "text": text} for text in self.article.paragraphs]
        return _json(data)


def _json(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


class Content:
    """The pages of one site."""

    def __init__(self, site: Site, world: World, seed: int) -> None:
        self.site = site
        self.design: Design = design(site.theme)
        self.language = language(site.language)
        random = Random(f"{seed}/{site.domain}/content")
        self.writer = Writer(self.language, site.place, random)
        self.sections = self.language.sections[: random.randint(5, len(self.language.sections))]
        self._seed = seed
        self._world = world
        self.articles = tuple(
            sorted(self._articles(), key=lambda page: (-page.article.published.timestamp() if page.article else 0, page.path))
        )
        self.pages = tuple(self._about(name) for name in ("about", "contact", "imprint", "privacy"))
        self.front = PageView(
            "front", site.title, self.writer.fill(self.language.phrases["about"][0], site=site.title), "/", 0, "front", site.title
        )

    def _articles(self) -> Iterator[PageView]:
        random = self.writer.random
        shared = _pool(f"{self._seed}/{self.site.network}", self.site.language, self._world.newest, wire=False)
        agency = _pool(f"{self._seed}/agency", self.site.language, self._world.newest, wire=True)
        reused, wired = iter(random.sample(shared, _POOL)), iter(random.sample(agency, _POOL))
        for number in range(self.site.articles):
            chance = random.random()
            article = self.writer.article(self._world.newest)
            if chance < self.site.reuse:
                article = next(reused, article)
            elif chance < self.site.reuse + self.site.wire:
                article = next(wired, article)
            if random.random() < _EMBEDS:
                article = replace(article, embed=random.choice(_public_accounts(self._seed)))
            yield self._article(article, 1000 + 37 * number + random.randint(0, 36))

    def _article(self, article: Article, number: int) -> PageView:
        slug = re.sub(r"[^a-z0-9]+", "-", plain(article.headline.lower()))
        if len(slug) < 8:
            slug = "-".join(re.findall(r"\w+", article.headline.lower())) if self.design.absolute_links else "news"
        date = article.published
        path = self.design.article_path.format(
            y=date.year, m=f"{date.month:02}", slug=slug[:60].strip("-"), id=number, section=article.section.slug
        )
        return PageView("articles", article.headline, article.lead, quote(path), number, f"{number}", self.site.title, article)

    def _about(self, name: str) -> PageView:
        link = self.language.page(name)
        texts = self.language.phrases["privacy" if name == "privacy" else "about"]
        paragraphs = [self.writer.fill(text, site=self.site.title) for text in texts]
        if name in ("contact", "imprint"):
            paragraphs = [self.site.title, self.writer.fill(self.language.labels["address"]), *paragraphs[:1]]
        path = quote(self.design.page_path.format(link.slug))
        return PageView("about", link.title, paragraphs[0], path, 2, name, self.site.title, paragraphs=tuple(paragraphs))


@cache
def _pool(scope: str, code: str, newest: datetime, *, wire: bool) -> tuple[Article, ...]:
    """Articles that several sites carry."""
    random = Random(f"{scope}/{code}/pool")
    writer = Writer(language(code), language(code).place(random), random)
    return tuple(writer.article(newest, wire=wire) for _ in range(_POOL))


@cache
def _public_accounts(seed: int) -> tuple[str, ...]:
    """Accounts of others whose posts everybody embeds."""
    random = Random(f"{seed}/public accounts")
    return tuple(f"{word(random)}_{word(random, 2)}" for _ in range(3))
