"""The files that probes need: servers of registries, AS table. Shipped, fetched by `samehand hosting refresh`, or named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crawler.options import Options
from crawler.probes import as_table, bootstrap, sources
from crawler.probes.as_table import AsTable
from crawler.probes.bootstrap import Bootstrap
from crawler.probes.sources import Source

AS_TABLE = "as_table"


@dataclass(frozen=True, slots=True)
class Files:
    """All of them, read."""

    bootstrap: Bootstrap
    table: AsTable
    sources: dict[str, Source]


def folder() -> Path:
    """Where `samehand hosting refresh` keeps what it fetched."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "samehand" / "hosting"


def load(options: Options) -> Files:
    """The files for a crawl with these options.

    Raises:
        ConfigError: one of them cannot be used.
    """
    place = options.hosting_data or folder()
    found = [path for suffix in (".npz", ".tsv") if (path := place / f"{AS_TABLE}{suffix}").is_file()]
    table = as_table.load(found[0]) if found and "dns" in options.probes else AsTable()
    return Files(bootstrap.load(place), table, sources.load())
