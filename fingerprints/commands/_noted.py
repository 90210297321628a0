"""How commands note in a case's log what they did."""

from __future__ import annotations


def noted(store: str, what: str, about: str, by: str = "") -> None:
    """Adds to the log. Where it cannot be written (a store kept read-only), the command says so and is done all the same."""
    from fingerprints.casebook import CasebookError, note
    from fingerprints.terminal import warn

    try:
        note(store, what, about, by)
    except CasebookError as error:
        warn(f"Done, and not noted in the log: {error}")
