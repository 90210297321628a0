"""Who carries what, as arrays: entries in the order of a matrix, by value and then by site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # where a single value is looked at, arrays are not needed, and take longer to load than the rest
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Entries:
    """Who carries what, and what it is worth so far."""

    site: NDArray[np.int32]
    value: NDArray[np.int32]
    """Who carries what, sorted by value and then by site."""
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """When it was seen, in seconds since 1970 (UTC)."""
    carriers: NDArray[np.int64]
    """Of each value; so are bits and family, which are changed where there is a doubt."""
    bits: NDArray[np.float64]
    family: NDArray[np.int32]
    families: tuple[str, ...]
    why: dict[int, str]
    """Reasons by value; extended."""


class BySite:
    """The entries of each site, in the order of their values."""

    def __init__(self, site: NDArray[np.int32], sites: int) -> None:
        """
        Args:
            site: of each entry.
            sites: how many sites there are.
        """
        import numpy as np

        self._order = np.argsort(site, kind="stable")
        self._begins = np.searchsorted(site[self._order], np.arange(sites + 1))

    def of(self, site: int) -> NDArray[np.int64]:
        """The places of one site's entries."""
        return self._order[self._begins[site] : self._begins[site + 1]]


def of_value(value: NDArray[np.int32], number: int) -> slice:
    """Where the entries of one value are."""
    import numpy as np

    # A number of another type would have the whole array turned into its own.
    begin, end = np.searchsorted(value, np.array((number, number + 1), dtype=value.dtype)).tolist()
    return slice(begin, end)
