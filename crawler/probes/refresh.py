"""Fetches the lists that probes need: python -m crawler.probes.refresh [-a NAME=VALUE]…; `samehand hosting refresh` starts it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crawler import lists, options
from crawler.errors import FetchError
from crawler.lists import ListError
from crawler.probes import as_table, bootstrap
from crawler.probes.files import AS_TABLE, folder
from fingerprints import config

DONE, FAILED, WRONG_CALL = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetches both lists; 0 done, 1 something failed, 2 the call was wrong."""
    call = _parser().parse_args(arguments)
    try:
        given: dict[str, Any] = dict(part.partition("=")[::2] for part in call.a)
        chosen = lists.options_for(given)
        named = config.toml("hosting/refresh.toml")
    except (options.OptionError, config.ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_CALL
    place = call.dir or folder()
    wanted = (
        ("AS table", call.as_table or named.get("as_table", ""), lambda data: _keep_table(data, place)),
        ("list of registries", call.rdap_bootstrap or named.get("rdap_bootstrap", ""), lambda data: _keep_bootstrap(data, place)),
    )
    return max(asyncio.run(_renew(chosen, name, source, keep)) for name, source, keep in wanted)


async def _renew(chosen: options.Options, name: str, source: str, keep: Callable[[bytes], str]) -> int:
    try:
        told = keep(await lists.read(chosen, source))
    except (ListError, FetchError, OSError, ValueError) as error:
        print(f"The {name} was not renewed from {source or 'nowhere'}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    print(told)  # noqa: T201
    return DONE


def _keep_table(data: bytes, place: Path) -> str:
    table = as_table.parse(data, datetime.now(UTC).date().isoformat())
    path = place / f"{AS_TABLE}.npz"
    table.save(path)
    return f"{table.ranges:,} ranges of addresses with their AS numbers, in {path}."


def _keep_bootstrap(data: bytes, place: Path) -> str:
    servers, published = bootstrap.checked(data)
    if not servers:
        raise ListError("it names no registry.")
    place.mkdir(parents=True, exist_ok=True)
    path = place / bootstrap.RDAP_FILE
    waiting = path.with_suffix(".new")
    waiting.write_bytes(data)
    waiting.replace(path)
    day = published[:10] if _is_day(published[:10]) else "an unknown day"
    return f"{len(servers):,} top-level domains with RDAP, published on {day}, in {path}."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m crawler.probes.refresh", description=__doc__)
    parser.add_argument("--as-table", default="", help="an address or a file, in place of the one in config/hosting/refresh.toml")
    parser.add_argument("--rdap-bootstrap", default="", help="an address or a file, likewise")
    parser.add_argument("--dir", type=Path, help="where to keep them; without it, where a crawl looks for them")
    parser.add_argument("-a", action="append", default=[], metavar="NAME=VALUE", help="an option as in config/crawl.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
