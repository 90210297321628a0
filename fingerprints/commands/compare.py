"""samehand compare: two sites side by side."""

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
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from fingerprints.comparison import Comparison, Row, SharedText
    from fingerprints.stores.base import Carried

_MOST_VALUES = 4
_MOST_TEXTS = 20


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "compare", epilog=examples("compare first-post.example second-post.example --store case.db"), rich_help_panel=ASK
    )(compare)


def compare(
    a: ASite,
    b: AnotherSite,
    store: StoreOption = DEFAULT_STORE,
    form: PlainFormatOption = PlainFormat.TABLE,
) -> None:
    """Lay two sites side by side: what they share, how near their templates are, which texts both carry and who was first."""
    from fingerprints.comparison import compare as laid_out
    from fingerprints.terminal import write_json

    sites = two_sites(a, b)
    with open_to_read(store) as opened:
        for site in sites:
            if opened.site(site) is None:
                raise FailedError(f"{site} was never looked at: it is not in {store}. Crawl it first, or read saved pages of it.")
        answer = laid_out(opened, *sites)
    if form is PlainFormat.JSONL:
        write_json([_as_row(sites, answer)])
    else:
        _show(sites, answer)


def _as_row(sites: tuple[str, str], answer: Comparison) -> dict[str, Any]:
    return {
        "a": sites[0],
        "b": sites[1],
        "kinds": [
            {
                "kind": row.kind,
                "relation": row.relation.value,
                "a": [one.value for one in row.a],
                "b": [one.value for one in row.b],
                "apart": row.apart,
                "parts": list(row.parts),
            }
            for row in answer.rows
        ],
        "texts": [_text_row(one) for one in answer.texts],
        "share_of_a": round(answer.share_a, 3),
        "share_of_b": round(answer.share_b, 3),
    }


def _text_row(one: SharedText) -> dict[str, Any]:
    return {"a": one.a.page_url, "b": one.b.page_url, "apart": one.apart, "first": one.first or None, "agency": one.agency}


def _show(sites: tuple[str, str], answer: Comparison) -> None:
    from fingerprints.commands._layout import count, grid, text
    from fingerprints.terminal import FAINT, STRONG, show

    heading = (text(""), text(sites[0], STRONG), text(sites[1], STRONG))
    show(grid([heading, *map(_line, answer.rows)], indent=0))
    show("")
    if not answer.texts:
        show(text("No article of one stands on the other.", FAINT))
        return
    show(text(f"{count(len(answer.texts), 'article')} on both", STRONG))
    show(text(f"{answer.share_a:.0%} of the articles read on {sites[0]}, {answer.share_b:.0%} of those on {sites[1]}", FAINT))
    show(grid(list(_articles(answer.texts[:_MOST_TEXTS]))))
    if len(answer.texts) > _MOST_TEXTS:
        show(text(f"and {len(answer.texts) - _MOST_TEXTS:,} more; --format jsonl has all of them", FAINT))


def _line(row: Row) -> tuple[Text, Text, Text]:
    from fingerprints.commands._layout import stacked, text
    from fingerprints.comparison import Relation
    from fingerprints.terminal import FAINT, GOOD

    agrees = row.relation in (Relation.SAME, Relation.NEAR)
    told = row.relation.value if row.apart in (None, 0) else f"{row.relation.value}, {row.apart} bits apart"
    label = stacked(text(row.kind, GOOD if agrees else ""), text(told, FAINT))
    if row.parts:
        label = stacked(label, text(f"both: {', '.join(row.parts)}", FAINT))
    return label, _values(row.a), _values(row.b)


def _values(rows: tuple[Carried, ...]) -> Text:
    from fingerprints.commands._layout import stacked, text
    from fingerprints.terminal import FAINT

    lines = [text(one.value) for one in rows[:_MOST_VALUES]] or [text("-", FAINT)]
    if len(rows) > _MOST_VALUES:
        lines.append(text(f"and {len(rows) - _MOST_VALUES} more", FAINT))
    return stacked(*lines)


def _articles(texts: tuple[SharedText, ...]) -> Iterator[tuple[Text, Text]]:
    from fingerprints.commands._layout import stacked, text
    from fingerprints.terminal import FAINT

    for one in texts:
        facts = [f"first on {one.first}" if one.first else "", "credited to an agency" if one.agency else ""]
        told = "; ".join(fact for fact in facts if fact) or "who was first is not known"
        yield stacked(text(one.a.page_url), text(one.b.page_url)), text(told, FAINT)
