"""samehand alerts: tells what is new to those who want to know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import WATCH, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, QuietOption, StoreOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.alerts import Settings
    from fingerprints.stores.sqlite import SqliteStore
    from fingerprints.stores.sqlite_alerts import Ledger, Message

COLUMNS = ("id", "rule", "channel", "at", "title", "state", "tries", "error")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("alerts", epilog=examples("alerts --store case.db", "alerts --list --store case.db"), rich_help_panel=WATCH)(
        alerts
    )


def alerts(
    show: Annotated[bool, typer.Option("--list", help="Show what was sent and what waits; send nothing.")] = False,
    test: Annotated[str, typer.Option(metavar="CHANNEL", help="Send a message to this channel to try it.")] = "",
    since: Annotated[str, typer.Option(metavar="TIME", help="With the first run: also tell what happened since then.")] = "",
    now: Annotated[str, typer.Option(metavar="TIME", help="The time that counts: for tests on a farm.")] = "",
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Send what config/alerts.toml asks for: one message an event and channel; what was sent is not sent again."""
    from fingerprints.commands import _history, _times
    from fingerprints.config import ConfigError
    from fingerprints.stores.sqlite_alerts import Ledger

    time = _times.moment(now, option="--now") if now else datetime.now(UTC)
    start = _times.moment(since, option="--since", now=time) if since else time
    try:
        if test:
            _try(test)
            return
        with _history.opened(store) as opened:
            if show:
                _write(Ledger(opened).all(), form)
                return
            failed = run(opened, time, start, quiet=quiet)
    except ConfigError as error:
        raise WrongCallError(str(error)) from error
    if failed:
        raise FailedError(failed)


def run(store: SqliteStore, now: datetime, start: datetime, *, quiet: bool) -> str:
    """Finds what is new, sends what waits.

    Returns:
        A sentence when something could not be sent; it is tried again by a later run.

    Raises:
        ConfigError: the rules cannot be used.
    """
    from fingerprints.alerts import events, settings
    from fingerprints.stores.sqlite_alerts import Ledger
    from fingerprints.terminal import warn

    chosen = settings()
    ledger = Ledger(store)
    begun = ledger.begin(start)
    new = ledger.add(_messages(events(store, chosen.rules, begun), chosen))
    sent, errors = _send(ledger, chosen, now)
    if not quiet:
        warn(f"{new} new, {sent} sent, {len(errors)} failed." if chosen.rules else "There are no rules: see config/alerts.toml.")
    return f"{len(errors)} messages could not be sent and are tried again later: {errors[0]}" if errors else ""


def _messages(found: Any, chosen: Settings) -> Iterator[Message]:
    from fingerprints.stores.sqlite_alerts import Message

    for event in found:
        for channel in chosen.rules[event.rule].to or tuple(chosen.channels):
            yield Message(event.id, channel, event.rule, event.at, event.title, event.body)


def _send(ledger: Ledger, chosen: Settings, now: datetime) -> tuple[int, list[str]]:
    from fingerprints.exports.notify import NotifyError, send

    errors: list[str] = []
    tried: dict[str, int] = {}
    for one in ledger.waiting(now, chosen.sending.tries):
        if one.channel not in chosen.channels or tried.get(one.channel, 0) >= chosen.sending.most_a_run:
            continue
        tried[one.channel] = tried.get(one.channel, 0) + 1
        try:
            send(
                chosen.address(one.channel),
                f"Samehand: {one.title}",
                f"{one.body}\n\nRule {one.rule}, found {one.at:%Y-%m-%d %H:%M} UTC",
            )
        except NotifyError as error:
            errors.append(f"{one.channel}: {error}")
            ledger.failed(one, str(error), now, timedelta(minutes=chosen.sending.wait_minutes))
        else:
            ledger.told(one, now)
    return sum(tried.values()) - len(errors), errors


def _try(channel: str) -> None:
    from fingerprints.alerts import settings
    from fingerprints.exports.notify import NotifyError, send

    chosen = settings()
    if channel not in chosen.channels:
        raise WrongCallError(f"There is no channel {channel}. Define it in alerts.toml, [channels].")
    try:
        send(chosen.address(channel), "Samehand: a test", "Alerts reach this channel.")
    except NotifyError as error:
        raise FailedError(f"{channel}: {error}") from error


def _write(messages: list[Message], form: Format) -> None:
    from fingerprints.terminal import iso, safe, show, write_csv, write_json

    rows: list[dict[str, Any]] = []
    for one in messages:
        state = "sent" if one.sent else "failed" if one.error else "waiting"
        rows.append(
            dict(zip(COLUMNS, (one.id, one.rule, one.channel, iso(one.at), one.title, state, one.tries, one.error), strict=True))
        )
    if form is Format.JSONL:
        write_json(rows)
    elif form is Format.CSV:
        write_csv(COLUMNS, (tuple(row.values()) for row in rows))
    else:
        for row in rows:
            show(safe(f"{row['at'][:16].replace('T', ' ')}  {row['state']:8}{row['channel']}: {row['title']}"), whole=True)
