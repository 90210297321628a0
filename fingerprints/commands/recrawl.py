"""samehand recrawl: looks again at the sites whose time has come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import WATCH, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption

DnsOption = Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Name server to ask, by its IP address.")]
PortOption = Annotated[str | None, typer.Option(metavar="80:8080,443:8443", help="Ports to connect to instead.")]
CaOption = Annotated[Path | None, typer.Option(metavar="FILE", help="More certificates to trust (PEM).")]
PrivateOption = Annotated[bool, typer.Option("--allow-private", help="Ask private and loopback addresses, too.")]
DelayOption = Annotated[float | None, typer.Option(metavar="SECONDS", help="Between two requests to one site.")]
ArticlesOption = Annotated[int | None, typer.Option(metavar="N", help="Articles of each site; default: schedule.toml.")]
ProbesOption = Annotated[str | None, typer.Option(metavar="NAMES", help="Look at the hosting with these; none for none.")]
NowOption = Annotated[str, typer.Option(metavar="TIME", help="The time that counts and is written down: for tests on a farm.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "recrawl",
        epilog=examples("recrawl --due --store case.db", "recrawl --due --most 100 --store case.db"),
        rich_help_panel=WATCH,
    )(recrawl)


def recrawl(
    due: Annotated[bool, typer.Option("--due", help="The sites whose time has come (samehand queue shows them).")] = False,
    most: Annotated[int, typer.Option(metavar="N", min=0, help="At the most so many sites; 0 for all.")] = 0,
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
    """Look again at sites that are due. What is broken off goes on with the next call; two calls at once do not overlap."""
    if not due:
        raise WrongCallError("Say --due. To crawl named sites again: samehand crawl --again DOMAIN…")
    given = {"articles": articles, "probes": probes, "delay": delay, "dns": dns, "map_port": map_port, "ca_file": ca_file}
    code = run(store, given | {"allow_private": True if allow_private else None}, most=most, now=now, quiet=quiet)
    if code:
        raise typer.Exit(code)


def run(store: str, given: dict[str, Any], *, most: int = 0, now: str = "", quiet: bool) -> int:
    """Runs the crawler on what is due; its exit code.

    Raises:
        WrongCallError: there is no store, or a setting cannot be used.
    """
    from fingerprints import config, due
    from fingerprints.commands import _crawler, _history

    _history.opened(store).close()
    try:
        table = config.toml("schedule.toml")["recrawl_crawl"]
        due.policy()
    except config.ConfigError as error:
        raise WrongCallError(str(error)) from error
    options = {**table, **{name: value for name, value in given.items() if value is not None}, "store": store}
    arguments = [part for name, value in options.items() for part in ("-a", f"{name}={value}")]
    arguments += [f"--due={most}", "--json", *(["--now", now] if now else [])]
    return _crawler.run(arguments, store=store, quiet=quiet)
