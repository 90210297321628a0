"""Lists that are kept beside the program, from an address or a file: AS numbers, registries, sellers of advertising space."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler import options
from crawler.errors import FetchError
from crawler.http.client import Client
from crawler.urls import absolute, normal
from fingerprints import config
from fingerprints.content import decode

_MOST_BYTES = 400_000_000
"""Google's list of sellers is the largest, with more than a hundred million bytes."""
_SECONDS = 600.0
_MOST_REDIRECTS = 5
DONE, FAILED, WRONG_CALL = 0, 1, 2
"""How a process that renews lists ends."""


class ListError(Exception):
    """A list that was not renewed; the message says why. The old one stays."""


def options_for(given: Mapping[str, Any]) -> options.Options:
    """The options of a crawl, with limits that fit a list.

    Raises:
        OptionError, ConfigError: one of them cannot be used.
    """
    return options.load({"store": "none", "timeout": _SECONDS, "max_bytes": _MOST_BYTES, **given})


def run(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    names: str,
    renew: Callable[[options.Options, argparse.Namespace, Mapping[str, Any]], Coroutine[Any, Any, int]],
) -> int:
    """What a process that renews lists does; its exit code.

    Args:
        parser: of what it is called with; -a is added.
        arguments: without them, those of the process.
        names: the file in config/ that says where the lists are.
        renew: gets the options, the call and what is in that file; gives DONE or FAILED.
    """
    parser.add_argument("-a", action="append", default=[], metavar="NAME=VALUE", help="an option as in config/crawl.toml")
    call = parser.parse_args(arguments)
    try:
        chosen = options_for(dict(part.partition("=")[::2] for part in call.a))
        named = config.toml(names)
    except (options.OptionError, config.ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_CALL
    return asyncio.run(renew(chosen, call, named))


async def renewed(chosen: options.Options, what: str, source: str, keep: Callable[[bytes], str]) -> int:
    """DONE when a list was read and kept, FAILED with the reason on stderr when not: the old one stays.

    Args:
        chosen: see read.
        what: the list, as in "The sellers of example.com were".
        source: see read.
        keep: puts the bytes where they belong and says so in a sentence.
    """
    try:
        told = keep(await read(chosen, source))
    except (ListError, FetchError, OSError, ValueError, sqlite3.Error) as error:
        print(f"{what} not renewed from {source or 'nowhere'}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    print(told)  # noqa: T201
    return DONE


async def read(chosen: options.Options, source: str) -> bytes:
    """The bytes of a file or of what an address answers with.

    Raises:
        ListError, FetchError: there is nothing to be had.
    """
    if not source.startswith(("http://", "https://")):
        path = Path(source)
        if not source or not path.is_file():
            raise ListError("it is neither a file nor an http(s) address.")
        return path.read_bytes()
    client = Client(chosen)
    try:
        return await _fetch(client, normal(source) or source)
    finally:
        client.close()


async def _fetch(client: Client, url: str) -> bytes:
    for _ in range(_MOST_REDIRECTS):
        answer = (await client.get(url)).answer
        if 300 <= answer.status < 400:
            url = absolute(url, answer.header("location")) or ""
            continue
        if answer.status != 200:
            raise ListError(f"the server answered with status {answer.status}.")
        if answer.cut:
            raise ListError("the answer broke off.")
        return decode(answer.body, answer.header("transfer-encoding"), answer.header("content-encoding"), _MOST_BYTES).body
    raise ListError("the redirects do not end.")
