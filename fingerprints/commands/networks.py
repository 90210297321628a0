"""samehand networks: clusters what a store holds and shows the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    Format,
    FormatOption,
    QuietOption,
    StoreOption,
    open_to_read,
    verdicts_on,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fingerprints.levels import Wider
    from fingerprints.model import Evidence, Network
    from fingerprints.stores.base import Store, StoreError

COLUMNS = ("network", "confidence", "site", "role")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "networks",
        epilog=examples(
            "networks --store case.db", "networks --store case.db --format jsonl > networks.jsonl", "networks --level 2"
        ),
        rich_help_panel=ASK,
    )(networks)


def networks(
    store: StoreOption = DEFAULT_STORE,
    level: Annotated[
        int, typer.Option(min=1, max=3, help="1 the finest; 2 with networks joined that share two families; 3 any link.")
    ] = 1,
    form: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Cluster the sites of a store and show its networks.

    Stored is the finest level, at which brands of one operator stay apart. Coarser ones are shown only.
    """
    import gc

    from fingerprints.networks import find

    gc.disable()  # millions of values and nothing in a circle: looking for circles takes a tenth of the time
    with open_to_read(store) as opened:
        work = find(opened, verdicts_on(store))
        found = finest = list(work.networks)
        problem = _save(opened, found)
    if level > 1:
        from fingerprints.levels import coarser

        wider = coarser(work, level)
        found = [one.network for one in wider]
        _write_wider(wider, level, form)
    else:
        _write(found, form, whole_command(store))
    if problem:
        raise FailedError(f"The networks were not saved, so that samehand site will not show them: {problem}")
    _note(store, finest)
    if not quiet:
        _summary(found, store)


def _save(store: Store, found: list[Network]) -> StoreError | None:
    from fingerprints.stores.base import StoreError

    try:
        store.save_networks(found)
    except StoreError as error:  # a store on a read-only disk can still be clustered
        return error
    return None


def _note(store: str, found: list[Network]) -> None:
    """Writes into the log of the case by what the networks were found, so that a published number can be found again."""
    from fingerprints import casebook
    from fingerprints.commands._layout import count
    from fingerprints.made_with import made_with, sentence

    try:
        casebook.note(store, "networks", f"{count(len(found), 'network')}; {sentence(made_with(verdicts_on(store)))}")
    except casebook.CasebookError as error:
        raise FailedError(f"The networks are saved, but not by what they were found: {error}") from error


def _write_wider(wider: list[Wider], level: int, form: Format) -> None:
    """As _write, and in JSON which networks of the finest level each is made of."""
    from fingerprints.terminal import write_json

    if form is Format.JSONL:
        write_json(as_row(one.network) | {"level": level, "networks": list(one.parts)} for one in wider)
    else:
        _write([one.network for one in wider], form)


def whole_command(store: str) -> str:
    """The command that shows one network of a store whole, with {} for its id."""
    return "samehand network {}" + ("" if store == DEFAULT_STORE else f" --store {store}")


def _write(found: Iterable[Network], form: Format, command: str = "") -> None:
    from fingerprints.terminal import write_csv, write_json

    if form is Format.JSONL:
        write_json(map(as_row, found))
    elif form is Format.CSV:
        write_csv(COLUMNS, (row for network in found for row in _members(network)))
    else:
        from fingerprints.commands._network_blocks import show

        show(found, command)


def as_row(network: Network) -> dict[str, Any]:
    """The fixed shape of `networks --format jsonl`."""
    return {
        "id": network.id,
        "sites": list(network.sites),
        "candidates": list(network.candidates),
        "confidence": network.confidence,
        "links": [link_row(link) for link in network.links],
    }


def link_row(link: Evidence) -> dict[str, Any]:
    """One link of a network."""
    shared = [{"kind": one.kind, "value": one.value, "sites": one.sites, "bits": round(one.bits, 3)} for one in link.shared]
    return {"a": link.a, "b": link.b, "bits": round(link.bits, 3), "shared": shared}


def _members(network: Network) -> Iterator[tuple[str, float, str, str]]:
    for role, sites in (("core", network.core), ("associated", network.associated), ("candidate", network.candidates)):
        for site in sites:
            yield network.id, network.confidence, site, role


def _summary(found: list[Network], store: str) -> None:
    from fingerprints.commands._layout import count
    from fingerprints.terminal import warn

    if not found:
        warn(f"No networks: no two sites of {store} share enough. samehand explain A B says what two of them share.")
        return
    members = sum(len(network.sites) for network in found)
    warn(f"{count(len(found), 'network')}, {count(members, 'site')}. samehand explain A B shows the evidence for two of them.")
