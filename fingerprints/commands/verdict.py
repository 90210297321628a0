"""samehand verdict: what a person decides about a value, a link, a site or a network."""

from __future__ import annotations

from typing import Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import DECIDE, examples
from fingerprints.commands._options import DEFAULT_STORE, Format, FormatOption, QuietOption, StoreOption, open_to_read, site_named
from fingerprints.verdicts import Answer, Subject, Verdict, VerdictError, Verdicts

COLUMNS = ("on", "about", "answer", "by", "at", "note")
ByOption = Annotated[str, typer.Option("--by", envvar="SAMEHAND_BY", metavar="NAME", help="Who decides.")]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for those who read it later.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "verdict",
        epilog=examples(
            'verdict site first-post.example yes --by ann --note "letter came back" --store case.db',
            "verdict value email hello@agency.example shared --by ann --store case.db",
            "verdict --store case.db",
        ),
        rich_help_panel=DECIDE,
    )(verdict)


def verdict(
    on: Annotated[Subject | None, typer.Argument(help="value KIND VALUE, link A B, site A, or network ID.")] = None,
    about: Annotated[list[str] | None, typer.Argument(metavar="NAME… ANSWER", help="What, and then the answer.")] = None,
    by: ByOption = "",
    note: NoteOption = "",
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Record a verdict (yes, no, shared, undone), or list those that hold.

    A value said to be shared, or a link said to be none, counts for nothing in the next run, and the evidence says so.

    samehand verdict value adsense pub-1556223355139109 shared --by ann --note "Blogger's own account"
    """
    from fingerprints import verdicts
    from fingerprints.terminal import warn

    with open_to_read(store):
        pass  # a verdict on a store that is not there would be lost
    try:
        if on is None:
            _list(verdicts.load(store), form)
            return
        made = _made(on, about or [], by, note)
        if made.answer is Answer.UNDONE and verdicts.load(store).get(made.on, *made.about) is None:
            raise FailedError(
                f"There is no verdict on {made.on.value} {' '.join(made.about)} to undo. samehand verdict lists them."
            )
        verdicts.add(store, made)
    except VerdictError as error:
        raise WrongCallError(str(error)) from error
    if not quiet:
        warn("Kept. It holds from the next samehand networks on; `undone` in place of the answer takes it back.")


def _made(on: Subject, words: list[str], by: str, note: str) -> Verdict:
    from fingerprints.verdicts import verdict as made

    answers = [answer.value for answer in Answer]
    if not words or words[-1] not in answers:
        raise WrongCallError(f"Say the answer last: one of {', '.join(answers)}.")
    names = [site_named(name) for name in words[:-1]] if on in (Subject.LINK, Subject.SITE) else words[:-1]
    return made(on, names, Answer(words[-1]), by, note)


def _list(held: Verdicts, form: Format) -> None:
    from fingerprints import terminal
    from fingerprints.commands._layout import grid, text
    from fingerprints.verdicts import as_row

    if form is Format.JSONL:
        terminal.write_json(as_row(one) for one in held.all())
    elif form is Format.CSV:
        rows = ((one.on.value, " ".join(one.about), one.answer.value, one.by, one.at.isoformat(), one.note) for one in held.all())
        terminal.write_csv(COLUMNS, rows)
    elif held:
        terminal.show(
            grid((text(f"{one.on.value} {' '.join(one.about)}"), text(one.sentence, terminal.FAINT)) for one in held.all())
        )
    else:
        terminal.warn("No verdicts on this store.")
