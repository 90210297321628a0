"""Fetches sellers.json of exchanges into the local copy: python -m crawler.sellers [-a NAME=VALUE]… EXCHANGE[=URL|FILE]…

`samehand sellers refresh` starts it. One exchange after the other; the file of one that cannot be had stays as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import lists, options
from crawler.errors import FetchError
from fingerprints import config, sellers

DONE, FAILED, WRONG_CALL = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetches each; 0 done, 1 something failed, 2 the call was wrong."""
    call = _parser().parse_args(arguments)
    try:
        given: dict[str, Any] = dict(part.partition("=")[::2] for part in call.a)
        chosen = lists.options_for(given)
        known = config.toml("sellers.toml").get("addresses", {})
    except (options.OptionError, config.ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_CALL
    path = call.file or sellers.place()
    code = DONE
    for named in call.exchanges:
        exchange, _, source = named.partition("=")
        address = source or known.get(exchange) or f"https://{exchange}/sellers.json"
        code = max(code, asyncio.run(_renew(chosen, path, exchange.lower(), address)))
    return code


async def _renew(chosen: options.Options, path: Path, exchange: str, source: str) -> int:
    try:
        count = sellers.keep(path, exchange, await lists.read(chosen, source), datetime.now(UTC))
    except (lists.ListError, FetchError, sellers.SellersError, OSError, sqlite3.Error) as error:
        print(f"The sellers of {exchange} were not renewed from {source}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    print(f"{exchange}: {count:,} sellers.")  # noqa: T201
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m crawler.sellers", description=__doc__)
    parser.add_argument("exchanges", nargs="+", metavar="EXCHANGE[=URL|FILE]", help="as ads.txt names them")
    parser.add_argument("--file", type=Path, help="the copy; without it, where `samehand read` looks for it")
    parser.add_argument("-a", action="append", default=[], metavar="NAME=VALUE", help="an option as in config/crawl.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
