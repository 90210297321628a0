"""samehand import: what a colleague sends, as seeds for the next crawl, and on request as verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import COLLECT, examples
from fingerprints.commands._options import DEFAULT_STORE, QuietOption, StoreOption, open_to_read
from fingerprints.commands.verdict import ByOption

if TYPE_CHECKING:
    from fingerprints.exports.tips import Tips


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "import",
        epilog=examples("import event.json --out seeds.txt", "import reviewed.csv --verdicts --by ann --store case.db"),
        rich_help_panel=COLLECT,
    )(import_)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A MISP event, a STIX bundle or a CSV.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The seeds file to write; stdout without it.")] = None,
    take: Annotated[bool, typer.Option("--verdicts", help="Take over what the sender decided, as your own verdicts.")] = False,
    by: ByOption = "",
    store: StoreOption = DEFAULT_STORE,
    quiet: QuietOption = False,
) -> None:
    """Read the sites of a MISP event, a STIX bundle or a CSV as seeds. They are tips: nothing is stored as seen.

    With --verdicts the sender's decisions (a yes or no in a CSV, to_ids or a false positive in MISP, an opinion in STIX)
    are kept as verdicts of the person that --by names, with the file and the sender in the note.
    """
    from fingerprints.commands._layout import count
    from fingerprints.terminal import warn

    found = _read(file)
    if take:
        taken = _take(found, file, by, store)
        if not quiet:
            warn(f"{count(taken, 'verdict')} of {file} kept. samehand verdict lists them.")
        return
    _write("".join(f"{site}\n" for site in found.sites), out)
    if not quiet:
        warn(f"{count(len(found.sites), 'site')} and {count(len(found.values), 'value')} in {file}.")
        if found.verdicts:
            warn(f"It also holds {count(len(found.verdicts), 'verdict')}; with --verdicts --by NAME they become yours.")


def _read(file: Path) -> Tips:
    from fingerprints.exports import tips

    try:
        return tips.read(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCallError(f"{file} cannot be read: {error}. Give a text file.") from error
    except tips.TipsError as error:
        raise WrongCallError(f"{file}: {error}") from error


def _write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise WrongCallError(f"{out} cannot be written: {error.strerror}. Name another file.") from error


def _take(found: Tips, file: Path, by: str, store: str) -> int:
    """Keeps the sender's verdicts, but those that hold already; gives how many it kept."""
    from fingerprints import verdicts

    if not found.verdicts:
        raise FailedError(f"{file} decides nothing: no yes or no in it. Without --verdicts its sites are read as seeds.")
    with open_to_read(store):
        pass  # a verdict on a store that is not there would be lost
    try:
        held = verdicts.load(store)
        made = []
        for said in found.verdicts:
            subject = verdicts.Subject(said.on)
            no = verdicts.Answer.SHARED if subject is verdicts.Subject.VALUE else verdicts.Answer.NO
            note = ": ".join(filter(None, (f"from {file.name}" + (f" by {said.by}" if said.by else ""), said.note)))
            one = verdicts.verdict(subject, said.about, verdicts.Answer.YES if said.yes else no, by, note)
            old = held.get(one.on, *one.about)
            if old is None or old.answer is not one.answer:
                made.append(one)
        for one in made:
            verdicts.add(store, one)
    except verdicts.VerdictError as error:
        raise WrongCallError(str(error)) from error
    return len(made)
