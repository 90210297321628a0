"""samehand explain: why two sites are linked, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from fingerprints.commands._errors import FailedError
from fingerprints.commands._help import ASK, examples
from fingerprints.commands._options import (
    DEFAULT_STORE,
    AnotherSite,
    ASite,
    PlainFormat,
    PlainFormatOption,
    StoreOption,
    open_to_read,
    two_sites,
    verdicts_on,
)

if TYPE_CHECKING:
    from fingerprints.explain import Explanation
    from fingerprints.model import SharedValue


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "explain", epilog=examples("explain first-post.example second-post.example --store case.db"), rich_help_panel=ASK
    )(explain)


def explain(
    a: ASite,
    b: AnotherSite,
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Show why two sites are linked, or why not."""
    from fingerprints.explain import UnknownSiteError
    from fingerprints.explain import explain as compare
    from fingerprints.terminal import write_json

    sites = two_sites(a, b)
    with open_to_read(store) as opened:
        try:
            answer = compare(opened, *sites, verdicts_on(store))
        except UnknownSiteError as error:
            raise FailedError(str(error)) from error
    if form is PlainFormat.JSONL:
        from fingerprints.made_with import made_with

        write_json([_as_row(answer) | {"made_with": made_with(verdicts_on(store))}])
    else:
        from fingerprints.commands._explanation import show

        show(answer)


def _as_row(answer: Explanation) -> dict[str, Any]:
    return {
        "a": answer.evidence.a,
        "b": answer.evidence.b,
        "linked": answer.linked,
        "probability": answer.probability,
        "bits": round(answer.evidence.bits, 3),
        "verdict": answer.verdict,
        "shared": [_value_row(answer, one) for one in answer.evidence.shared],
        "left_out": [_value_row(answer, one) for one in answer.left_out],
        "differs": list(answer.differs),
        "not_seen": list(answer.not_seen),
    }


def _value_row(answer: Explanation, one: SharedValue) -> dict[str, Any]:
    from fingerprints.commands import _rows

    example = answer.examples.get((one.kind, one.value))
    on = [_rows.row(example.a), _rows.row(example.b)] if example else []
    return _rows.shared_row(one) | {"on": on}
