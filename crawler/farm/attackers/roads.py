"""Ways that lead nowhere, in circles, or where nobody is to go."""

from __future__ import annotations

from functools import cache

from crawler.farm.attackers.base import Answer, Attack, front, moved, page

_METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


def _chain(path: str) -> Answer | None:
    if path in ("/robots.txt", "/ads.txt", "/favicon.ico"):
        return None
    last = path.rpartition("/")[2]
    number = int(last) if last.isdigit() else 0
    return moved(f"/{number + 1}")


def _maze(path: str) -> Answer:
    """A calendar: each day leads to ten others, with the word article in its address, for all times."""
    if path in ("/robots.txt", "/ads.txt", "/favicon.ico"):
        return page("", "text/plain", "404 Not Found")
    last = path.rpartition("-")[2]
    number = int(last) if last.isdigit() else 0
    links = (f'<a href="/calendar/2024/05/news-of-the-day-{10 * number + day}">Day {day}</a>' for day in range(1, 11))
    return page(f"<html><body>{' '.join(links)}</body></html>")


def _refresh(path: str) -> Answer:
    target = f"/{int(path.strip('/') or 0) + 1}" if path.strip("/").isdigit() or path == "/" else "/1"
    return page(f'<html><meta http-equiv="refresh" content="0; url={target}"></html>')


def _sitemaps(path: str) -> Answer:
    if path == "/robots.txt":
        return page("Sitemap: http://sitemap-maze-attack.org/sitemap.xml\n" * 1000, "text/plain")
    if path.startswith("/sitemap"):
        digits = path.removeprefix("/sitemap").removesuffix(".xml")
        number = int(digits) if digits.isdigit() else 0
        inner = "".join(
            f"<sitemap><loc>http://sitemap-maze-attack.org/sitemap{20 * number + n}.xml</loc></sitemap>" for n in range(1, 21)
        )
        return page(f"<sitemapindex>{inner}</sitemapindex>", "text/xml")
    return page("<html>front</html>")


@cache
def _many_urls(path: str) -> Answer:
    if path == "/robots.txt":
        return page("Sitemap: http://sitemap-flood-attack.org/sitemap.xml\n", "text/plain")
    if path == "/sitemap.xml":
        one = "<url><loc>http://sitemap-flood-attack.org/2024/05/a-thing-that-was-{}</loc></url>"
        return page("<urlset>" + "".join(one.format(n) for n in range(50_000)) + "</urlset>", "text/xml")
    return page("<html>front</html>")


def _patterns(path: str) -> Answer:
    """Rules whose wildcards cost a backtracking matcher more than the age of the world."""
    if path == "/robots.txt":
        return page("User-agent: *\n" + f"Disallow: /{'*a' * 30}b\n" * 50, "text/plain")
    return page(f'<html><a href="/about/{"a" * 1500}">About</a></html>')


def _to(target: str) -> Attack:
    name = target.split(":")[0]
    return Attack(f"to-{name}", f"a redirect to {target}", front(moved(target)))


def attacks() -> tuple[Attack, ...]:
    """The attacks of this file."""
    circle = front(moved("/"))
    return (
        Attack("circle", "a redirect to itself", circle, "in a circle"),
        Attack("chain", "redirects without an end", _chain, "hops"),
        Attack("maze", "a calendar without an end", _maze),
        Attack("refresh-maze", "pages that send on by themselves without an end", _refresh),
        Attack("sitemap-maze", "sitemaps of sitemaps without an end", _sitemaps),
        Attack("sitemap-flood", "a sitemap of 50,000 pages", _many_urls),
        Attack("robots-patterns", "robots.txt with costly wildcards", _patterns),
        _to("file:///etc/passwd"),
        _to("gopher://127.0.0.1:6379/_FLUSHALL"),
        _to("javascript:alert(1)"),
        _to("data:text/html,<script>alert(1)</script>"),
    )


def inward() -> tuple[str, ...]:
    """Addresses in which a public site would like to see the crawler: loopback, metadata, in all spellings."""
    return (
        "http://127.0.0.1/",
        "http://127.1.2.3:8080/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        _METADATA,
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://localhost/",
    )
