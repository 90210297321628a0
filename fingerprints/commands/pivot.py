"""samehand pivot: from a tip outward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    PlainFormat,
    PlainFormatOption,
    StoreOption,
    open_to_read,
    site_named,
    verdicts_on,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.outward import Query
    from fingerprints.pivot import Candidate, Pivot
    from fingerprints.stores.base import Store
    from fingerprints.verdicts import Verdicts

_MOST_QUERIED = 12
"""Values of a site for which queries are made, the most telling first."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "pivot",
        epilog=examples(
            "pivot pub-1234567890123456 --store case.db",
            "pivot jane.doe@example.org first-post.example --store case.db",
            "pivot pub-1234567890123456 --queries --store case.db",
        ),
        rich_help_panel=ASK,
    )(pivot)


def pivot(
    tips: Annotated[
        list[str],
        typer.Argument(metavar="TIP…", help="A domain, an identifier, an e-mail address, an account, an IP or name server."),
    ],
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
    most: Annotated[int, typer.Option("--most", min=1, metavar="N", help="How many candidates to list.")] = 50,
    queries: Annotated[
        bool, typer.Option("--queries", help="Print ready queries for other search engines instead. Nothing is sent.")
    ] = False,
) -> None:
    """Follow a tip: the sites it points to with the evidence, the network it would join, and what to crawl next."""
    from fingerprints.terminal import write_json

    with open_to_read(store) as opened:
        verdicts = verdicts_on(store)
        for number, tip in enumerate(tips):
            found = _followed(opened, tip.strip(), verdicts, most)
            if queries:
                _write_queries(list(_queries(found)), form)
            elif form is PlainFormat.JSONL:
                write_json([as_row(found)])
            else:
                from fingerprints.commands._pivot_blocks import show

                show(found, number)


def _followed(store: Store, tip: str, verdicts: Verdicts, most: int) -> Pivot:
    from fingerprints.pivot import NothingKnownError
    from fingerprints.pivot import pivot as follow

    if not tip:
        raise WrongCallError("TIP is empty. Give a domain or an identifier, such as UA-12345.")
    try:
        return follow(store, tip, verdicts=verdicts, most=most)
    except NothingKnownError as error:
        try:
            site = site_named(tip)  # loads the list of public suffixes: only for what is not in the store as it stands
        except WrongCallError:
            raise FailedError(f"{error} samehand find looks for parts of values.") from error
    try:
        return follow(store, tip, site=site, verdicts=verdicts, most=most)
    except NothingKnownError as error:
        raise FailedError(f"{error} Crawl it first: samehand crawl {site}.") from error


def _queries(found: Pivot) -> Iterator[Query]:
    from fingerprints import outward

    if not found.kinds:
        yield from outward.of_domain(found.tip)
    telling = sorted(found.telling, key=lambda one: -one.bits)[:_MOST_QUERIED]
    yield from outward.of_values((one.kind, one.family, one.value) for one in telling)


def _write_queries(queries: list[Query], form: PlainFormat) -> None:
    from dataclasses import asdict

    from fingerprints.terminal import write_json

    if form is PlainFormat.JSONL:
        write_json(map(asdict, queries))
    else:
        from fingerprints.commands._pivot_blocks import show_queries

        show_queries(queries)


def as_row(found: Pivot) -> dict[str, Any]:
    """One object for machines."""
    from fingerprints.commands._rows import shared_row

    return {
        "tip": found.tip,
        "kinds": list(found.kinds),
        "crawled": found.crawled,
        "joins": [
            {
                "network": one.network.id,
                "is_member": one.is_member,
                "sites": len(one.network.sites),
                "linked_with": list(one.by),
                "bits": one.bits,
            }
            for one in found.joins
        ],
        "candidates": [_candidate_row(one) for one in found.candidates],
        "candidates_in_all": found.count,
        "values": [shared_row(one) for one in found.values],
        "crawl_next": [{"domain": one.domain, "why": one.why} for one in found.crawl_next],
    }


def _candidate_row(one: Candidate) -> dict[str, Any]:
    from fingerprints.commands._rows import shared_row

    return {
        "site": one.site,
        "bits": one.bits,
        "probability": one.probability,
        "linked": one.linked,
        "network": one.network or None,
        "why": one.why,
        "shared": [shared_row(value) for value in (one.evidence.shared if one.evidence else ())],
    }
