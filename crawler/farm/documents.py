"""Every document of a site by its path: pages, feed, sitemap, robots.txt, ads.txt, icon, scripts, style sheets, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from crawler.farm import run_time
from crawler.farm.content import Content, PageView, Urls
from crawler.farm.icons import favicon, photograph
from crawler.farm.kinds import fill_in, kinds
from crawler.farm.plan import Plan, Site
from crawler.farm.snippets import Snippets, snippets
from crawler.farm.world import Fault, PageClass

_HTML = "text/html; charset=utf-8"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Document:
    """One answer without its head."""

    body: bytes
    content_type: str = _HTML
    status: int = 200
    location: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Under which origins a site's pages are written; a copy differs from its original here."""

    canonical: str
    links: str
    assets: str
    refresh: str = ""
    """Where the page's head sends visitors to; empty for nowhere."""
    bare: bool = False
    """Whether the page is without the site's ids: for visitors to whom they are not shown, and where a script brings them."""


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "layouts")
    return Environment(loader=loader, autoescape=True, trim_blocks=False, keep_trailing_newline=True)


class Documents:
    """The documents of one site."""

    def __init__(self, site: Site, plan: Plan) -> None:
        self.site = site
        self.plan = plan
        self.content = Content(site, plan.world, plan.seed)

    @property
    def own_view(self) -> View:
        """The site's pages as the site itself serves them."""
        links = self.site.origin if self.content.design.absolute_links else ""
        return View(self.site.origin, links, links)

    @cached_property
    def pages(self) -> dict[str, PageView]:
        """Pages of HTML by their path."""
        content = self.content
        return {page.path: page for page in (content.front, *content.articles, *content.pages)}

    def document(self, path: str, view: View | None = None) -> Document:
        """What stands at this path (with its query, if there is one)."""
        view = view or self.own_view
        bare = path.split("?", 1)[0]
        if self.site.scripts != "none":
            made = run_time.document(self, bare, view)
            if made is not None:
                return made
            view = replace(view, bare=True)
        page = self.pages.get(bare)
        if path == self.content.design.feed:
            return self._feed(view)
        if page is not None:
            return Document(self.html(page, view).encode())
        writer = self._others.get(bare)
        if writer:
            return writer(view)
        return self._asset(bare, view)

    @cached_property
    def _others(self) -> dict[str, Callable[[View], Document]]:
        writers: dict[str, Callable[[View], Document]] = {"/robots.txt": self._robots, "/sitemap.xml": self._sitemap}
        if self._ads_lines():
            writers["/ads.txt"] = self._ads_txt
        return writers

    def _asset(self, path: str, view: View) -> Document:
        design = self.content.design
        if path == "/favicon.ico":
            return Document(favicon(self.site.icon), "image/x-icon")
        if path.startswith("/images/") and path.endswith(".png"):
            return Document(photograph(f"{self.site.domain} {path}"), "image/png")
        if path == f"{design.folder}/style.css":
            return Document(design.css.encode(), "text/css")
        if path == f"{design.folder}/js/main.js":
            return Document(design.js.encode(), "application/javascript")
        if path.strip("/").split("/")[-1] in {section.slug for section in self.content.sections}:
            return Document(self.html(self.content.front, view).encode())
        missing = PageView("about", "404", "404", path, 404, "404", self.site.title, paragraphs=("404",))
        return Document(self.html(missing, View("", view.links, view.assets, bare=view.bare)).encode(), status=404)

    def html(self, page: PageView, view: View) -> str:
        """A page as its layout has it."""
        content = self.content
        urls = Urls(view.canonical + page.path if view.canonical else "", view.links, view.assets)
        html = (
            _templates()
            .get_template(f"{content.design.layout}.html.j2")
            .render(
                page=page,
                site=self.site,
                design=content.design,
                c=content.design.c,
                urls=urls,
                snippets=Snippets() if view.bare else self.snippets(page.kind),
                widgets=self._widgets(view),
                language=content.language,
                labels=content.language.labels,
                sections=content.sections,
                site_articles=content.articles,
                site_pages=content.pages,
                today=self.plan.world.newest.date().isoformat(),
                year=self.plan.world.newest.year,
            )
        )
        if view.refresh:
            sent = f'<meta http-equiv="refresh" content="0; url={escape(view.refresh + page.path)}">'
            html = html.replace("<title>", f"{sent}\n<title>", 1)
        return html

    def _widgets(self, view: View) -> dict[str, Markup]:
        """The boxes of the sidebar, by name."""
        if view not in self._widgets_made:
            content = self.content
            template = _templates().get_template("widget.html.j2")
            facts = {"urls": Urls("", view.links, view.assets), "c": content.design.c, "labels": content.language.labels}
            facts |= {"sections": content.sections, "site_articles": content.articles}
            names = {*content.design.widgets, "popular"}
            self._widgets_made[view] = {name: Markup(template.render(name=name, **facts)) for name in sorted(names)}  # noqa: S704
        return self._widgets_made[view]

    @cached_property
    def _widgets_made(self) -> dict[View, dict[str, Markup]]:
        return {}

    @cached_property
    def _snippets_made(self) -> dict[PageClass, Snippets]:
        return {}

    def snippets(self, page_class: PageClass) -> Snippets:
        """The mark-up with the site's values on pages of this class."""
        if page_class not in self._snippets_made:
            account = self.plan.platform_accounts.get(self.site.platform, "")
            self._snippets_made[page_class] = snippets(self.site, page_class, account)
        return self._snippets_made[page_class]

    def _robots(self, view: View) -> Document:
        rules = "Disallow: /" if self.site.fault is Fault.ROBOTS else "Disallow: /search\nDisallow: /wp-admin/"
        return Document(
            f"User-agent: *\n{rules}\n\nSitemap: {view.canonical or self.site.origin}/sitemap.xml\n".encode(), "text/plain"
        )

    def _sitemap(self, view: View) -> Document:
        origin = view.canonical or self.site.origin
        urls = "".join(f"<url><loc>{escape(origin + path)}</loc></url>\n" for path in self.pages)
        text = f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
        return Document(text.encode(), "application/xml")

    def _feed(self, view: View) -> Document:
        origin = view.canonical or self.site.origin
        items = "".join(
            f"<item><title>{escape(page.title)}</title><link>{escape(origin + page.path)}</link>"
            f"<pubDate>{page.article.published.strftime('%a, %d %b %Y %H:%M:%S +0000')}</pubDate>"
            f"<description>{escape(page.description)}</description></item>\n"
            for page in self.content.articles
            if page.article
        )
        channel = f"<title>{escape(self.site.title)}</title><link>{escape(origin)}/</link>\n{items}"
        text = f'{_XML}<rss version="2.0"><channel>{channel}</channel></rss>\n'
        return Document(text.encode(), "application/rss+xml; charset=utf-8")

    def _ads_lines(self) -> list[str]:
        lines = []
        for one in self.site.carried:
            kind = kinds()[one.kind]
            if kind.ads_txt and "ads-txt" in one.pages and one.state == "live":
                lines.append(fill_in(kind.ads_txt, kind, one.value, {}))
        return lines

    def _ads_txt(self, _view: View) -> Document:
        resellers = (value.split("/", 1) for value in self.plan.resellers)
        lines = ["# ads.txt", *self._ads_lines(), "", *(f"{exchange}, {seller}, RESELLER" for exchange, seller in resellers)]
        return Document(("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")
