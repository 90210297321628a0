"""samehand demo: serves a small web with known truth on loopback, crawls it with the real crawler, and says what was found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import QuietOption

if TYPE_CHECKING:
    from fingerprints.commands._demo_farm import Farm
    from fingerprints.commands._demo_verdict import Verdict
    from fingerprints.model import Network

_LINKS_SHOWN = 3
_FALSE_LINKS_SHOWN = 10
_SITES_SHOWN = 6
_INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "demo", epilog=examples("demo", "demo --seed 7 --sites 300 --store demo7/demo.db", "demo --serve"), rich_help_panel=SETUP
    )(demo)


def demo(
    world: Annotated[Path | None, typer.Option(metavar="FILE", help="A world file (docs/worlds.md).")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Fixes names, ids and texts.")] = 1,
    sites: Annotated[int | None, typer.Option(metavar="N", min=2, help="Make the world about this large.")] = None,
    store: Annotated[Path, typer.Option(metavar="PATH", help="The store to leave.")] = Path("samehand-demo/demo.db"),
    serve: Annotated[bool, typer.Option("--serve", help="Only serve the web, until Ctrl-C: crawl it yourself.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Crawl a small web with known truth, and compare what is found.

    Nothing leaves this machine. Exits with 0 if every network that shares more than hosting was found and no false link.
    """
    from fingerprints.commands import _demo_farm, _demo_serve

    began = time.monotonic()
    arguments = [f"--seed={seed}", *([f"--world={world}"] if world else []), *([f"--sites={sites}"] if sites else [])]
    if serve:
        with _demo_farm.farm(arguments) as farm:
            _demo_serve.serve(farm, store.parent, quiet)
        return
    _make_room(store)
    with _demo_farm.farm(arguments) as farm:
        _keep(farm.truth, store)
        _introduce(farm, quiet)
        _crawl(farm, store, quiet)
    networks = _networks(store)
    verdict = _compare(networks, farm.truth)
    _show(networks, verdict, store, time.monotonic() - began)
    if not verdict.passed:
        raise typer.Exit(1)


def _truth_file(store: Path) -> Path:
    return store.with_name(f"{store.stem}.truth.json")


def _make_room(store: Path) -> None:
    """Removes an earlier demo's store, and only a demo's."""
    if store.exists() and not _truth_file(store).is_file():
        raise WrongCallError(f"{store} exists and is no demo's store, so it is kept. Name another place with --store.")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            store.with_name(store.name + suffix).unlink(missing_ok=True)
        if _truth_file(store).is_file():
            shutil.rmtree(store.with_name(f"{store.stem}.captures"), ignore_errors=True)
    except OSError as error:
        raise FailedError(f"{store} cannot be made anew: {error.strerror}.") from error


def _keep(truth: dict[str, Any], store: Path) -> None:
    """The truth lies beside the store: to compare with, and as the sign that the store is a demo's."""
    try:
        _truth_file(store).write_text(json.dumps(truth, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise FailedError(f"{_truth_file(store)} cannot be written: {error.strerror}.") from error


def _introduce(farm: Farm, quiet: bool) -> None:
    if quiet:
        return
    from fingerprints.terminal import FAINT, notes, safe

    told = f"A web of {farm.sites} sites stands on loopback (world {farm.truth['world']}, seed {farm.truth['seed']})."
    notes().print(safe(told), soft_wrap=True)
    notes().print(
        "It allows a crawl without delay; a real one waits a second between two requests to a site.", style=FAINT, soft_wrap=True
    )


def _crawl(farm: Farm, store: Path, quiet: bool) -> None:
    command = [sys.executable, "-m", "fingerprints", "crawl", *farm.crawl_options, "--delay", "0", "--store", str(store)]
    code = subprocess.run([*command, *(["--quiet"] if quiet else [])], check=False).returncode  # noqa: S603
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    if code:
        raise FailedError(f"The crawl of the demo ended with exit code {code}; what it said stands above.")


def _networks(store: Path) -> list[Network]:
    from fingerprints.commands._options import open_to_write
    from fingerprints.networks import find_networks

    with open_to_write(str(store)) as opened:
        found = find_networks(opened)
        opened.save_networks(found)
    return found


def _compare(networks: Sequence[Network], truth: dict[str, Any]) -> Verdict:
    from fingerprints.commands._demo_verdict import compare

    return compare(networks, truth)


def _show(networks: Sequence[Network], verdict: Verdict, store: Path, seconds: float) -> None:
    from fingerprints.terminal import FAINT, GOOD, STRONG, WARN, out, safe

    console = out()
    _show_networks(networks, store)
    console.print("Compared with the truth", style=STRONG)
    width = max((len(result.name) for result in verdict.results), default=0)
    for result in verdict.results:
        style = {"found": GOOD, "not asked": FAINT}.get(result.outcome, WARN)
        console.print(
            f"  {result.outcome:<9}  {safe(result.name):<{width}}  {safe(result.sentence)}", style=style, soft_wrap=True
        )
    for links in verdict.false_links[:_FALSE_LINKS_SHOWN]:
        why = f"; alike by {links.why}" if links.why else ""
        console.print(
            f"  false      {_count(links.pairs, 'pair')} of {safe(_listed(links.sites) + why)}", style=WARN, soft_wrap=True
        )
    if len(verdict.false_links) > _FALSE_LINKS_SHOWN:
        console.print(f"  and {len(verdict.false_links) - _FALSE_LINKS_SHOWN} more sorts of false links", style=WARN)
    console.print(f"\n{verdict.sentence} {seconds:.0f} s in all.", style=GOOD if verdict.passed else WARN, soft_wrap=True)
    _show_next(networks, store)


def _show_networks(networks: Sequence[Network], store: Path) -> None:
    """The networks as `samehand networks` shows them, each with the sentences of a few links that differ in what they rest on."""
    from fingerprints.commands._network_blocks import members_of, show_one
    from fingerprints.commands.networks import whole_command
    from fingerprints.terminal import FAINT, out, safe

    members = members_of(networks)
    for network in networks:
        show_one(network, members, whole_command(str(store)))
        told: set[frozenset[tuple[str, str]]] = set()
        for link in network.links:
            values = frozenset((shared.kind, shared.value) for shared in link.shared)
            if values not in told and len(told) < _LINKS_SHOWN:
                told.add(values)
                out().print(f"  {safe(link.sentence)}", style=FAINT, soft_wrap=True)
        out().print()


def _listed(sites: Sequence[str]) -> str:
    more = f" and {len(sites) - _SITES_SHOWN} more" if len(sites) > _SITES_SHOWN else ""
    return ", ".join(sites[:_SITES_SHOWN]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _show_next(networks: Sequence[Network], store: Path) -> None:
    from fingerprints.terminal import FAINT, out, safe

    link = next((link for network in networks for link in network.links), None)
    commands = [f"samehand networks --store {store}"]
    if link:
        commands += [f"samehand explain {link.a} {link.b} --store {store}", f"samehand site {link.a} --store {store}"]
    out().print("Next:\n" + "\n".join(f"  {safe(command)}" for command in commands), style=FAINT, soft_wrap=True)
