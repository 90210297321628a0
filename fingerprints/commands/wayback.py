"""samehand wayback and samehand commoncrawl: what web archives hold of sites, dead ones too, dated by the captures."""

from __future__ import annotations

from typing import Annotated

import typer

from fingerprints.commands._help import COLLECT, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption

Domains = Annotated[list[str], typer.Argument(metavar="DOMAIN...", help="Sites; they need not exist any more.")]
From = Annotated[str, typer.Option("--from", metavar="DAY", help="The earliest capture, as 2016, 2016-03 or 2016-03-01.")]
To = Annotated[str, typer.Option("--to", metavar="DAY", help="The latest capture.")]
Captures = Annotated[int | None, typer.Option(metavar="N", min=0, help="Front pages of each site, spread over the time.")]
Pages = Annotated[int | None, typer.Option(metavar="N", min=0, help="Other documents of each site, once each.")]
Delay = Annotated[float | None, typer.Option(metavar="SECONDS", help="Between two requests to the archive.")]
Folder = Annotated[str | None, typer.Option("--captures-dir", metavar="DIR", help="WARC files; default: STORE.captures.")]
Private = Annotated[bool, typer.Option("--allow-private", help="Ask an archive at a private or loopback address, too.")]
Proxy = Annotated[str | None, typer.Option(metavar="URL", help="HTTP or SOCKS5 proxy through which the archive is asked.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(
        "wayback",
        epilog=examples(
            "wayback gone.com --from 2016 --to 2021-06 --store case.db",
            "wayback gone.com --cdx https://archive.example/coll/cdx --store case.db",
        ),
        rich_help_panel=COLLECT,
    )(wayback)
    app.command("commoncrawl", epilog=examples("commoncrawl gone.com --from 2019 --store case.db"), rich_help_panel=COLLECT)(
        commoncrawl
    )


def wayback(
    domain: Domains,
    since: From = "",
    until: To = "",
    cdx: Annotated[str, typer.Option(metavar="URL", help="A CDX server; default: the Wayback Machine's.")] = "",
    replay: Annotated[str, typer.Option(metavar="URL", help="What stands before a capture's time, if not beside the CDX.")] = "",
    captures: Captures = None,
    pages: Pages = None,
    delay: Delay = None,
    store: StoreOption = DEFAULT_STORE,
    captures_dir: Folder = None,
    allow_private: Private = False,
    proxy: Proxy = None,
    quiet: QuietOption = False,
) -> None:
    """Read a sample of what a web archive has of sites into the store: each value gets the dates of its captures."""
    from fingerprints.commands import _archives

    more = _archives.arguments(since, until, cdx, captures, pages, delay) + (["--replay", replay] if replay else [])
    _archives.run("wayback", domain, more, _archives.options(store, captures_dir, allow_private, proxy), quiet=quiet)


def commoncrawl(
    domain: Domains,
    since: From = "",
    until: To = "",
    index: Annotated[str, typer.Option(metavar="URL", help="collinfo.json or one crawl's index; default: Common Crawl's.")] = "",
    data: Annotated[str, typer.Option(metavar="URL", help="What stands before the names of the WARC files.")] = "",
    captures: Captures = None,
    pages: Pages = None,
    delay: Delay = None,
    store: StoreOption = DEFAULT_STORE,
    captures_dir: Folder = None,
    allow_private: Private = False,
    proxy: Proxy = None,
    quiet: QuietOption = False,
) -> None:
    """The same from Common Crawl: its indexes are asked, and single records fetched out of its WARC files."""
    from fingerprints.commands import _archives

    more = _archives.arguments(since, until, index, captures, pages, delay) + (["--data", data] if data else [])
    _archives.run("commoncrawl", domain, more, _archives.options(store, captures_dir, allow_private, proxy), quiet=quiet)
