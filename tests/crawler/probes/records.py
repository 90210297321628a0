"""What follows from a probe's record: its outcome and the values that the indicators find in it."""

from __future__ import annotations

from datetime import UTC, datetime

from fingerprints.model import Outcome, Page, Role
from fingerprints.reading import read_page


def read(body: bytes, role: Role, status: int = 200, **page: object) -> tuple[Outcome, str, set[tuple[str, str]]]:
    """(outcome, its sentence, (kind, value) of all that was found)."""
    made = Page("x", "x", "harbour-news.com", role, datetime.now(UTC), status, body=body, **page)  # type: ignore[arg-type]
    batch = read_page(made)
    (look,) = batch.coverage
    assert [failure for failure in batch.failures if "values on one page" not in failure.error] == []
    return look.outcome, look.detail, {(one.kind, one.value) for one in batch.observations}


def of_kind(found: set[tuple[str, str]], kind: str) -> set[str]:
    return {value for name, value in found if name == kind}
