"""Sources that are turned on are asked, and recorded answers of certificate logs are read; nothing is asked that is off."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crawler.http.client import Client
from crawler.options import load
from crawler.probes import sources
from crawler.probes.base import Fetched
from crawler.probes.pace import Lanes
from fingerprints.config import ConfigError
from fingerprints.model import Outcome, Role
from tests.crawler.names import naming
from tests.crawler.probes.records import of_kind, read
from tests.crawler.web import serving

# As crt.sh answers, cut down to two certificates; names changed.
RECORDED = (
    '[{"issuer_ca_id":183267,"issuer_name":"C=US, O=Let\'s Encrypt, CN=R3","common_name":"harbour-news.com",'
    '"name_value":"harbour-news.com\\nharbour-times.com\\nwww.harbour-news.com","id":9437734,'
    '"entry_timestamp":"2024-05-13T07:12:11.25","not_before":"2024-05-13T06:12:11","not_after":"2024-08-11T06:12:10",'
    '"serial_number":"03f9a7","result_count":4},{"issuer_ca_id":1,"common_name":"*.harbour-news.com",'
    '"name_value":"*.harbour-news.com","not_before":"2023-01-02T00:00:00"}]'
)


def settings(folder: Path, text: str) -> None:
    (folder / "hosting").mkdir()
    (folder / "hosting" / "sources.toml").write_text(text, "utf-8")


def test_all_sources_are_off() -> None:
    assert sources.load() == {}


def test_a_recorded_answer_of_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as web, naming() as names:
        web.page("log.example.net/?q=harbour-news.com", RECORDED, "application/json")
        settings(tmp_path, '[crt-sh]\nurl = "http://log.example.net/?q={domain}"\non = true\ndelay = 0\n')
        monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
        (source,) = sources.load().values()

        async def ask() -> object:
            given = {"store": "x", "allow_private": 1, "dns": names.option, "map_port": f"80:{web.port}"}
            client = Client(load(given))
            try:
                return await sources.ask(source, "harbour-news.com", client, Lanes())
            finally:
                client.close()

        seen = asyncio.run(ask())
        assert web.asked == ["log.example.net/?q=harbour-news.com"]
    assert isinstance(seen, Fetched)
    answer = seen.exchange.answer
    outcome, _, found = read(answer.body, Role.ARCHIVES, answer.status, headers=answer.headers)
    assert outcome is Outcome.READ
    assert of_kind(found, "ct-names") == {"harbour-times.com"}


@pytest.mark.parametrize("table", ['url = "ftp://x/{domain}"', 'url = "https://x/"', 'url = "https://x/{domain}"\ndelay = -1'])
def test_what_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    settings(tmp_path, f"[mine]\non = true\n{table}\n")
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    with pytest.raises(ConfigError, match=r"hosting/sources\.toml, mine: "):
        sources.load()
