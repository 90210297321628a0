"""The extractors beside the audit of real pages: python -m tests.bench.audit [--differences] [--kind NAME] [../shared/real].

Prints precision and recall of each kind, and with --differences each value that only one side has, with its place in the page.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.audit.compare import KINDS, PAGES, Comparison, Key, compare
from tests.conftest import SHARED

_HEAD = f"{'kind':20}{'audited':>9}{'found':>7}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>8}{'other state':>13}"


def main() -> int:
    """Prints the table; 1 when a value is wrong or too many are missing, 2 when there are no pages to read."""
    options = _parser().parse_args()
    if not (options.folder / PAGES).is_file():
        print(f"{options.folder / PAGES} is not there: name the folder of real pages.", file=sys.stderr)
        return 2
    all_kinds = compare(options.folder)
    print(_HEAD)
    for part in [*(all_kinds.of_kind(kind) for kind in KINDS), all_kinds]:
        print(_row(part))
    for failure in all_kinds.failures:
        print(f"failed: {failure}")
    if options.differences:
        _print_differences(all_kinds, options.kind)
    return int(all_kinds.precision < 1.0 or all_kinds.recall < 0.98)


def _row(part: Comparison) -> str:
    return (
        f"{part.kind or 'all':20}{len(part.audited):9}{len(part.found):7}{len(part.wrong):7}{len(part.missed):8}"
        f"{part.precision:11.4f}{part.recall:8.4f}{len(part.other_state):13}"
    )


def _print_differences(all_kinds: Comparison, kind: str | None) -> None:
    for title, keys in (("WRONG", all_kinds.wrong), ("MISSED", all_kinds.missed), ("STATE", all_kinds.other_state)):
        for key in keys:
            if kind in (None, key.kind):
                print(f"{title} {key.kind} {key.value[:26]} {key.url}\n    {_place(all_kinds, key)}")


def _place(all_kinds: Comparison, key: Key) -> str:
    told = []
    if key in all_kinds.audited:
        audited = all_kinds.audited[key]
        told.append(f"audit: {audited.state} @{audited.offset} {audited.note}".rstrip())
    if key in all_kinds.found:
        found = all_kinds.found[key]
        excerpt = "" if key.kind == "email" else f" | {found.excerpt}"
        told.append(f"found: {found.state} @{found.offset} {found.where}{excerpt}")
    return "; ".join(told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="The extractors beside the audit of real pages.")
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED / "real")
    parser.add_argument("--differences", action="store_true", help="list every value that only one side has")
    parser.add_argument("--kind", choices=KINDS, help="list the differences of this kind only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
