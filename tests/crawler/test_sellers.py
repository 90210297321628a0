"""samehand sellers: fetched from a real server into the copy, and what a list that cannot be had does to the old one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.sellers import main
from fingerprints import sellers
from tests.crawler.names import Names
from tests.crawler.web import Web
from tests.fingerprints.samehand import run

FILE = (Path(__file__).parents[1] / "fixtures" / "sellers" / "harborads.com.json").read_text()


def test_a_list_is_fetched_and_shown(
    web: Web, names: Names, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "sellers.sqlite"
    options = ["-a", "allow_private=1", "-a", f"dns={names.option}", "-a", f"map_port=80:{web.port}", "--file", str(copy)]
    web.move("harborads.com/sellers.json", "http://www.harborads.com/s.json")
    web.page("www.harborads.com/s.json", FILE, "application/json")
    assert main([*options, "harborads.com=http://harborads.com/sellers.json"]) == 0
    assert capsys.readouterr().out == "harborads.com: 4 sellers.\n"
    web.page("www.harborads.com/s.json", "<html>moved</html>")
    assert main([*options, "harborads.com=http://harborads.com/sellers.json", "other.com=nowhere"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        'The sellers of harborads.com were not renewed from http://harborads.com/sellers.json: it has no list "sellers".',
        "The sellers of other.com were not renewed from nowhere: it is neither a file nor an http(s) address.",
    ]
    monkeypatch.setenv("SAMEHAND_SELLERS", str(copy))
    day = sellers.exchanges(copy)["harborads.com"][0]
    assert sellers.look_up("harborads.com", "4401") == ("Nordfunk Medien GmbH", "nordfunk-post.com", "PUBLISHER", day)
    shown = run(
        tmp_path, "sellers", "show", "harborads.com/5522", "--format", "csv", SAMEHAND_SELLERS=str(copy)
    ).stdout.splitlines()
    assert shown[1].startswith("harborads.com/5522,Harbor Sales Ltd,harbor-sales.com,INTERMEDIARY,")
    assert "harborads.com" in run(tmp_path, "sellers", "show", SAMEHAND_SELLERS=str(copy)).stdout
    missing = run(tmp_path, "sellers", "show", "harborads.com/1", expect=2, SAMEHAND_SELLERS=str(copy))
    assert "harborads.com has no such account." in missing.stderr


@pytest.mark.parametrize("text", ["", "[]", '{"sellers": []}', '{"sellers": [{"seller_id": "1"', '{"sellers": "x"}', "\xff"])
def test_what_is_no_list_is_said_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(sellers.SellersError):
        sellers.keep(tmp_path / "a.sqlite", "harborads.com", text.encode(), datetime(2024, 5, 1, tzinfo=UTC))
