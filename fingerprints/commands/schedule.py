"""samehand schedule: looks at what is due, again and again, until it is stopped.

There is one job, and it must not overlap itself: a loop with a pause does it, and no library of schedules is needed. Which sites
are due, and when, stands in the store, so that a killed daemon has nothing to remember.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import WATCH, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption
from fingerprints.commands.recrawl import (
    ArticlesOption,
    CaOption,
    DelayOption,
    DnsOption,
    NowOption,
    PortOption,
    PrivateOption,
    ProbesOption,
)

if TYPE_CHECKING:
    from fingerprints.retention import Retention

_FAILED, _INTERRUPTED = 1, 130


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "schedule", epilog=examples("schedule --store case.db", "schedule --once --store case.db"), rich_help_panel=WATCH
    )(schedule)


def schedule(
    once: Annotated[bool, typer.Option("--once", help="One round, for systemd timers and CronJobs.")] = False,
    every: Annotated[float | None, typer.Option(metavar="MINUTES", help="Between two looks at the list.", min=0)] = None,
    store: StoreOption = DEFAULT_STORE,
    articles: ArticlesOption = None,
    probes: ProbesOption = None,
    delay: DelayOption = None,
    dns: DnsOption = None,
    map_port: PortOption = None,
    ca_file: CaOption = None,
    allow_private: PrivateOption = False,
    now: NowOption = "",
    quiet: QuietOption = False,
) -> None:
    """Re-crawl what is due, cluster, and send alerts; then wait, and do it again. The plan is in config/schedule.toml."""
    from fingerprints import config
    from fingerprints.commands import _times
    from fingerprints.retention import planned

    if now:
        _times.moment(now, option="--now")
        if not once:
            raise WrongCallError("--now is one moment. Use it with --once.")
    try:
        retention = planned()
    except config.ConfigError as error:
        raise WrongCallError(str(error)) from error
    table = config.toml("schedule.toml")["schedule"]
    given = {"articles": articles, "probes": probes, "delay": delay, "dns": dns, "map_port": map_port, "ca_file": ca_file}
    given["allow_private"] = True if allow_private else None
    minutes = float(table["every_minutes"]) if every is None else every
    while True:
        _make_room(store, retention)
        code, problem = _round(store, given, table["after"], now, quiet=quiet)
        if code == _INTERRUPTED or once:
            break
        time.sleep(60 * minutes)
    if problem:
        raise FailedError(problem)
    if code:
        raise typer.Exit(code)


def _round(store: str, given: dict[str, Any], after: list[str], now: str, *, quiet: bool) -> tuple[int, str]:
    from fingerprints.commands import _times, recrawl
    from fingerprints.stores.base import is_address
    from fingerprints.terminal import warn

    code = recrawl.run(store, given, now=now, quiet=quiet)
    # What a server did not take is in the journal, by which alerts go.
    if code and not (code == _FAILED and is_address(store)):
        return code, ""
    moment = _times.moment(now, option="--now") if now else datetime.now(UTC)
    problem = _follow_up(store, after, moment, quiet=quiet)
    if problem:
        warn(problem)
    return code, problem


def _make_room(store: str, retention: Retention) -> None:
    """Before the crawl: one that finds no room under its own quota would stop, and nothing after it would be done.

    What hinders it is told and hinders no more than that: the crawl says itself when it finds no room.
    """
    from fingerprints.captures import folder_of
    from fingerprints.commands.captures import prune
    from fingerprints.stores.base import StoreError
    from fingerprints.terminal import warn

    try:
        files = [] if retention.keeps_all else list(folder_of(store).glob("*.warc.gz"))
        if retention.surplus(files):
            prune(files, retention, store)
    except (FailedError, WrongCallError, StoreError) as error:
        warn(str(error))
    except OSError as error:
        warn(f"No room could be made for captures: {error.strerror or error}.")


def _follow_up(store: str, after: list[str], now: datetime, *, quiet: bool) -> str:
    from fingerprints.commands import _history, alerts
    from fingerprints.commands._options import verdicts_on
    from fingerprints.config import ConfigError
    from fingerprints.networks import find_networks
    from fingerprints.stores.base import StoreError, is_address

    problems = [_on_server(store)] if "networks" in after and is_address(store) else []
    try:
        with _history.opened(store) as opened:
            if "networks" in after and not any(problems):  # without the server's verdicts they would be others
                opened.save_networks(find_networks(opened, verdicts_on(store)))
            if "alerts" in after:
                problems.append(alerts.run(opened, now, now, quiet=quiet))
    except (ConfigError, StoreError) as error:
        problems.append(str(error))
    return " ".join(filter(None, problems))


def _on_server(store: str) -> str:
    """Networks of the server, besides the journal's. One that is down hinders nothing that needs the journal alone."""
    from fingerprints.commands._options import open_to_read, verdicts_on
    from fingerprints.config import ConfigError
    from fingerprints.networks import find_networks
    from fingerprints.stores.base import StoreError

    try:
        with open_to_read(store) as server:
            server.save_networks(find_networks(server, verdicts_on(store)))
    except (ConfigError, StoreError, WrongCallError) as error:
        return f"Networks are as they were: {error}"
    return ""
