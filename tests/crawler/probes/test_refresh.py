"""samehand hosting refresh over real sockets: what comes is checked before it takes the old list's place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawler.probes import as_table, bootstrap, refresh
from tests.crawler.web import Web, serving

TABLE = gzip.compress(
    b"203.0.113.0\t203.0.113.255\t64500\tDE\tQuiet Harbour Hosting\n198.51.100.0\t198.51.100.9\t0\tNone\tNot routed\n"
)
REGISTRIES = '{"publication": "2024-05-13T00:00:00Z", "services": [[["com", "NET"], ["http://a.net/", "https://a.net/v1/"]]]}'


def call(web: Web, folder: Path, **sources: str) -> int:
    named = {
        "as-table": f"http://127.0.0.1:{web.port}/table",
        "rdap-bootstrap": f"http://127.0.0.1:{web.port}/dns.json",
        **sources,
    }
    return refresh.main([*(f"--{name}={value}" for name, value in named.items()), f"--dir={folder}", "-a", "allow_private=1"])


def test_both_lists_are_fetched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as web:
        web.move("/table", "/elsewhere")
        web.answers["/elsewhere"] = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(TABLE), TABLE)
        web.page("/dns.json", REGISTRIES, "application/json")
        assert call(web, tmp_path) == 0
    said = capsys.readouterr().out
    assert "2 ranges of addresses" in said
    assert "2 top-level domains with RDAP, published on 2024-05-13" in said
    table = as_table.load(tmp_path / "as_table.npz")
    assert table.of("203.0.113.7") == as_table.Place(64500, "Quiet Harbour Hosting", "DE")
    assert table.of("198.51.100.7") is table.of("192.0.2.1") is table.of("2001:db8::1") is None
    servers = bootstrap.load(tmp_path)
    assert servers.rdap("harbour-news.net") == "https://a.net/v1/domain/harbour-news.net"
    assert servers.rdap("harbour-news.de") is None
    assert servers.whois("harbour-news.de") == "whois.denic.de"


@pytest.mark.parametrize("status", ["404 Not Found", "200 OK"])
def test_what_is_no_list_leaves_the_old_one(tmp_path: Path, capsys: pytest.CaptureFixture[str], status: str) -> None:
    (tmp_path / "rdap_bootstrap.json").write_text(REGISTRIES)
    with serving() as web:
        web.page("/table", "<html>Sorry</html>", status=status)
        web.page("/dns.json", '{"services": 1}', status=status)
        assert call(web, tmp_path) == 1
    said = capsys.readouterr().err
    assert said.count("was not renewed from http://127.0.0.1") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["rdap_bootstrap.json"]
    assert bootstrap.load(tmp_path).rdap("a.com")


def test_files_do_as_well(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('203.0.113.0,203.0.113.255,64500,"Quiet, Harbour"\n')
    with serving() as web:
        web.page("/dns.json", REGISTRIES)
        assert call(web, tmp_path, **{"as-table": str(tmp_path / "t.csv")}) == 0
    assert as_table.load(tmp_path / "as_table.npz").of("203.0.113.255") == as_table.Place(64500, "Quiet, Harbour", "")


def test_the_shipped_list_of_registries_knows_the_large_ones() -> None:
    servers = bootstrap.load(Path("nowhere"))
    assert servers.published >= "2024"
    assert servers.rdap("harbour-news.com") == "https://rdap.verisign.com/com/v1/domain/harbour-news.com"
    assert servers.rdap("harbour-news.co.uk") == "https://rdap.nominet.uk/uk/domain/harbour-news.co.uk"
    assert servers.whois("harbour-news.ru") == "whois.tcinet.ru"
