"""samehand queue: what waits, and why; and its editing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import WATCH, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, site_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fingerprints.due import Due
    from fingerprints.stores.sqlite_due import DueTable

COLUMNS = ("site", "due", "state", "priority", "every_days", "failures", "looked", "why")
_SHOWN = 40


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "queue", epilog=examples("queue --store case.db", "queue first-post.example --now --store case.db"), rich_help_panel=WATCH
    )(queue)


def queue(
    site: Annotated[list[str] | None, typer.Argument(metavar="DOMAIN…", help="These sites alone.")] = None,
    priority: Annotated[int | None, typer.Option(metavar="N", min=-3, max=3, help="Look twice as often for each step.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Look at them with the next run.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Take them off the list; what is stored stays.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Put them on the list again.")] = False,
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show which sites are looked at next, when and why; with a domain and an option, change that."""
    from fingerprints.commands import _history
    from fingerprints.stores.base import StoreError
    from fingerprints.stores.sqlite_due import DueTable

    names = [site_named(text) for text in site or []]
    edits = priority is not None or now or drop or back
    if drop and back:
        raise WrongCallError("--drop and --back contradict each other. Give one of them.")
    if edits and not names:
        raise WrongCallError("Name the sites to change, such as example.com.")
    with _history.opened(store) as opened:
        try:
            table = DueTable(opened)
            if edits:
                _edit(table, names, store, priority=priority, now=now, dropped=drop if drop or back else None)
            rows = [due for due in table.all() if not names or due.site in names]
        except StoreError as error:
            raise FailedError(str(error)) from error
    _write(rows, form)


def _edit(table: DueTable, names: list[str], store: str, *, priority: int | None, now: bool, dropped: bool | None) -> None:
    at = datetime.now(UTC) if now else None
    why = "a person asked for it now" if now else "taken off the list by a person" if dropped else ""
    for name in names:
        if table.edit(name, priority=priority, at=at, dropped=dropped, why=why) is None:
            raise FailedError(f"{name} is not on the list of {store}. Crawl it first: samehand crawl {name}")


def state(due: Due, now: datetime) -> str:
    """Where a site stands: dropped, begun, due or waiting."""
    if due.dropped:
        return "dropped"
    return "begun" if due.begun else "due" if due.at <= now else "waiting"


def _row(due: Due, now: datetime) -> dict[str, Any]:
    from fingerprints.terminal import iso

    times = {"site": due.site, "due": iso(due.at), "state": state(due, now), "priority": due.priority}
    looked = iso(due.looked) if due.looked else ""
    return times | {"every_days": round(due.every, 3), "failures": due.failures, "looked": looked, "why": due.why}


def _write(rows: Iterable[Due], form: Format) -> None:
    from fingerprints.terminal import write_csv, write_json

    now = datetime.now(UTC)
    told = [_row(due, now) for due in rows]
    if form is Format.JSONL:
        write_json(told)
    elif form is Format.CSV:
        write_csv(COLUMNS, (tuple(row.values()) for row in told))
    else:
        _show(told)


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from fingerprints.terminal import safe, show

    if not rows:
        show("The list is empty. Crawl sites first: samehand crawl DOMAIN…")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("due", "state", "site", "prio", "why"):
        table.add_column(column, overflow="fold")
    for row in rows[:_SHOWN]:
        cells = (row["due"][:16].replace("T", " "), row["state"], row["site"], str(row["priority"] or ""), row["why"])
        table.add_row(*(Text(safe(cell)) for cell in cells))
    show(table)
    if len(rows) > _SHOWN:
        show(f"… and {len(rows) - _SHOWN} more; --format csv shows all.")
