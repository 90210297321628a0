"""What a crawl would ask and about how long it would take, without asking anything. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.options import Options
from crawler.probes.base import GIVES_AWAY, PASSIVE
from crawler.seeds import Seed, by_site

_ANSWER = 0.5
"""Seconds that a site takes to answer, for the estimate: the order of what news sites take."""
_SHOWN = 10


def requests_per_site(options: Options) -> int:
    """The most documents that one site is asked for; robots.txt is asked for besides, and redirects are further requests."""
    wanted = 1 + 2 + options.about + 2 + options.articles
    return min(options.pages, wanted)


def seconds(options: Options, sites: int) -> float:
    """About how long the crawl takes: the slowest site alone, or all sites through the requests that may be under way."""
    each = requests_per_site(options) + 1
    alone = each * (options.delay * (1 + options.jitter / 2) + _ANSWER)
    together = min(options.concurrency / _ANSWER, options.open_sites / (options.delay + _ANSWER))
    return max(alone, sites * each / together)


def lines(options: Options, seeds: Sequence[Seed]) -> Iterator[str]:
    """The plan, for a person."""
    sites = by_site(seeds)
    each = requests_per_site(options)
    yield f"{len(sites)} sites would be crawled into {options.store}, their answers kept in {options.captures}."
    for number, (site, given) in enumerate(sites.items()):
        if number == _SHOWN:
            yield f"  … and {len(sites) - _SHOWN} more"
            break
        pages = [seed.url for seed in given if seed.url]
        yield f"  {site}" + (
            f" and {len(pages)} of its pages as given" if len(pages) > 1 else f" and {pages[0]}" if pages else ""
        )
    yield from _probes(options)
    if options.passive:
        yield "The sites themselves would not be asked (--passive)."
        yield "Nothing was asked."
        return
    yield (
        f"Each gives robots.txt, the front page, ads.txt, the icon, up to {options.about} pages about the site, "
        f"the feed or sitemap, up to {options.articles} articles: "
        f"at the most {each} documents a site, {each * len(sites)} in all."
    )
    if options.render:
        asked = "and other sites for what these want" if options.render_others else "and no third party"
        yield (
            f"Up to {options.render_pages} pages of each would be shown in a browser: "
            f"the site is asked for their scripts, {asked}."
        )
    if options.profiles:
        by = {name: f" (by {proxy})" for name, proxy in options.variant_proxies.items()}
        names = (name + by.get(name, "") for name in (options.profile, *options.profiles))
        yield f"The front page would be asked for twice as each of: {', '.join(names)}."
    if not options.robots:
        yield "robots.txt would not be obeyed (--ignore-robots)."
    yield (
        f"One request at a time to each site, {options.delay:g} s apart, at most {options.concurrency} at once: "
        f"about {duration(seconds(options, len(sites)))}. As: {options.user_agent}"
    )
    yield "Nothing was asked."


def _probes(options: Options) -> Iterator[str]:
    """Which probes would look at the hosting, and what each gives away."""
    named = [name for name in options.probes if name in PASSIVE or not options.passive]
    if not named:
        yield "The hosting would not be looked at (--no-probes)."
    for name in named:
        yield f"  probe {name}: {GIVES_AWAY[name]}"


def duration(value: float) -> str:
    """Seconds in words: 40 s, 12 min, 3.5 h."""
    if value < 90:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"
