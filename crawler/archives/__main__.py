"""Asking a web archive as a process of its own: python -m crawler.archives wayback|commoncrawl [-a NAME=VALUE]… DOMAIN…"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from crawler import inputs, options
from crawler.archives.asking import Asking, Manners
from crawler.archives.commoncrawl import CommonCrawl
from crawler.archives.run import Gathering, Wanted
from crawler.archives.wayback import Wayback, span
from crawler.options import Options
from fingerprints import config
from fingerprints.config import ConfigError
from fingerprints.sites import NotASiteError, site_of, site_of_host
from fingerprints.stores.base import StoreError, open_store
from fingerprints.stores.journal import JournalStore

DONE, FAILED, WRONG_CALL = 0, 1, 2


class _CallError(ValueError):
    """The call cannot be carried out; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it.

    Returns:
        0 done, 1 something could not be had, 2 the call was wrong.
    """
    call = _parser().parse_args(arguments)
    try:
        settings = config.toml("archives.toml")
        chosen = _options(call, settings["manners"])
        wanted = _wanted(call, settings["sample"])
        archive = _archive(call, settings)
    except (options.OptionError, ConfigError, _CallError, KeyError, TypeError) as error:
        return _say(f"config/archives.toml lacks {error}." if isinstance(error, KeyError) else error, WRONG_CALL)
    try:
        return asyncio.run(_run(archive, call.archive, chosen, _manners(call, settings["manners"]), wanted))
    except (StoreError, OSError) as error:
        return _say(inputs.sentence(error), FAILED)


async def _run(archive: Wayback | CommonCrawl, name: str, chosen: Options, manners: Manners, wanted: Wanted) -> int:
    outbox = JournalStore(chosen.journal, str(chosen.store)) if chosen.journal is not None else None
    asking = Asking(chosen, manners)
    with outbox or open_store(str(chosen.store)) as store:
        try:
            whole = await Gathering(archive, name, chosen, store, asking).run(wanted, _tell)
        finally:
            asking.close()
        trouble = outbox.finish() if outbox is not None else ""
    return _say(trouble, FAILED) if trouble else DONE if whole else FAILED


def _options(call: argparse.Namespace, manners: Mapping[str, Any]) -> Options:
    given: dict[str, Any] = {"timeout": manners["timeout"], "max_bytes": manners["max_bytes"]}
    for text in call.a:
        name, equals, value = text.partition("=")
        if not equals:
            raise _CallError(f"-a {text!r} is no NAME=VALUE.")
        given[name.strip().replace("-", "_")] = value
    return options.load(given)


def _wanted(call: argparse.Namespace, sample: Mapping[str, Any]) -> Wanted:
    try:
        since, until = span(call.since), span(call.until)
    except ValueError as error:
        raise _CallError(str(error)) from None
    if since and until and since > until + "9":
        raise _CallError(f"--from {call.since} is later than --to {call.until}.")
    captures = sample["captures"] if call.captures is None else call.captures
    pages = sample["pages"] if call.pages is None else call.pages
    return Wanted(tuple(dict.fromkeys(map(_site, call.domain))), since, until, captures, pages)


def _site(text: str) -> str:
    try:
        return site_of(text) if "//" in text else site_of_host(text.strip().lower())
    except NotASiteError as error:
        raise _CallError(f"{text!r} is no site: {error}") from None


def _archive(call: argparse.Namespace, settings: Mapping[str, Any]) -> Wayback | CommonCrawl:
    listed = settings["sample"]["listed"]
    if call.archive == "wayback":
        own = settings["wayback"]
        return Wayback.at(call.cdx or own["cdx"], call.replay or ("" if call.cdx else own["replay"]), listed)
    own = settings["commoncrawl"]
    data = call.data or own["data"]
    return CommonCrawl(call.cdx or own["index"], data.rstrip("/") + "/", own["crawls"], listed, settings["manners"]["max_bytes"])


def _manners(call: argparse.Namespace, manners: Mapping[str, Any]) -> Manners:
    delay = manners["delay"] if call.delay is None else call.delay
    return Manners(delay, manners["retries"], call.retry_wait or manners["retry_wait"], manners["most_retry_after"])


def _tell(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201


def _say(error: object, code: int) -> int:
    print(error, file=sys.stderr)  # noqa: T201  (the process's own stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m crawler.archives", description=__doc__)
    parser.add_argument("archive", choices=("wayback", "commoncrawl"))
    parser.add_argument("domain", nargs="+")
    parser.add_argument("-a", action="append", default=[], metavar="NAME=VALUE", help="an option as in config/crawl.toml")
    parser.add_argument("--from", dest="since", default="", help="the earliest day")
    parser.add_argument("--to", dest="until", default="", help="the latest day")
    parser.add_argument("--cdx", default="", help="the CDX server, or Common Crawl's list of indexes")
    parser.add_argument("--replay", default="", help="what stands before a capture's time")
    parser.add_argument("--data", default="", type=str, help="what stands before the names of Common Crawl's files")
    parser.add_argument("--captures", type=int)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--delay", type=float)
    parser.add_argument("--retry-wait", type=float, default=0.0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
