"""samehand evidence: shows observations again out of their captures, and proves them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    PlainFormat,
    PlainFormatOption,
    QuietOption,
    StoreOption,
    open_to_read,
    site_named,
    sites_known,
)

if TYPE_CHECKING:
    from fingerprints.proof import Proof
    from fingerprints.stores.base import Carried, Store

_ID_LENGTH = 16


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "evidence",
        epilog=examples("evidence first-post.example --store case.db", "evidence --sample 50 --store case.db"),
        rich_help_panel=ASK,
    )(evidence)


def evidence(
    site: Annotated[
        str, typer.Argument(metavar="[SITE|ID]", autocompletion=sites_known, help="A site, or the id of an observation.")
    ] = "",
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="Only values of this kind.")] = "",
    value: Annotated[str, typer.Argument(metavar="[VALUE]", help="Only this value.")] = "",
    sample: Annotated[int, typer.Option(metavar="N", min=0, help="So many observations of the store, by chance.")] = 0,
    captures: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Where WARC files lie, besides STORE.captures and its folder."),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Show where values were seen, out of the captures. Exits with 1 if one cannot be proved.

    The record is taken from its WARC file, its SHA-256 is compared with the one noted when it was captured, and the value
    is found in it again.
    """
    from fingerprints.proof import Prover

    if bool(site) == bool(sample):
        raise WrongCallError("Name a site or the id of an observation, or give --sample N.")
    with open_to_read(store) as opened:
        chosen = _sample(opened, sample) if sample else _chosen(opened, site, kind, value)
    if not chosen:
        raise FailedError(f"{store} knows no such observation: {' '.join(filter(None, (site, kind, value))) or 'it is empty'}.")
    prover = Prover(folders_of(store, captures or []))
    unproved = 0
    for proof in map(prover.prove, chosen):
        unproved += not proof.proved
        _write(proof, form)
    _conclude(len(chosen), unproved, quiet)


def folders_of(store: str, named: list[Path]) -> list[Path]:
    """Where a store's captures may lie, those that were named first.

    Raises:
        WrongCallError: one that was named is no folder.
    """
    from fingerprints.captures import folder_of

    for folder in named:
        if not folder.is_dir():
            raise WrongCallError(f"--captures {folder} is no folder.")
    return [*named, folder_of(store), Path(store).parent, Path()]


def _chosen(store: Store, site: str, kind: str, value: str) -> list[Carried]:
    from fingerprints.proof import identity

    if len(site) == _ID_LENGTH and not site.strip("0123456789abcdef") and not kind:
        return [carried for carried in store.carried() if identity(carried) == site]
    return list(store.carried(site=site_named(site), kind=kind or None, value=value or None))


def _sample(store: Store, number: int) -> list[Carried]:
    """Observations that were captured, each as likely as any other, with one pass and little memory."""
    from random import SystemRandom

    random = SystemRandom()
    kept: list[Carried] = []
    for seen, carried in enumerate(_captured(store.carried()), 1):
        if len(kept) < number:
            kept.append(carried)
        elif (place := random.randrange(seen)) < number:
            kept[place] = carried
    return kept


def _captured(rows: Iterable[Carried]) -> Iterator[Carried]:
    return (row for row in rows if row.capture is not None)


def _write(proof: Proof, form: PlainFormat) -> None:
    if form is PlainFormat.JSONL:
        from fingerprints.terminal import write_json

        write_json([_row(proof)])
    else:
        _show(proof)


def _row(proof: Proof) -> dict[str, object]:
    from fingerprints.proof import identity
    from fingerprints.terminal import iso

    carried, capture = proof.carried, proof.carried.capture
    return {
        "id": identity(carried),
        "site": carried.site,
        "kind": carried.kind,
        "value": carried.value,
        "proved": proof.proved,
        "capture": proof.standing.value if proof.standing else "none",
        "sentence": proof.sentence,
        "page_url": carried.page_url,
        "seen": iso(carried.first_seen),
        "file": capture.file if capture else "",
        "offset": capture.offset if capture else -1,
        "sha256": capture.sha256 if capture else "",
        "record_id": proof.record.record_id if proof.record else "",
        "record_date": proof.record.date if proof.record else "",
        "place": proof.place,
        "context": f"{proof.before}{proof.found}{proof.after}",
    }


def _show(proof: Proof) -> None:
    from fingerprints.commands._layout import grid, text
    from fingerprints.proof import identity
    from fingerprints.terminal import FAINT, GOOD, STRONG, WARN, show

    carried, capture = proof.carried, proof.carried.capture
    title = text(f"{carried.kind} {carried.value}", STRONG)
    title.append_text(text(f"  on {carried.site}  {identity(carried)}", FAINT))
    show(title)
    show(text(f"  {carried.page_url}"), whole=True)
    verdict = text("proved  " if proof.proved else "not proved  ", GOOD if proof.proved else WARN)
    show(grid([(verdict, proof.sentence)]))
    if capture is not None:
        show(text(f"  {capture.file}, byte {capture.offset}, SHA-256 {capture.sha256}", FAINT), whole=True)
    if proof.record is not None and proof.record.record_id:
        show(text(f"  record {proof.record.record_id} of {proof.record.date}", FAINT), whole=True)
    if proof.place:
        show(grid([(f"{proof.place}:" if proof.found else proof.place,)]))
    if proof.found:
        context = text(_one_line(proof.before))
        context.append_text(text(_one_line(proof.found), STRONG)).append_text(text(_one_line(proof.after)))
        show(grid([(context,)], indent=4))
    show("")


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def _conclude(number: int, unproved: int, quiet: bool) -> None:
    from fingerprints.commands._layout import count
    from fingerprints.terminal import notes

    if not quiet:
        notes().print(f"{number - unproved:,} of {count(number, 'observation')} proved.", soft_wrap=True)
    if unproved:
        raise typer.Exit(1)
