"""The commands of docs/report.md, run as they stand there."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

DOC = Path(__file__).parents[2] / "docs/report.md"


def test_every_command_runs_as_it_stands(tmp_path: Path) -> None:
    values = [("adsense", "pub-4827150936620417")]
    store_of(tmp_path, {site: values for site in ("a-post.com", "b-post.net")}).close()  # noqa: C420
    (tmp_path / "made.db").rename(tmp_path / "case.db")
    lines = [line.strip() for line in DOC.read_text("utf-8").splitlines() if line.startswith("    samehand ")]
    assert len(lines) == 5
    run(tmp_path, "verdict", "site", "a-post.com", "yes", "--by", "ann", "--store", "case.db")
    for line in lines:
        run(tmp_path, *shlex.split(line)[1:])
        if "export" in line:
            (tmp_path / "case.json").rename(tmp_path / "event.json")
    assert (tmp_path / "report/index.html").is_file()
    assert (tmp_path / "seeds.txt").read_text().split() == ["a-post.com", "b-post.net"]
