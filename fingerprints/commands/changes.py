"""samehand changes: what changed on sites and in networks since a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import WATCH, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, StoreOption, site_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.changes import Apart, Change, Together
    from fingerprints.stores.elasticsearch import ElasticsearchStore
    from fingerprints.stores.history import NetworkEvent
    from fingerprints.stores.sqlite import SqliteStore

COLUMNS = ("at", "type", "what", "site", "group", "kind", "old", "new", "after", "sites", "bits")
_MOST_NAMED = 6


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "changes",
        epilog=examples(
            "changes --since 2026-11-01 --store case.db", "changes --site first-post.example --group account --store case.db"
        ),
        rich_help_panel=WATCH,
    )(changes)


def changes(
    since: Annotated[str, typer.Option(metavar="TIME", help="A date, a time, or how long ago: 2024-05-01, 3d, 12h.")] = "7d",
    site: Annotated[str, typer.Option(metavar="DOMAIN", help="Of this site alone.")] = "",
    group: Annotated[
        str,
        typer.Option(metavar="NAME", help="id, account, contact, host, certificate, template, redirect, network or together."),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also kinds that come and go by themselves.")] = False,
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what changed: ids, accounts, hosts, certificates, templates, redirects and networks.

    A block page, an outage or an error is no change. The same change on several sites at once is told with what it is worth.
    """
    from fingerprints.commands import _history, _times
    from fingerprints.config import ConfigError

    start = _times.moment(since, option="--since")
    name = site_named(site) if site else ""
    with _history.past(store) as opened:
        try:
            rows = sorted(_rows(opened, start, everything=everything), key=lambda row: (row["at"], row["type"], row["site"]))
        except ConfigError as error:
            raise WrongCallError(str(error)) from error
    wanted = [row for row in rows if _is_wanted(row, name, group)]
    _write(wanted, form)


def _is_wanted(row: dict[str, Any], site: str, group: str) -> bool:
    of_site = not site or site == row["site"] or site in row["sites"]
    return of_site and (not group or group in (row["group"], row["type"]))


def _rows(store: SqliteStore | ElasticsearchStore, start: Any, *, everything: bool) -> Iterator[dict[str, Any]]:
    from fingerprints import changes as found
    from fingerprints import config

    table = config.toml("schedule.toml")["changes"]
    several = list(found.changes(store, since=start, quiet=() if everything else found.quiet_kinds()))
    kin = {site: network.id for network in store.networks() for site in network.sites}
    yield from map(_change, several)
    at_once = found.together(
        several,
        store.visits(since=start),
        kin,
        hours=float(table["together_hours"]),
        fewest=int(table["together_sites"]),
    )
    yield from map(_together, at_once)
    yield from map(_event, found.network_events(store, since=start))
    yield from map(_apart, found.came_apart(store.networks(), store, since=start))


def _change(one: Change) -> dict[str, Any]:
    from fingerprints.terminal import iso

    told = {"at": iso(one.at), "type": "site", "what": one.what.value, "site": one.site, "group": one.group, "kind": one.kind}
    return told | {"old": one.old, "new": one.new, "after": iso(one.after), "page_url": one.page_url, "sites": [], "bits": None}


def _together(one: Together) -> dict[str, Any]:
    from fingerprints.terminal import iso

    told = {"at": iso(one.at), "type": "together", "what": one.what.value, "site": "", "group": "", "kind": one.kind}
    weight = {"strangers": one.strangers, "looked": one.looked, "bits": one.bits}
    return told | {"old": one.old, "new": one.new, "after": "", "sites": list(one.sites), **weight}


def _event(one: NetworkEvent) -> dict[str, Any]:
    from fingerprints.terminal import iso

    told = {"at": iso(one.at), "type": "network", "what": one.fate.value, "site": "", "group": "network", "kind": ""}
    return told | {"old": one.network, "new": one.other, "after": "", "sites": list(one.sites), "bits": None}


def _apart(one: Apart) -> dict[str, Any]:
    from fingerprints.terminal import iso

    told = {"at": iso(one.at), "type": "network", "what": "came apart", "site": "", "group": "network", "kind": ""}
    sites = [site for part in one.parts for site in part]
    return told | {"old": one.network, "new": " | ".join(map(" ".join, one.parts)), "after": "", "sites": sites, "bits": None}


def _write(rows: list[dict[str, Any]], form: Format) -> None:
    from fingerprints.terminal import write_csv, write_json

    if form is Format.JSONL:
        write_json(rows)
    elif form is Format.CSV:
        cells = ([" ".join(row[name]) if name == "sites" else row[name] for name in COLUMNS] for row in rows)
        write_csv(COLUMNS, cells)
    else:
        _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from fingerprints.terminal import safe, show

    if not rows:
        show("Nothing changed. What was looked at, and when: samehand queue")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("found", "what", "where", "kind", "value"):
        table.add_column(column, overflow="fold")
    for row in rows:
        where = row["site"] or _named(row["sites"])
        value = f"{row['old']} → {row['new']}" if row["old"] and row["new"] else row["old"] or row["new"]
        kind = row["kind"] or row["type"]
        what = (
            f"{row['what']} on {len(row['sites'])} sites at once ({row['bits']} bits)"
            if row["type"] == "together"
            else row["what"]
        )
        table.add_row(*(Text(safe(str(cell))) for cell in (row["at"][:16].replace("T", " "), what, where, kind, value)))
    show(table)


def _named(sites: list[str]) -> str:
    more = f" and {len(sites) - _MOST_NAMED} more" if len(sites) > _MOST_NAMED else ""
    return ", ".join(sites[:_MOST_NAMED]) + more
