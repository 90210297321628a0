"""What is said of indicators is true: the table has every kind, and the example of docs/indicators.md is an indicator."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Found, Pattern
from fingerprints.model import Page, Role
from fingerprints.scan import Scan
from tests.fingerprints.samehand import run

TEXT = (Path(__file__).parents[2] / "docs" / "indicators.md").read_text("utf-8")


def test_the_table_has_every_kind(tmp_path: Path) -> None:
    """The documentation's page is made of it when it is built (tests/docs)."""
    table = run(tmp_path, "indicators", "--format", "markdown").stdout
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE) == [
        kind.name for kind in sorted(catalogue.kinds().values(), key=lambda kind: (kind.family, kind.name))
    ]


def test_the_example_is_an_indicator() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (cases,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    made: dict[str, Any] = {}
    exec(compile(code, "docs/indicators.md", "exec"), made)
    (rule,) = made["RULES"]
    assert isinstance(rule, Pattern)
    for case in tomllib.loads(cases).values():
        assert [found.value for found in _found(rule, case["body"])] == case["values"]


def _found(rule: Pattern, body: str) -> list[Found]:
    page = Page("https://a.example/", "https://a.example/", "a.example", Role.OTHER, datetime.now(UTC), 200, (), body.encode())
    starts = (at for at in range(len(body)) if body.startswith(rule.anchors, at))
    return [found for at in starts for found in rule.at(Scan(page), at)]
