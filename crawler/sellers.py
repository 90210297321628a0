"""Fetches sellers.json of exchanges into the local copy: python -m crawler.sellers [-a NAME=VALUE]… EXCHANGE[=URL|FILE]…

`samehand sellers refresh` starts it. One exchange after the other; the file of one that cannot be had stays as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from crawler import lists, options
from fingerprints import sellers


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetches each; 0 done, 1 something failed, 2 the call was wrong."""
    return lists.run(_parser(), arguments, "sellers.toml", _renew)


async def _renew(chosen: options.Options, call: argparse.Namespace, named: Mapping[str, Any]) -> int:
    known, path, code = named.get("addresses", {}), call.file or sellers.place(), lists.DONE
    for name in call.exchanges:
        exchange, _, source = name.partition("=")
        address = source or known.get(exchange) or f"https://{exchange}/sellers.json"
        keep = partial(_keep, path, exchange.lower())
        code = max(code, await lists.renewed(chosen, f"The sellers of {exchange.lower()} were", address, keep))
    return code


def _keep(path: Path, exchange: str, data: bytes) -> str:
    return f"{exchange}: {sellers.keep(path, exchange, data, datetime.now(UTC)):,} sellers."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m crawler.sellers", description=__doc__)
    parser.add_argument("exchanges", nargs="+", metavar="EXCHANGE[=URL|FILE]", help="as ads.txt names them")
    parser.add_argument("--file", type=Path, help="the copy; without it, where `samehand read` looks for it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
