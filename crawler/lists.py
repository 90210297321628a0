"""Lists that are kept beside the program, from an address or a file: AS numbers, registries, sellers of advertising space."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler import options
from crawler.http.client import Client
from crawler.urls import absolute, normal
from fingerprints.content import decode

_MOST_BYTES = 400_000_000
"""Google's list of sellers is the largest, with more than a hundred million bytes."""
_SECONDS = 600.0
_MOST_REDIRECTS = 5


class ListError(Exception):
    """A list that was not renewed; the message says why. The old one stays."""


def options_for(given: Mapping[str, Any]) -> options.Options:
    """The options of a crawl, with limits that fit a list.

    Raises:
        OptionError, ConfigError: one of them cannot be used.
    """
    return options.load({"store": "none", "timeout": _SECONDS, "max_bytes": _MOST_BYTES, **given})


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
