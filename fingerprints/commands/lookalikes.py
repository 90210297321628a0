"""samehand lookalikes: domains that imitate a known medium."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import Format, FormatOption

if TYPE_CHECKING:
    from fingerprints.lookalikes import Brands, Lookalike

COLUMNS = ("domain", "brand", "technique", "score", "class")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "lookalikes",
        epilog=examples("lookalikes spiegel.ltd blld.live", "lookalikes - < domains.txt", "lookalikes spiegel.de --permute"),
        rich_help_panel=ASK,
    )(lookalikes)


def lookalikes(
    domains: Annotated[list[str], typer.Argument(metavar="DOMAIN…", help="Domains to judge; - reads them from standard input.")],
    brands: Annotated[Path | None, typer.Option(metavar="FILE", help="Your own list of brands, a domain a line.")] = None,
    permute: Annotated[
        bool, typer.Option("--permute", help="Take the domains as brands, and list what would imitate them.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say which domains imitate a known medium's domain, and how. Nothing is asked of any of them.

    The class is "imitation" unless a list knows better: a cache, the medium's own mirror, satire. A crawl tells more, since it
    holds the page's own brand against the domain.
    """
    from fingerprints.exports.sharing import refang
    from fingerprints.lookalikes import permutations
    from fingerprints.sites import NotASiteError

    named = [refang(one) for one in _domains(domains)]
    if permute:
        try:
            found = [(one, one.domain) for brand in named for one in permutations(brand)]
        except NotASiteError as error:
            raise WrongCallError(f"{error} Name a brand's domain such as spiegel.de.") from error
    else:
        known = _brands(brands)
        _tell_of_others(named)
        found = [(one, domain) for domain in named if (one := known.find(domain))]
    _write(found, form, len(named), permute=permute)


def _domains(arguments: Iterable[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            yield from (line.strip() for line in sys.stdin if line.strip() and not line.startswith("#"))
        else:
            yield argument


def _tell_of_others(named: list[str]) -> None:
    """Says what is no domain and was not judged: no line for it would look like a judgement.

    Raises:
        WrongCallError: there is no domain among them.
    """
    from fingerprints.lookalikes import is_domain
    from fingerprints.terminal import warn

    others = [one for one in named if not is_domain(one)]
    if others and len(others) == len(named):
        raise WrongCallError(f"{others[0]!r} is no domain. Name one such as spiegel.ltd.")
    for one in others:
        warn(f"{one} is no domain, and was not judged.")


def _brands(path: Path | None) -> Brands:
    from fingerprints.lookalikes import Brands, known_brands, read_brands

    if path is None:
        return known_brands()
    try:
        brands = Brands(read_brands(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCallError(
            f"{path} cannot be read as a list of brands: {error}. Give a text file with a domain a line."
        ) from error
    if not len(brands):
        raise WrongCallError(f"{path} names no domain. Give a text file with a domain a line.")
    return brands


def _write(found: list[tuple[Lookalike, str]], form: Format, asked: int, *, permute: bool) -> None:
    from fingerprints.lookalikes import standing
    from fingerprints.terminal import write_csv, write_json

    rows = [(one.domain, one.brand, one.technique, one.score, standing(named).value) for one, named in found]
    if form is Format.CSV:
        write_csv(COLUMNS, [tuple(map(str, row)) for row in rows])
    elif form is Format.JSONL:
        write_json(dict(zip(COLUMNS, row, strict=True)) for row in rows)
    else:
        _show(rows, asked, permute=permute)


def _show(rows: list[tuple[str, str, str, float, str]], asked: int, *, permute: bool) -> None:
    from rich.table import Table

    from fingerprints.terminal import out, safe

    if not rows:
        out().print(f"None of the {asked} domains imitates a known medium.")
        return
    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, justify="right" if column == "score" else "left", overflow="fold")
    for domain, brand, technique, score, known in rows:
        table.add_row(safe(domain), safe(brand), technique, f"{score:.2f}", known)
    out().print(table)
    if not permute:
        out().print(f"{len(rows)} of {asked}. A name alone is a suspicion: look at the page's own brand before you say more.")
