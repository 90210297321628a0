"""samehand crawl: starts the crawler as a process of its own, shows how far it is, and passes on what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import COLLECT, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "crawl",
        epilog=examples(
            "crawl first-post.example second-post.example --store case.db",
            "crawl --seeds domains.txt --store case.db",
            "crawl --seeds domains.txt --dry-run",
            "crawl first-post.example --expand 50 --store case.db",
            "crawl first-post.example --render --store case.db",
        ),
        rich_help_panel=COLLECT,
    )(crawl)


def crawl(
    seed: Annotated[list[str] | None, typer.Argument(metavar="SEED...", help="Domains and addresses, defanged ones too.")] = None,
    seeds: Annotated[str, typer.Option(metavar="FILE", help="A text or CSV file of them; - for stdin.")] = "",
    store: StoreOption = DEFAULT_STORE,
    frontier: Annotated[
        str,
        typer.Option(envvar="SAMEHAND_FRONTIER", metavar="redis://HOST:PORT/N", help="Share the sites with crawls elsewhere."),
    ] = "",
    captures: Annotated[Path | None, typer.Option(metavar="DIR", help="WARC files; default: STORE.captures beside it.")] = None,
    articles: Annotated[int | None, typer.Option(metavar="N", help="Articles of each site.")] = None,
    pages: Annotated[int | None, typer.Option(metavar="N", help="Documents of each site, all kinds together.")] = None,
    depth: Annotated[int | None, typer.Option(metavar="N", help="Links followed from the front page on.")] = None,
    delay: Annotated[float | None, typer.Option(metavar="SECONDS", help="Between two requests to one site.")] = None,
    concurrency: Annotated[int | None, typer.Option(metavar="N", help="Requests under way, over all sites.")] = None,
    readers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes besides the crawler's that read pages in a long crawl; 0 for none.")
    ] = None,
    max_bytes: Annotated[int | None, typer.Option(metavar="N", help="Bytes of one document.")] = None,
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For one request.")] = None,
    site_seconds: Annotated[float | None, typer.Option(metavar="SECONDS", help="For one site.")] = None,
    user_agent: Annotated[str | None, typer.Option(metavar="TEXT", help="Who asks.")] = None,
    profiles: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Compare what these visitors are shown, as from-search,mobile."),
    ] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="As whom to ask: headers of config/profiles.toml.")] = None,
    proxy: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="http://host:port or socks5://host:port; names are looked up there, too."),
    ] = None,
    ignore_robots: Annotated[bool, typer.Option("--ignore-robots", help="Ask also what robots.txt forbids.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Ask private and loopback addresses, too.")] = False,
    dns: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Name server to ask, by its IP address.")] = None,
    map_port: Annotated[str | None, typer.Option(metavar="80:8080,443:8443", help="Ports to connect to instead.")] = None,
    ca_file: Annotated[Path | None, typer.Option(metavar="FILE", help="More certificates to trust (PEM).")] = None,
    probes: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Look at the hosting with these: dns,registration,tls,jarm,archives.")
    ] = None,
    no_probes: Annotated[bool, typer.Option("--no-probes", help="Do not look at the hosting.")] = False,
    passive: Annotated[
        bool, typer.Option("--passive", help="Ask only what the sites cannot see: DNS, registries, archives.")
    ] = False,
    registry_delay: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Between two questions to one registry.")
    ] = None,
    hosting_data: Annotated[Path | None, typer.Option(metavar="DIR", help="Lists of registries and AS numbers.")] = None,
    no_containers: Annotated[
        bool, typer.Option("--no-containers", help="Do not fetch the tag containers that pages load.")
    ] = False,
    no_pictures: Annotated[bool, typer.Option("--no-pictures", help="Fetch no picture: logo, author, article.")] = False,
    no_extras: Annotated[
        bool,
        typer.Option("--no-extras", help="Fetch no picture, script, style sheet, app-ads.txt, wp-json and no missing page."),
    ] = False,
    render: Annotated[bool, typer.Option("--render", help="Show pages in Chromium, too: what scripts add is seen.")] = False,
    render_pages: Annotated[int | None, typer.Option(metavar="N", help="Pages of each site in the browser.")] = None,
    render_others: Annotated[
        bool,
        typer.Option("--render-others", help="Ask other sites, too, for what a page wants in the browser: they learn of it."),
    ] = False,
    browser: Annotated[str | None, typer.Option(metavar="PROGRAM", help="The browser's program.")] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run the browser without the system's sandbox, as root has to.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Crawl anew the sites that are done already.")] = False,
    expand: Annotated[
        int, typer.Option(metavar="N", min=0, help="Go on to what the sites lead to, until N sites are crawled in all.")
    ] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked and how long it takes; ask nothing.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Crawl candidate sites into a store. The same command goes on where it was stopped.

    The defaults are in config/crawl.toml. Without seeds, the sites that an earlier crawl left unfinished are crawled.

    With --expand, domains that the sites and those linked with them name are crawled in turn, the likeliest first. Each is told
    with its reason, which samehand log keeps; config/expansion.toml says what a reason is worth.
    """
    from fingerprints.commands import _crawler

    if not store:
        raise WrongCallError("--store names nothing. Give a path.")
    given: dict[str, Any] = {
        "store": store,
        "frontier": frontier or None,
        "captures": captures,
        "articles": articles,
        "pages": pages,
        "depth": depth,
        "delay": delay,
        "concurrency": concurrency,
        "readers": readers,
        "max_bytes": max_bytes,
        "timeout": timeout,
        "site_seconds": site_seconds,
        "user_agent": user_agent,
        "profile": profile,
        "profiles": profiles,
        "proxy": proxy,
        "robots": False if ignore_robots else None,
        "allow_private": True if allow_private else None,
        "dns": dns,
        "map_port": map_port,
        "ca_file": ca_file,
        "probes": "none" if no_probes else probes,
        "passive": True if passive else None,
        "containers": 0 if no_containers else None,
        "extras": False if no_extras else None,
        "assets": 0 if no_extras else None,
        "pictures": 0 if no_extras or no_pictures else None,
        "hosting_data": hosting_data,
        "registry_delay": registry_delay,
        "render": True if render else None,
        "render_pages": render_pages,
        "render_others": True if render_others else None,
        "browser": browser,
        "sandbox": False if no_sandbox else None,
    }
    if expand and (dry_run or frontier):
        raise WrongCallError("--expand follows what a crawl has shown in its own store: leave --dry-run and --frontier out.")
    arguments = []
    for name, value in given.items():
        if value is not None:
            arguments += ["-a", f"{name}={value}"]
    arguments += ["--dry-run"] if dry_run else ["--json"]
    if expand:
        from fingerprints.commands import _expansion

        code = _expansion.run(arguments, again, seed or [], seeds, store, expand, quiet=quiet)
    else:
        arguments += [*(["--again"] if again else []), *([f"--seeds={seeds}"] if seeds else []), "--", *(seed or [])]
        code = _crawler.run(arguments, store=store, quiet=quiet)
    if code:
        raise typer.Exit(code)
