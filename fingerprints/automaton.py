"""Many regular expressions searched for in one pass over bytes, by hyperscan: a page is gone through once, not once for each."""

from __future__ import annotations

from collections.abc import Sequence

import hyperscan


def automaton(expressions: Sequence[bytes], flags: Sequence[int] = ()) -> hyperscan.Database:
    """A database of these expressions, each known by its place.

    Args:
        expressions: in hyperscan's syntax, which is PCRE's without back-references and looking around.
        flags: HS_FLAG_… of each; none without.
    """
    database = hyperscan.Database()
    database.compile(
        expressions=list(expressions), ids=list(range(len(expressions))), flags=list(flags) or [0] * len(expressions)
    )
    return database
