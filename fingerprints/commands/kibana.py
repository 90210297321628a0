"""samehand kibana: loads the dashboards into a Kibana."""

from __future__ import annotations

from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import QuietOption


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="Dashboards for investigators.", no_args_is_help=True)
    group.callback()(_group)
    group.command("import", epilog=examples("kibana import --url http://127.0.0.1:5601"))(import_)
    app.add_typer(group, name="kibana", rich_help_panel=SETUP)


def _group() -> None:
    """Dashboards for investigators."""


def import_(
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Kibana's address.")] = "http://127.0.0.1:5601",
    space: Annotated[str, typer.Option(metavar="ID", help="The space; the default one if none is named.")] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what an earlier import brought.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Load data views, searches and dashboards into Kibana 8.19 or later."""
    from fingerprints import config
    from fingerprints.exports import kibana
    from fingerprints.kibana.objects import FILE
    from fingerprints.terminal import warn

    text = (config.DEFAULTS / FILE).read_text("utf-8")
    try:
        done = kibana.load(url, text, space=space, overwrite=overwrite)
    except kibana.KibanaError as error:
        raise FailedError(str(error)) from error
    if not quiet:
        warn(f"{done.count} objects are loaded.")
    if done.version not in kibana.TRIED:
        warn(
            f"No person has yet opened these dashboards in Kibana {done.version or '(it does not say which)'}: that all was "
            "loaded does not show that all is drawn. docs/elasticsearch.md lists what to look at."
        )
