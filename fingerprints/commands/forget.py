"""samehand forget: takes a site or a person's value out of a case."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._noted import noted
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_write, site_named
from fingerprints.commands.verdict import ByOption

if TYPE_CHECKING:
    import re

    from fingerprints.stores.forgetting import Forgotten


class What(StrEnum):
    """What is forgotten."""

    SITE = "site"
    VALUE = "value"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "forget",
        epilog=examples(
            "forget value jane.doe@example.org --store case.db", "forget site example.org --store case.db --yes --by ann"
        ),
        rich_help_panel=KEEP,
    )(forget)


def forget(
    what: Annotated[What, typer.Argument(help="A site with all that is known of it, or a value on all sites.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The site, or the value as it stands.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this it is only counted.")] = False,
    by: ByOption = "",
    store: StoreOption = DEFAULT_STORE,
    quiet: QuietOption = False,
) -> None:
    """Take a site or a value out of the store for good: rows, excerpts of others, links, verdicts, the log, the crawler's queue.

    Captures and backups are files of their own and are left: the names of captures that hold it are printed. A later crawl of the
    same pages finds the same values.
    """
    from fingerprints import casebook, tags, verdicts
    from fingerprints.stores import forgetting
    from fingerprints.stores.sqlite import SqliteStore
    from fingerprints.terminal import safe, warn

    if "://" not in store and not Path(store).exists():
        raise WrongCallError(f"There is no store at {store}. Name one with --store.")
    text = site_named(name) if what is What.SITE else name.strip()
    if not text:
        raise WrongCallError("NAME is empty. Give a site or a value.")
    with open_to_write(store) as opened:
        if not isinstance(opened, SqliteStore):
            raise WrongCallError(
                f"{store} is a server. Copy it with samehand merge, forget there, and put the copy in its place."
            )
        done = (forgetting.site if what is What.SITE else forgetting.value)(opened, text, trial=not yes)
    if yes:
        finder = forgetting.pattern(text)
        for file in (verdicts.file_of(store), casebook.file_of(store), tags.file_of(store)):
            _forget_lines(file, finder)
        noted(store, "forget", f"a {what.value}", by)
    for capture in sorted(done.captures):
        typer.echo(safe(capture))
    if not quiet:
        warn(_told(done, yes=yes))


def _told(done: Forgotten, *, yes: bool) -> str:
    from fingerprints.commands._layout import count

    verb = "Taken out" if yes else "Would be taken out"
    told = f"{verb}: {count(done.rows, 'row')}, and it from {count(done.texts, 'text')} of others."
    if done.captures:
        told += f" {count(len(done.captures), 'capture holds', 'captures hold')} it still: delete them, or keep them locked."
    return told if yes else told + " Nothing was changed; --yes does it."


def _forget_lines(file: Path, finder: re.Pattern[str]) -> None:
    """Drops the lines that are about it, and takes it out of the notes of others."""
    from fingerprints.stores.forgetting import FORGOTTEN

    if not file.is_file():
        return
    lines = (_without(line, finder, FORGOTTEN) for line in file.read_text("utf-8").splitlines())
    kept = [line + "\n" for line in lines if line]
    new = file.with_name(file.name + ".new")
    new.write_text("".join(kept), "utf-8")
    os.replace(new, file)  # noqa: PTH105  (at one moment, on every system)


def _without(line: str, finder: re.Pattern[str], forgotten: str) -> str:
    """The line without it; nothing of a line that is about it. One that somebody broke by hand stays as it is, but for it."""
    try:
        row = json.loads(line)
        if finder.search(json.dumps([row.get("about"), row.get("site")], ensure_ascii=False)):
            return ""
        plain = {key: finder.sub(forgotten, value) if isinstance(value, str) else value for key, value in row.items()}
    except (ValueError, AttributeError):
        return finder.sub(forgotten, line)
    return json.dumps(plain, ensure_ascii=False)
