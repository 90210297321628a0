"""The crawl as a process of its own: python -m crawler [-a NAME=VALUE]… [SEED…]. `samehand crawl` starts it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import dry_run, inputs, options, settings
from crawler.probes import files
from crawler.render import chromium
from crawler.seeds import Seed
from crawler.spiders.sites import SitesSpider
from fingerprints.config import ConfigError
from fingerprints.extract import load
from fingerprints.extras import MissingExtraError
from fingerprints.stores.base import StoreError

_NEW_OBJECTS = 50_000
"""How many come into being between two searches for circles: a page makes thousands and hardly a circle. At Python's 700 the
searches take a twentieth of a crawl's processor time (tests/bench/crawl.py)."""
DONE, FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a crawl.

    Returns:
        0 done, 1 something failed, 2 the call was wrong, 130 stopped by Ctrl-C.
    """
    call = _parser().parse_args(arguments)
    try:
        given = dict(_pair(text) for text in call.a)
        chosen = options.load(given)
        files.load(chosen)  # what cannot be used is told before the crawl begins
        if chosen.render:
            chromium.check(chosen.browser)
        found = inputs.gather(call.seed, call.seeds)
    except (options.OptionError, ConfigError, inputs.InputError, chromium.NoBrowserError, MissingExtraError) as error:
        return _say(error, WRONG_CALL)
    for rejected in found.rejected:
        print(inputs.told(rejected), file=sys.stderr)  # noqa: T201  (the process's own stderr)
    if (call.seed or call.seeds) and not found.seeds:
        return _say("No seed can be used. Name domains or addresses such as example.org.", WRONG_CALL)
    if call.due is not None and (call.seed or call.seeds):
        return _say("--due takes the sites from the list of what is due. Leave the seeds out.", WRONG_CALL)
    if call.due is not None and chosen.frontier:
        return _say("--due takes its list from one store; it cannot be shared through --frontier. Leave one out.", WRONG_CALL)
    if call.dry_run:
        print("\n".join(dry_run.lines(chosen, found.seeds)))  # noqa: T201
        return DONE
    return _run(given, found.seeds, call)


def _run(given: dict[str, str], seeds: Sequence[Seed], call: argparse.Namespace) -> int:
    wired = Settings()
    wired.setmodule(settings)
    wired.set("SAMEHAND_JSON", call.json)
    process = AsyncCrawlerProcess(wired)
    crawler = process.create_crawler(SitesSpider)
    task = process.crawl(crawler, wanted=seeds, again=call.again, due=call.due, now=call.now, **given)
    if call.lifeline >= 0:
        asyncio.get_event_loop().add_reader(call.lifeline, _orphaned, crawler)
    load()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    process.start(stop_after_crawl=True)
    error = task.exception() if task.done() and not task.cancelled() else None
    if isinstance(error, (StoreError, OSError)):
        return _say(inputs.sentence(error), FAILED)
    if error is not None:
        raise error
    spider: Any = crawler.spider
    if spider.trouble:
        return _say(spider.trouble, FAILED)
    if spider.crawl.finished:
        return DONE
    return INTERRUPTED


def _orphaned(crawler: Any) -> None:
    """Whoever started this process is gone: what is pending is written, and the next call goes on from there."""
    try:
        crawler.spider.abandon()
    finally:
        os._exit(FAILED)


def _say(error: object, code: int) -> int:
    print(error, file=sys.stderr)  # noqa: T201
    return code


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise options.OptionError(f"-a {text!r} is no NAME=VALUE.")
    return name.strip().replace("-", "_"), value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m crawler", description="Crawls candidate sites into a store.")
    parser.add_argument("seed", nargs="*", help="a domain or an address")
    parser.add_argument("--seeds", default="", help="a text or CSV file of them, or - for stdin")
    parser.add_argument("-a", action="append", default=[], metavar="NAME=VALUE", help="an option as in config/crawl.toml")
    parser.add_argument("--again", action="store_true", help="crawl anew what is done already")
    parser.add_argument(
        "--due", type=int, nargs="?", const=0, metavar="MOST", help="crawl what is due, at the most so many sites"
    )
    parser.add_argument("--now", type=_moment, metavar="TIME", help="the time that is written down, for a web of pretended days")
    parser.add_argument("--dry-run", action="store_true", help="say what would be asked, and ask nothing")
    parser.add_argument("--json", action="store_true", help="tell the progress as JSON on stdout")
    parser.add_argument("--lifeline", type=int, default=-1, help="a file descriptor whose end means that the caller is gone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
