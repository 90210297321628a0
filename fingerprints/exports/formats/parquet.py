"""A row for each value of each link in one Parquet file, for DuckDB, pandas, polars and Spark. Nothing is defanged."""

from __future__ import annotations

import io

from fingerprints.exports.dossier import Dossier, evidence_rows
from fingerprints.extras import need

_SIDE = {
    "page_url": "string",
    "first_seen": "time",
    "last_seen": "time",
    "where": "string",
    "excerpt": "string",
    "sha256": "string",
    "warc": "string",
    "warc_offset": "int64",
}
_COLUMNS = {
    **dict.fromkeys(("tlp", "case", "network", "a", "b"), "string"),
    "link_bits": "float64",
    **dict.fromkeys(("kind", "value", "family"), "string"),
    "bits": "float64",
    "sites": "int64",
    "why": "string",
    **{f"{side}_{name}": form for side in ("a", "b") for name, form in _SIDE.items()},
}
"""Columns and their types, so that a file without rows has them too; "time" is microseconds in UTC."""


def write(dossier: Dossier) -> bytes:
    """The file, compressed with zstd.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = need("pyarrow", "parquet", "Parquet")
    parquet = need("pyarrow.parquet", "parquet", "Parquet")
    types = {"time": arrow.timestamp("us", tz="UTC")}
    schema = arrow.schema([(name, types.get(form) or getattr(arrow, form)()) for name, form in _COLUMNS.items()])
    head = {"tlp": dossier.sharing.tlp.label, "case": dossier.sharing.case}
    table = arrow.Table.from_pylist([{**head, **row} for row in evidence_rows(dossier)], schema=schema)
    target = io.BytesIO()
    parquet.write_table(table, target, compression="zstd")
    return target.getvalue()
