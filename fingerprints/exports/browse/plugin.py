"""What Datasette is told to do otherwise; loaded by server.py, since it needs Datasette."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]
from datasette.utils import tilde_encode  # type: ignore[import-untyped]
from markupsafe import Markup, escape

_LEADS_TO = {"network": "network", "site": "site", "a": "site", "b": "site", "one": "site", "value": "value", "link": "link"}
"""Column → the table whose row it names: in answers of questions and on rows' own pages Datasette would show the bare name."""


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """A name becomes a link to its row, and an address is text: of a suspect's page nobody should click one by mistake."""
    if not isinstance(value, str) or not value:
        return None
    target = _LEADS_TO.get(column)
    if target and target != table and (target != "value" or ":" in value):
        where = datasette.urls.row(database, target, tilde_encode(value))
        return Markup('<a href="{}">{}</a>').format(where, value)
    return escape(value) if "://" in value[:20] else None
