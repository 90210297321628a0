"""Theme → design: class names, files and habits of a page template, all derived from the theme's name."""

from __future__ import annotations

from functools import cached_property, lru_cache
from random import Random

from crawler.farm.kinds import word
from crawler.farm.plan import Theme

_WORDS = {
    "page": ("page", "site", "wrapper", "container"),
    "header": ("header", "masthead", "top", "branding"),
    "nav": ("nav", "menu", "navigation", "mainmenu"),
    "item": ("item", "entry", "node", "li"),
    "title": ("title", "headline", "heading", "name"),
    "lead": ("lead", "teaser", "excerpt", "summary"),
    "body": ("content", "text", "copy", "prose"),
    "card": ("card", "story", "post", "tile"),
    "grid": ("grid", "list", "row", "river"),
    "media": ("thumb", "figure", "image", "media"),
    "meta": ("meta", "byline", "info", "dateline"),
    "side": ("sidebar", "aside", "rail", "column"),
    "widget": ("widget", "box", "module", "panel"),
    "footer": ("footer", "bottom", "colophon", "foot"),
    "share": ("share", "sharing", "social-share", "sharebar"),
    "social": ("follow", "social", "profiles", "channels"),
    "search": ("search", "searchform", "find", "query"),
    "ad": ("ad", "banner", "promo", "slot"),
}
_WIDGETS = ("latest", "popular", "newsletter", "tags", "search", "archive")
_RULES = (
    "margin:{a}px {b}px",
    "padding:{a}px",
    "color:#{c}",
    "background:#{c}",
    "font-size:{a}px",
    "line-height:1.{b}",
    "border-bottom:{b}px solid #{c}",
)
_ARTICLE_PATHS = {
    "magazine": "/{y}/{m}/{slug}-{id}/",
    "broadsheet": "/{section}/{slug}-{id}",
    "portal": "/index.php/{section}/{id}-{slug}",
    "blog": "/{y}/{m}/{slug}-{id}.html",
    "app": "/article/{id}",
}
_PAGE_PATHS = {"magazine": "/{}/", "broadsheet": "/{}", "portal": "/index.php/{}", "blog": "/p/{}.html", "app": "/{}"}
_FOLDERS = {
    "magazine": "/wp-content/themes/{}",
    "broadsheet": "/assets/{}",
    "portal": "/templates/{}",
    "blog": "/static/{}",
    "app": "/_build/{}",
}
_FEEDS = {
    "magazine": "/feed/",
    "broadsheet": "/rss.xml",
    "portal": "/index.php?format=feed&type=rss",
    "blog": "/feeds/posts/default?alt=rss",
    "app": "/feed.xml",
}
_STYLES = ("dash", "underline", "bem", "camel", "hash")


class Design:
    """One page template."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.layout = theme.layout
        random = self._random("frame")
        self.prefix = word(random, 1)
        self.style = "dash" if theme.layout == "magazine" else random.choice(_STYLES)
        self.widgets = tuple(random.sample(_WIDGETS, random.randint(3, 5)))
        self.sidebar_first = random.random() < 0.4
        self.with_popular = random.random() < 0.6
        self.version = f"{random.randint(1, 6)}.{random.randint(0, 9)}.{random.randint(0, 9)}"
        self.folder = _FOLDERS[theme.layout].format(theme.name)
        self.feed = _FEEDS[theme.layout]
        self.article_path = _ARTICLE_PATHS[theme.layout]
        self.page_path = _PAGE_PATHS[theme.layout]
        # WordPress and Blogger write absolute addresses into their pages; the others write paths.
        self.absolute_links = theme.layout in ("magazine", "blog")

    def _random(self, scope: str) -> Random:
        return Random(f"theme {self.theme.name} {scope}")

    @cached_property
    def c(self) -> dict[str, str]:
        """The class attribute of elements, by their role."""
        return {role: self._class(role) for role in _WORDS}

    def _class(self, role: str) -> str:
        random = self._random(f"class {role}")
        name = random.choice(_WORDS[role])
        if self.style == "hash":
            return f"css-{random.getrandbits(32):07x}"
        first, second = {
            "dash": (f"{self.prefix}-{name}", name),
            "underline": (f"{self.prefix}_{name}", f"{name}_wrap"),
            "bem": (f"{self.prefix}__{name}", f"{self.prefix}__{name}--{random.choice(('dark', 'wide', 'main', 'alt'))}"),
            "camel": (f"{self.prefix}{name.capitalize()}", f"is{name.capitalize()}"),
        }[self.style]
        return f"{first} {second}" if random.random() < 0.5 else first

    @cached_property
    def css(self) -> str:
        """The theme's style sheet."""
        return self._styles("css", 160)

    @cached_property
    def inline_css(self) -> str:
        """The part that stands in every page's head."""
        return self._styles("inline", self._random("inline size").randint(40, 160))

    def _styles(self, scope: str, count: int) -> str:
        random = self._random(scope)
        names = [self.c[role].split()[0] for role in _WORDS]
        return "\n".join(self._rule(random, random.choice(names)) for _ in range(count))

    @staticmethod
    def _rule(random: Random, name: str) -> str:
        chosen = random.sample(_RULES, 3)
        colour = f"{random.getrandbits(24):06x}"
        body = ";".join(rule.format(a=random.randint(2, 40), b=random.randint(1, 9), c=colour) for rule in chosen)
        return f".{name}{random.choice(('', ' a', ':hover', ' > div', ' p', ' img'))}{{{body}}}"

    @cached_property
    def js(self) -> str:
        """The theme's script."""
        random = self._random("js")
        lines = [
            f"  {word(random, 2)}: function(e){{return e.querySelectorAll('.{self.c[role].split()[0]}').length}},"
            for role in _WORDS
        ]
        return f"var {self.prefix}Theme = {{\n" + "\n".join(lines) + f"\n  version: '{self.version}'\n}};\n"


@lru_cache(maxsize=4096)
def design(theme: Theme) -> Design:
    """The design of this theme."""
    return Design(theme)
