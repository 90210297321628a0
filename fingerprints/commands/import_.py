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
        epilog=examples(
            "import event.json --out seeds.txt",
            "import reviewed.csv --verdicts --by ann --store case.db",
            "import shares posts.csv",
            "import answers pdns.jsonl",
        ),
        rich_help_panel=COLLECT,
    )(import_)


def import_(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[shares|answers] FILE",
            help="A MISP event, a STIX bundle or a CSV; after the word a list of shares, or a service's answer.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The seeds file to write; stdout without it.")] = None,
    take: Annotated[bool, typer.Option("--verdicts", help="Take over what the sender decided, as your own verdicts.")] = False,
    by: ByOption = "",
    within: Annotated[
        int, typer.Option(metavar="MINUTES", min=1, max=1440, help="shares: how far apart the same shares may be.")
    ] = 5,
    kind: Annotated[str, typer.Option(metavar="KIND", help="answers: the kind that was asked for.")] = "",
    value: Annotated[str, typer.Option(metavar="VALUE", help="answers: the value that the listed domains carry.")] = "",
    source: Annotated[str, typer.Option(metavar="NAME", help="answers: who gave them.")] = "",
    store: StoreOption = DEFAULT_STORE,
    quiet: QuietOption = False,
) -> None:
    """Read the sites of a MISP event, a STIX bundle or a CSV as seeds. They are tips: nothing is stored as seen.

    With --verdicts the sender's decisions (a yes or no in a CSV, to_ids or a false positive in MISP, an opinion in STIX)
    are kept as verdicts of the person that --by names, with the file and the sender in the note.

    import shares FILE reads a list of posts (account, url, time): which accounts spread the store's sites, and which of them
    share the same within minutes. import answers FILE keeps what a service said, with source and date: passive DNS (COF),
    crt.sh, Shodan, urlscan, or a list of the domains that carry --kind KIND --value VALUE.
    """
    what, file = _named(words)
    if what == "shares":
        from fingerprints.commands import _shares

        _shares.take(file, store, within, quiet=quiet)
    elif what == "answers":
        from fingerprints.commands import _answers

        _answers.take(file, store, kind, value, source, quiet=quiet)
    else:
        _tips(file, out, by, store, take=take, quiet=quiet)


def _named(words: list[str]) -> tuple[str, Path]:
    if len(words) == 1 and words[0] not in ("shares", "answers"):
        return "tips", Path(words[0])
    if len(words) == 2 and words[0] in ("shares", "answers"):
        return words[0], Path(words[1])
    raise WrongCallError("Give one file, or the word shares or answers and one file.")


def _tips(file: Path, out: Path | None, by: str, store: str, *, take: bool, quiet: bool) -> None:
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
