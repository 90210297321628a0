"""samehand merge: several stores as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import KEEP, examples
from fingerprints.commands._noted import noted
from fingerprints.commands._options import QuietOption, open_to_read, open_to_write, verdicts_on
from fingerprints.commands.verdict import ByOption

if TYPE_CHECKING:
    from fingerprints.verdicts import Verdict


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("merge", epilog=examples("merge monday.db colleague.db --into case.db"), rich_help_panel=KEEP)(merge)


def merge(
    sources: Annotated[list[str], typer.Argument(metavar="STORE…", help="Stores to read; they are left as they are.")],
    into: Annotated[str, typer.Option("--into", metavar="STORE", help="The store to fill; it may hold something already.")],
    by: ByOption = "",
    quiet: QuietOption = False,
) -> None:
    """Write what several stores saw, the verdicts on them and the tags into one. Doing it again changes nothing.

    The networks are found anew by the next samehand networks.
    """
    from fingerprints.commands._layout import count
    from fingerprints.stores import merging
    from fingerprints.terminal import warn

    if "://" not in into and Path(into).resolve() in {Path(one).resolve() for one in sources}:
        raise WrongCallError(f"{into} is one of the stores to read. Name another one with --into.")
    for source in sources:
        open_to_read(source).close()  # all of them are there before anything is written
    with open_to_write(into) as target:
        for source in sources:
            with open_to_read(source) as opened:
                added = merging.add(opened, target)
            if not quiet:
                warn(f"{source}: {count(added.sites, 'site')}, {count(added.carried, 'value')} on them.")
                if added.other_histories:
                    warn(f"  Both watched {count(added.other_histories, 'site')}: the history that was there first stands.")
    against = _verdicts(sources, into)
    _tags(sources, into)
    noted(into, "merge", " ".join(sources), by)
    if against and not quiet:
        warn(f"On {count(against, 'subject')} the stores say different things: the later verdict holds.")


def _verdicts(sources: list[str], into: str) -> int:
    """Adds the verdicts that the target lacks, in the order of their times; gives on how many subjects the stores disagree."""
    from fingerprints import verdicts

    if "://" in into:
        return 0
    held = [verdicts_on(one) for one in (into, *sources)]
    everything = sorted({one for log in held for one in log.log}, key=lambda one: (one.at, one.on, one.about))
    answers: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for log in held:
        for one in log.all():
            answers.setdefault((one.on, one.about), set()).add(one.answer)
    if everything:
        _write(verdicts.file_of(into), everything)
    return sum(len(said) > 1 for said in answers.values())


def _tags(sources: list[str], into: str) -> None:
    """Adds the tags that the target lacks, whoever put them."""
    from fingerprints import tags

    try:
        held = {(site, tag) for site, words in tags.load(into).items() for tag in words}
        for source in sources:
            theirs = tags.load(source)
            for one in tags.log(source):
                if one.tag in theirs.get(one.site, []) and (one.site, one.tag) not in held:
                    tags.put(into, one.tag, [one.site], one.by)
                    held.add((one.site, one.tag))
    except tags.TagError as error:
        raise WrongCallError(str(error)) from error


def _write(file: Path, log: list[Verdict]) -> None:
    """The whole file anew, in the order of time, since the last line on a subject holds."""
    import json
    import os

    from fingerprints.verdicts import as_row

    new = file.with_name(file.name + ".new")
    new.write_text("".join(json.dumps(as_row(one), ensure_ascii=False) + "\n" for one in log), "utf-8")
    os.replace(new, file)  # noqa: PTH105  (at one moment, on every system)
