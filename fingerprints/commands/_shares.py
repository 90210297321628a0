"""samehand import shares: who spreads the sites, out of a list of posts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.commands._answers import keep, note, text_of
from fingerprints.commands._errors import FailedError, WrongCallError

if TYPE_CHECKING:
    from fingerprints.promotion import Shares, Together

_SHOWN = 20


def take(file: Path, store: str, minutes: int, *, quiet: bool) -> None:
    """Keeps the accounts that spread the store's sites, and shows those that share the same within minutes.

    Args:
        file: the list.
        store: whose sites are of interest.
        minutes: how far apart two shares of one address may be.
        quiet: errors only.
    """
    from fingerprints import promotion
    from fingerprints.commands._options import open_to_read

    shares = _read(file)
    within = timedelta(minutes=minutes)
    both = promotion.together(shares, within)
    with open_to_read(store) as opened:
        known = frozenset(site for site in {share.site for share in shares.rows} if opened.site(site) is not None)
        kept = keep(opened, promotion.observations(shares, both, within, f"shares in {file.name}", known.__contains__))
    if not kept:
        raise FailedError(f"No site of {store} is shared in {file}: nothing was kept. Crawl its sites first.")
    note(store, f"shares in {file}: {kept} observations")
    if not quiet:
        _tell(shares, both, known, minutes)


def _read(file: Path) -> Shares:
    from fingerprints import promotion

    try:
        return promotion.read(text_of(file))
    except promotion.SharesError as error:
        raise WrongCallError(f"{file}: {error}") from error


def _tell(shares: Shares, both: list[Together], known: frozenset[str], minutes: int) -> None:
    from fingerprints import terminal
    from fingerprints.commands._layout import count, grid, text

    accounts = {share.account for share in shares.rows if share.site in known}
    spread = f"{count(len(accounts), 'account')} spread {count(len(known), 'site')} of the store"
    terminal.warn(f"{count(len(shares.rows), 'share')} read: {spread}.")
    if shares.unread:
        terminal.warn(f"{count(shares.unread, 'row')} without an account, an address of a site or a time were left out.")
    if both:
        terminal.show(text(f"Accounts that share the same within {count(minutes, 'minute')}", terminal.STRONG))
        rows = [
            (text(f"{len(one.urls):,} of {one.of[0]:,} and {one.of[1]:,}", terminal.FAINT), text(f"{one.one} + {one.other}"))
            for one in both[:_SHOWN]
        ]
        terminal.show(grid(rows))
        if len(both) > _SHOWN:
            terminal.show(grid([(text(f"and {len(both) - _SHOWN:,} more", terminal.FAINT),)]))
