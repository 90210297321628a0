"""Fetches the lists that probes need: python -m crawler.probes.refresh [-a NAME=VALUE]…; `samehand hosting refresh` starts it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from crawler import lists, options
from crawler.lists import ListError
from crawler.probes import as_table, bootstrap
from crawler.probes.files import AS_TABLE, folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetches both lists; 0 done, 1 something failed, 2 the call was wrong."""
    return lists.run(_parser(), arguments, "hosting/refresh.toml", _renew)


async def _renew(chosen: options.Options, call: argparse.Namespace, named: Mapping[str, Any]) -> int:
    place = call.dir or folder()
    table, registries = call.as_table or named.get("as_table", ""), call.rdap_bootstrap or named.get("rdap_bootstrap", "")
    return max(
        await lists.renewed(chosen, "The AS table was", table, partial(_keep_table, place=place)),
        await lists.renewed(chosen, "The list of registries was", registries, partial(_keep_bootstrap, place=place)),
    )


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
    return parser


if __name__ == "__main__":
    sys.exit(main())
