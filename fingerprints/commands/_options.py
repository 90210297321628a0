"""The options and arguments that several commands have in common, and what they stand for."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import WrongCallError

if TYPE_CHECKING:
    from fingerprints.stores.base import Store
    from fingerprints.verdicts import Verdicts

DEFAULT_STORE = "samehand.db"
_MOST_COMPLETED = 100

StoreOption = Annotated[str, typer.Option("--store", envvar="SAMEHAND_STORE", metavar="PATH", help="The store to use.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary; errors only.")]


class Format(StrEnum):
    """How results are written to stdout."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


class PlainFormat(StrEnum):
    """As Format, for answers that are no rows."""

    TABLE = "table"
    JSONL = "jsonl"


FormatOption = Annotated[Format, typer.Option("--format", help="For people, or one JSON object or CSV row a line.")]
PlainFormatOption = Annotated[PlainFormat, typer.Option("--format", help="For people, or one JSON object a line.")]


def open_to_read(location: str) -> Store:
    """The store that a command asks.

    Raises:
        WrongCallError: there is none at this place, or none that can be used.
    """
    return _open(location, create=False)


def open_to_write(location: str) -> Store:
    """The store that a command fills; made if there is none.

    Raises:
        WrongCallError: it cannot be used.
    """
    return _open(location, create=True)


def sites_known(context: typer.Context, incomplete: str) -> list[str]:
    """For the shell's tab key: sites of the store that begin so; none when it cannot be asked."""
    from itertools import islice

    from fingerprints.stores.base import StoreError, open_store

    location = context.params.get("store") or os.environ.get("SAMEHAND_STORE") or DEFAULT_STORE
    if "://" in location or not Path(location).is_file():
        return []
    try:
        with open_store(location, create=False) as opened:
            return list(islice((one.site for one in opened.sites() if one.site.startswith(incomplete)), _MOST_COMPLETED))
    except StoreError:
        return []


ASite = Annotated[str, typer.Argument(metavar="A", autocompletion=sites_known, help="A site.")]
AnotherSite = Annotated[str, typer.Argument(metavar="B", autocompletion=sites_known, help="Another one.")]


def _open(location: str, *, create: bool) -> Store:
    from fingerprints.stores.base import StoreError, open_store

    if not location:
        raise WrongCallError("--store names nothing. Give a path.")
    try:
        return open_store(location, create=create)
    except StoreError as error:
        raise WrongCallError(str(error)) from error


def verdicts_on(location: str) -> Verdicts:
    """What people decided about a store.

    Raises:
        WrongCallError: the file of verdicts cannot be read.
    """
    from fingerprints.verdicts import VerdictError, load

    try:
        return load(location)
    except VerdictError as error:
        raise WrongCallError(str(error)) from error


def two_sites(a: str, b: str) -> tuple[str, str]:
    """The two sites that a person means; see site_named.

    Raises:
        WrongCallError: a text names no site, or both name the same.
    """
    one, other = site_named(a), site_named(b)
    if one == other:
        raise WrongCallError(f"{a} and {b} are one site, {one}. Name two.")
    return one, other


def site_named(text: str) -> str:
    """The site that a person means: a domain, a host or an address, defanged ones too (hxxps://www.example[.]com/x).

    Raises:
        WrongCallError: the text names no site.
    """
    from fingerprints.sites import NotASiteError, site_of
    from fingerprints.sites import site_named as named

    plain = text.strip().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")
    if plain.lower().startswith(("hxxp://", "hxxps://")):
        plain = "http" + plain[4:]
    try:
        return site_of(plain) if "://" in plain else named(plain)
    except NotASiteError as error:
        raise WrongCallError(f"{error} Name a domain such as example.com.") from error
