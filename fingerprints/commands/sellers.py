"""samehand sellers: the local copy of the exchanges' sellers.json. Fetching is the crawler's, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, open_to_read

_MOST = 20
"""Exchanges that are fetched of those that a store's sites name."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    group = typer.Typer(help="Who stands behind an account that an ads.txt names.", no_args_is_help=True)
    group.command("refresh", epilog=examples("sellers refresh --store case.db"))(refresh)
    group.command("show", epilog=examples("sellers show google.com/pub-1234567890123456"))(show)
    app.add_typer(group, name="sellers", rich_help_panel=ASK)


def refresh(
    exchange: Annotated[
        list[str] | None, typer.Argument(metavar="[EXCHANGE[=URL|FILE]]...", help="Domains, as ads.txt names them.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    most: Annotated[int, typer.Option(metavar="N", help="Exchanges of those that the store's sites name.")] = _MOST,
) -> None:
    """Fetch sellers.json of these exchanges, or of those that most of the store's ads.txt files name, into the local copy.

    The next read or crawl uses it: an account gets its owner's legal name and domain, DIRECT lines are confirmed or contradicted.
    """
    wanted = exchange or _named_in(store, most)
    if not wanted:
        raise WrongCallError(f"No ads.txt in {store} names an exchange. Name one: samehand sellers refresh google.com")
    code = subprocess.run([sys.executable, "-m", "crawler.sellers", "--", *wanted], check=False).returncode  # noqa: S603
    if code:
        raise typer.Exit(code)


def show(
    account: Annotated[
        list[str] | None, typer.Argument(metavar="[EXCHANGE/ID]...", help="Accounts as ads-txt-direct has them.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say whom these accounts belong to; without one, which exchanges the copy knows."""
    from fingerprints import sellers

    if not account:
        known = sellers.exchanges(sellers.place())
        if not known:
            raise WrongCallError(f"There is no copy in {sellers.place()}. Fetch one: samehand sellers refresh google.com")
        _write(("exchange", "fetched", "sellers"), [(name, *told) for name, told in known.items()], form)
        return
    rows = []
    for value in account:
        exchange, _, number = value.partition("/")
        seller = sellers.look_up(exchange.lower(), number)
        if seller is None:
            why = "has no such account" if sellers.known_exchange(exchange.lower()) else "is not in the copy"
            raise WrongCallError(f"{exchange} {why}. Fetch its file anew: samehand sellers refresh {exchange}")
        rows.append((value, *seller))
    _write(("account", "name", "domain", "type", "fetched"), rows, form)


def _write(columns: Sequence[str], rows: Sequence[Sequence[object]], form: Format) -> None:
    from fingerprints.terminal import show as show_on_terminal
    from fingerprints.terminal import write_csv, write_json

    if form is Format.CSV:
        write_csv(columns, rows)
    elif form is Format.JSONL:
        write_json(dict(zip(columns, row, strict=True)) for row in rows)
    else:
        from rich.table import Table

        table = Table(*columns, box=None, header_style="bold")
        for row in rows:
            table.add_row(*map(str, row))
        show_on_terminal(table)


def _named_in(store: str, most: int) -> list[str]:
    with open_to_read(store) as opened:
        named = Counter(one.value.partition("/")[0] for one in opened.carried(kind="ads-txt-direct"))
    return [name for name, _ in sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[:most]]
