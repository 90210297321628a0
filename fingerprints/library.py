"""The library for notebooks: `import fingerprints` and `fingerprints.open("case.db")`. It reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from fingerprints.extras import need
from fingerprints.model import Coverage, Evidence, Failure, Network
from fingerprints.networks import find_networks
from fingerprints.stores.base import Carried, SiteSummary, Store, open_store
from fingerprints.verdicts import Verdicts, load

if TYPE_CHECKING:
    import pandas
    import polars

_Columns = Mapping[str, str]
_TEXT, _NUMBER, _COUNT, _TIME = "text", "number", "count", "time"
_NETWORK = {"network": _TEXT, "site": _TEXT, "role": _TEXT, "confidence": _NUMBER}
_SITE = {"site": _TEXT, "first_seen": _TIME, "last_seen": _TIME, "values": _COUNT, "failures": _COUNT}
_CARRIED = {
    **dict.fromkeys(("site", "kind", "value", "state"), _TEXT),
    "first_seen": _TIME,
    "last_seen": _TIME,
    **dict.fromkeys(("page_url", "where", "excerpt"), _TEXT),
}
_EVIDENCE = {
    **dict.fromkeys(("network", "a", "b"), _TEXT),
    "link_bits": _NUMBER,
    **dict.fromkeys(("kind", "value", "family"), _TEXT),
    "bits": _NUMBER,
    "sites": _COUNT,
    "why": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with typed columns, to be made into a frame of either library; iterating gives a dict a row."""

    columns: _Columns
    """Name → "text", "number", "count" or "time" (UTC)."""
    rows: Callable[[], Iterable[tuple[object, ...]]]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows())

    def pandas(self) -> pandas.DataFrame:
        """A DataFrame of pandas.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pd = need("pandas", "frames", "A pandas frame")
        types = {_TEXT: "string", _NUMBER: "float64", _COUNT: "int64", _TIME: "datetime64[us, UTC]"}
        frame: pandas.DataFrame = pd.DataFrame(list(self.rows()), columns=list(self.columns))
        return frame.astype({name: types[form] for name, form in self.columns.items()})

    def polars(self) -> polars.DataFrame:
        """A DataFrame of polars.

        Raises:
            MissingExtraError: polars is not installed.
        """
        pl = need("polars", "frames", "A polars frame")
        types = {_TEXT: pl.String, _NUMBER: pl.Float64, _COUNT: pl.Int64, _TIME: pl.Datetime("us", "UTC")}
        schema = {name: types[form] for name, form in self.columns.items()}
        frame: polars.DataFrame = pl.DataFrame(list(self.rows()), schema=schema, orient="row")
        return frame


class Case:
    """An open store with the verdicts on it. Networks are found once, when they are first asked for."""

    def __init__(self, store: Store, verdicts: Verdicts) -> None:
        self.store = store
        """What stores.base.Store says, for all that is not here."""
        self.verdicts = verdicts

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """The networks, largest first, as samehand networks finds them. Nothing is written."""
        return tuple(find_networks(self.store, self.verdicts))

    def sites(self) -> Iterator[SiteSummary]:
        """All sites that were looked at, sorted by name."""
        return self.store.sites()

    def carried(self, *, site: str | None = None, kind: str | None = None, value: str | None = None) -> Iterator[Carried]:
        """Which site carries which value, and where it stands, sorted by (site, kind, value); each argument narrows."""
        return self.store.carried(site=site, kind=kind, value=value)

    def links(self, site: str | None = None) -> Iterator[Evidence]:
        """The links of all networks, or of one site, with the values that make them."""
        return (link for network in self.networks for link in network.links if site in (None, link.a, link.b))

    def coverage(self, site: str | None = None) -> Iterator[Coverage]:
        """What was looked at, and what came of it: absence follows from nothing else."""
        return self.store.coverage(site)

    def failures(self, site: str | None = None) -> Iterator[Failure]:
        """What could not be read."""
        return self.store.failures(site)

    def member_table(self) -> Table:
        """A row a member of a network."""
        return Table(_NETWORK, lambda: (row for network in self.networks for row in _members(network)))

    def site_table(self) -> Table:
        """A row a site."""
        return Table(_SITE, lambda: map(_site, self.sites()))

    def carried_table(self, *, site: str | None = None, kind: str | None = None) -> Table:
        """A row a value that a site carries."""
        return Table(_CARRIED, lambda: map(_carried, self.carried(site=site, kind=kind)))

    def evidence_table(self) -> Table:
        """A row for each value of each link."""
        return Table(_EVIDENCE, lambda: (row for network in self.networks for row in _evidence(network)))

    def close(self) -> None:
        """Gives back files and connections."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_case(location: str) -> Case:
    """Opens a store for reading; as `fingerprints.open`.

    Args:
        location: a path, or the address of an Elasticsearch.

    Raises:
        StoreError: there is no store, or none that can be used.
        VerdictError: the file of verdicts beside it cannot be read.
    """
    return Case(open_store(str(location), create=False), load(str(location)))


def _members(network: Network) -> Iterator[tuple[object, ...]]:
    for site in network.sites:
        yield (network.id, site, "core" if site in network.core else "associated", network.confidence)


def _site(one: SiteSummary) -> tuple[object, ...]:
    return (one.site, _utc(one.first_seen), _utc(one.last_seen), one.values, one.failures)


def _carried(one: Carried) -> tuple[object, ...]:
    times = (_utc(one.first_seen), _utc(one.last_seen))
    return (one.site, one.kind, one.value, one.state.value, *times, one.page_url, one.where, one.excerpt)


def _evidence(network: Network) -> Iterator[tuple[object, ...]]:
    for link in network.links:
        for one in link.shared:
            told = (one.kind, one.value, one.family, one.bits, one.sites, one.why)
            yield (network.id, link.a, link.b, link.bits, *told)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
